using System.Text;
using G8os.Linux.Sockets;
using Xunit;

namespace G8os.Linux.Tests.Sockets;

public sealed class UnixSocketTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("g8os-test").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void A_descriptor_travels_with_its_message()
    {
        var (a, b) = UnixSocket.Pair(UnixKind.Messages);
        using (a)
        using (b)
        {
            using var file = DescriptorIo.MemoryFile("passed", "hello"u8);
            Assert.Equal(3, UnixSocket.Send(a.Number, "abc"u8, file.Number));
            var buffer = new byte[16];
            Assert.Equal(3, UnixSocket.Receive(b.Number, buffer, out var number));
            using var passed = new Descriptor(number);
            Assert.NotEqual(file.Number, number);
            Assert.Equal(5, DescriptorIo.Read(number, buffer));
            Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, 5));
            Assert.Equal(0x80000, File.ReadAllLines($"/proc/self/fdinfo/{number}").Where(line => line.StartsWith("flags", StringComparison.Ordinal))
                .Select(line => Convert.ToInt32(line[6..].Trim(), 8) & 0x80000).Single());
        }
    }

    [Fact]
    public void Messages_stay_whole_and_too_large_ones_are_errors()
    {
        var (a, b) = UnixSocket.Pair(UnixKind.Messages);
        using (a)
        using (b)
        {
            var buffer = new byte[8];
            UnixSocket.Send(a.Number, "one"u8);
            var (read, write) = DescriptorIo.Pipe();
            UnixSocket.Send(a.Number, "far too large"u8, write.Number);
            write.Dispose();
            UnixSocket.Send(a.Number, "two"u8);
            Assert.Equal(3, UnixSocket.Receive(b.Number, buffer, out _));
            Assert.Equal(-11, DescriptorIo.Read(read.Number, buffer));      // a writer exists: the one in the message
            Assert.Equal(-90, UnixSocket.Receive(b.Number, buffer, out var none));
            Assert.Equal(-1, none);
            Assert.Equal(0, DescriptorIo.Read(read.Number, buffer));        // and was closed with it
            read.Dispose();
            Assert.Equal(3, UnixSocket.Receive(b.Number, buffer, out _));
            Assert.Equal(-11, UnixSocket.Receive(b.Number, buffer, out _, wait: false));
            a.Dispose();
            Assert.Equal(0, UnixSocket.Receive(b.Number, buffer, out _));
        }
    }

    [Fact]
    public void A_listener_has_its_mode_and_knows_who_connects()
    {
        var path = Path.Combine(directory, "socket");
        using (UnixSocket.Listen(path, UnixKind.Messages, 0x180, 8))
        {
        }
        using var listener = UnixSocket.Listen(path, UnixKind.Messages, 0x180, 8);    // takes the place of the dead one
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(-11, UnixSocket.Accept(listener.Number));
        using var client = UnixSocket.Connect(path, UnixKind.Messages);
        using var served = new Descriptor(UnixSocket.Accept(listener.Number));
        Assert.Equal(Environment.ProcessId, UnixSocket.Peer(served.Number).ProcessId);
        Assert.Equal(0u, UnixSocket.Peer(served.Number).UserId);
    }

    [Fact]
    public void Nobody_there_and_a_long_path_say_so()
    {
        Assert.Contains("Connection refused", Assert.Throws<LinuxException>(() =>
        {
            var path = Path.Combine(directory, "dead");
            UnixSocket.Listen(path, UnixKind.Stream, 0x180, 1).Dispose();
            UnixSocket.Connect(path, UnixKind.Stream);
        }).Message, StringComparison.Ordinal);
        Assert.Contains("the kernel allows 107", Assert.Throws<LinuxException>(() => UnixSocket.Connect(new string('x', 108), UnixKind.Stream)).Message, StringComparison.Ordinal);
    }
}
