using G8os.Linux.Files;
using Xunit;

namespace G8os.Linux.Tests.Files;

public sealed class FileTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("g8os-test").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void A_write_replaces_the_whole_file_with_its_mode_and_leaves_nothing_else()
    {
        var path = Path.Combine(directory, "file");
        AtomicFile.Write(path, "old and longer"u8, 0x1a4);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead, File.GetUnixFileMode(path));
        using var reader = File.OpenRead(path);
        AtomicFile.Write(path, "new"u8);
        Assert.Equal("new", File.ReadAllText(path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        using var text = new StreamReader(reader);
        Assert.Equal("old and longer", text.ReadToEnd());     // who had it open still sees the old content, whole
        Assert.Equal([path], Directory.GetFileSystemEntries(directory));
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file_and_no_other()
    {
        var path = Path.Combine(directory, "taken");
        Directory.CreateDirectory(path);
        Assert.StartsWith($"cannot write {path}", Assert.Throws<LinuxException>(() => AtomicFile.Write(path, "x"u8)).Message, StringComparison.Ordinal);
        Assert.Equal([path], Directory.GetFileSystemEntries(directory));
        Assert.True(Assert.Throws<LinuxException>(() => AtomicFile.Write(directory + "/none/file", "x"u8)).Missing);
    }

    [Fact]
    public void A_lock_is_taken_once()
    {
        var path = Path.Combine(directory, "lock");
        using (var first = FileLock.TryTake(path))
        {
            Assert.NotNull(first);
            Assert.Null(FileLock.TryTake(path));
        }
        using var again = FileLock.TryTake(path);
        Assert.NotNull(again);
    }

    [Fact]
    public void Disk_space_agrees_with_the_runtime()
    {
        var space = DiskSpace.Of(directory);
        Assert.Equal(new DriveInfo(directory).TotalSize, space.Total);
        Assert.InRange(space.Available, 1, space.Total);
    }
}
