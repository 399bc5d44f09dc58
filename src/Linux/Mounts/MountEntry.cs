namespace G8os.Linux.Mounts;

/// <summary>A line of /proc/self/mountinfo (proc_pid_mountinfo(5)).</summary>
/// <param name="Id">Unique among the mounts that exist.</param>
/// <param name="ParentId">The mount it lies on.</param>
/// <param name="Root">What of the file system is shown here.</param>
/// <param name="MountPoint">Where, absolute, as this process sees it.</param>
/// <param name="Options">Options of the mount: "rw,nosuid".</param>
/// <param name="Type">"ext4", "fuse.gocryptfs", ….</param>
/// <param name="Source">Device or name.</param>
/// <param name="SuperOptions">Options of the file system.</param>
/// <param name="Device">Device number of the file system, "0:54".</param>
public sealed record MountEntry(int Id, int ParentId, string Root, string MountPoint, string Options, string Type, string Source, string SuperOptions, string Device);
