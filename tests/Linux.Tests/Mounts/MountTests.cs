using G8os.Linux.Mounts;
using Xunit;

namespace G8os.Linux.Tests.Mounts;

public sealed class MountTests
{
    [Fact]
    public void A_mount_table_is_taken_apart_with_optional_fields_and_escapes()
    {
        var mounts = MountTable.Parse("""
            36 35 98:0 /mnt1 /mnt\0402 rw,noatime master:1 shared:2 - ext3 /dev/root rw,errors=continue
            37 36 0:40 / /plain rw - fuse.gocryptfs /etc/a\134b rw,user_id=0
            not a line
            38 36 0:41 / /cut rw -
            """);
        Assert.Equal(
        [
            new(36, 35, "/mnt1", "/mnt 2", "rw,noatime", "ext3", "/dev/root", "rw,errors=continue", "98:0"),
            new(37, 36, "/", "/plain", "rw", "fuse.gocryptfs", "/etc/a\\b", "rw,user_id=0", "0:40"),
        ], mounts);
    }

    [Fact]
    public void Proc_is_mounted_and_its_children_are_not()
    {
        Assert.True(MountTable.IsMounted("/proc"));
        Assert.True(MountTable.IsMounted("/proc/"));
        Assert.False(MountTable.IsMounted("/proc/self"));
        Assert.Equal("proc", MountTable.Find("/proc")!.Type);
    }

    [Fact]
    public void What_cannot_be_mounted_says_so()
    {
        Assert.StartsWith("cannot mount tmpfs none on /no/such: No such file", Assert.Throws<LinuxException>(() => MountPoint.Mount("none", "/no/such", "tmpfs")).Message, StringComparison.Ordinal);
        Assert.StartsWith("cannot unmount /proc/self", Assert.Throws<LinuxException>(() => MountPoint.Unmount("/proc/self/task")).Message, StringComparison.Ordinal);
    }
}
