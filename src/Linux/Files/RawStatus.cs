namespace G8os.Linux.Files;

/// <summary>What the kernel knows of a file without following a last link (statx(2)).</summary>
/// <param name="Mode">Type and permission bits.</param>
/// <param name="Links">Names it has.</param>
/// <param name="User">Owner.</param>
/// <param name="Group">Owning group.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Seconds">Unix seconds of the last change of its content.</param>
/// <param name="Nanoseconds">0 to 999,999,999 beyond them.</param>
/// <param name="Inode">Number of its inode, unique within its file system.</param>
/// <param name="Home">The file system it lies on.</param>
/// <param name="Major">Of a device node.</param>
/// <param name="Minor">Of a device node.</param>
public sealed record RawStatus(int Mode, uint Links, uint User, uint Group, long Size, long Seconds, int Nanoseconds, ulong Inode, ulong Home, uint Major, uint Minor);
