using G8os.Linux.Fuse;
using G8os.Linux.Mounts;
using Xunit;

namespace G8os.Linux.Tests.Fuse;

public sealed class FuseServerTests
{
    [Fact]
    public async Task A_file_is_found_listed_and_read()
    {
        using var mount = new FuseMount();
        var files = new OneFile(string.Concat(Enumerable.Repeat("told by us\n", 50_000)));
        using var server = mount.Serve(files.Handle);
        Assert.Equal(50_000 * 11, (await mount.ReadAsync("told")).Length);
        Assert.Equal(["told"], await mount.InsideAsync(target => Directory.GetFiles(target).Select(Path.GetFileName)));
        await Assert.ThrowsAsync<FileNotFoundException>(() => mount.ReadAsync("missing"));
        Assert.Equal("fuse.g8os", await mount.InsideAsync(target => MountTable.Find(target)!.Type));
        Assert.NotEqual(FuseFeatures.None, files.Session!.Features & FuseFeatures.NoOpen);
        Assert.Empty(mount.Faults);
    }

    [Fact]
    public async Task What_a_handler_throws_is_an_error_of_that_request_alone()
    {
        using var mount = new FuseMount();
        using var server = mount.Serve(new OneFile("well").Handle);
        Assert.Contains("Input/output error", (await Assert.ThrowsAsync<IOException>(() => mount.ReadAsync("broken"))).Message);
        Assert.IsType<InvalidOperationException>(Assert.Single(mount.Faults));
        Assert.Equal("well", await mount.ReadAsync("told"));
    }

    [Fact]
    public async Task A_reader_whose_server_went_away_is_served_by_the_next_one()
    {
        using var mount = new FuseMount();
        var first = new OneFile("from the first") { HoldBack = true };
        Task<string> reader;
        using (mount.Serve(first.Handle))
        {
            reader = mount.ReadAsync("slow");
            await Wait.Until(() => first.Taken == 1, "the lookup");
        }
        var waits = mount.ReadAsync("told");    // nobody serves: it waits in the device
        var second = new OneFile("from the second");
        using var server = mount.Serve(second.Handle);
        Assert.True(server.Resend());
        Assert.Equal("from the second", await reader);
        Assert.Equal("from the second", await waits);
        Assert.Null(second.Session);
    }

    [Fact]
    public async Task An_aborted_mount_lets_its_readers_go()
    {
        using var mount = new FuseMount();
        var files = new OneFile("") { HoldBack = true };
        using var server = mount.Serve(files.Handle);
        var reader = mount.ReadAsync("slow");
        await Wait.Until(() => files.Taken == 1, "the lookup");
        mount.Abort();
        await Assert.ThrowsAnyAsync<IOException>(() => reader);
        await server.Ended.WaitAsync(Wait.Long);
        Assert.Empty(mount.Faults);
    }

    [Fact]
    public async Task The_last_closed_descriptor_ends_the_mount()
    {
        using var mount = new FuseMount();
        using (mount.Serve(new OneFile("well").Handle))
            Assert.Equal("well", await mount.ReadAsync("told"));
        mount.Device.Dispose();
        Assert.Contains("not connected", (await Assert.ThrowsAsync<IOException>(() => mount.ReadAsync("slow"))).Message);
    }
}
