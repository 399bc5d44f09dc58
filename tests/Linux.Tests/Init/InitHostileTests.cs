using G8os.Core.Init;
using G8os.Linux.Sockets;
using Xunit;

namespace G8os.Linux.Tests.Init;

/// <summary>Whatever is sent, init answers or closes, and goes on.</summary>
public sealed class InitHostileTests : IDisposable
{
    private const int Rounds = 3000;
    private readonly InitMachine machine = new();

    public void Dispose() => machine.Dispose();

    private void Fine()
    {
        Assert.False(machine.Client.HasKey());
        Assert.DoesNotContain("internal error", machine.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("became anew", machine.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_and_mutated_messages_do_not_matter()
    {
        var random = new Random(20261122);
        var good = new byte[InitMessage.SizeMax];
        var writer = new MessageWriter(good);
        InitMessage.WriteSpawn(ref writer, new() { Name = "x", Argv = ["/bin/true", "a"], Env = ["A=b"], Cwd = "/", Stdout = "/run/out", Cgroup = "../x" });
        var spawn = writer.Written.ToArray();
        var answer = new byte[InitMessage.SizeMax];
        Descriptor? socket = null;
        for (var round = 0; round < Rounds; round++)
        {
            socket ??= UnixSocket.Connect(machine.Socket, UnixKind.Messages);
            var message = round % 2 == 0 ? (byte[])spawn.Clone() : new byte[random.Next(1, 300)];
            if (round % 2 == 0)
                for (var i = random.Next(1, 4); i > 0; i--)
                    message[random.Next(1, message.Length)] = (byte)random.Next(256);
            else
                random.NextBytes(message);
            message[0] = (byte)(message[0] is (byte)InitVerb.Reexec or (byte)InitVerb.Shutdown or (byte)InitVerb.PutKey or (byte)InitVerb.Subscribe ? 99 : message[0]);
            var cut = message.AsSpan(0, random.Next(4) == 0 ? random.Next(1, message.Length + 1) : message.Length);
            if (UnixSocket.Send(socket.Number, cut, random.Next(3) == 0 ? 0 : -1) < 0 || UnixSocket.Receive(socket.Number, answer, out var passed) <= 0)
            {
                socket.Dispose();
                socket = null;
            }
            else if (passed >= 0)
                DescriptorIo.Close(passed);
        }
        socket?.Dispose();
        Fine();
    }

    [Fact]
    public void Lengths_and_counts_beyond_the_message_do_not_matter()
    {
        using var socket = UnixSocket.Connect(machine.Socket, UnixKind.Messages);
        var answer = new byte[4096];
        foreach (var length in (int[])[int.MaxValue, int.MinValue, -1, 0x7fffff00, 1 << 20])
        {
            var message = new byte[64];
            var writer = new MessageWriter(message);
            writer.U8((byte)InitVerb.Spawn);
            writer.Text("x");
            writer.I32(length);     // of the list of arguments
            Assert.True(UnixSocket.Send(socket.Number, message) > 0);
            Assert.True(UnixSocket.Receive(socket.Number, answer, out _) > 0);
            Assert.Equal(74, BitConverter.ToInt32(answer));
        }
        Fine();
    }

    [Fact]
    public async Task Many_connections_and_ones_that_never_read_do_not_matter()
    {
        var sockets = Enumerable.Range(0, 100).Select(_ => UnixSocket.Connect(machine.Socket, UnixKind.Messages)).ToList();
        var message = new byte[64];
        var writer = new MessageWriter(message);
        InitMessage.WritePlain(ref writer, InitVerb.List);
        var list = writer.Written.ToArray();
        foreach (var socket in sockets)
            for (var i = 0; i < 2000 && UnixSocket.Send(socket.Number, list, wait: false) > 0; i++)
            {
            }
        foreach (var socket in sockets)
            socket.Dispose();
        await Wait.Until(() => machine.Client.List().Count <= 1, "an answer");
        Fine();
    }

    [Fact]
    public void A_subscriber_that_never_reads_delays_nobody()
    {
        using var socket = UnixSocket.Connect(machine.Socket, UnixKind.Messages);
        var message = new byte[64];
        var writer = new MessageWriter(message);
        InitMessage.WritePlain(ref writer, InitVerb.Subscribe);
        Assert.True(UnixSocket.Send(socket.Number, writer.Written) > 0);
        var client = machine.Client;
        for (var i = 0; i < 600; i++)
            client.Spawn(new() { Name = $"n{i}", Argv = ["/bin/true"] });
        InitMachine.Until(() => client.List().Count(child => !child.Running) >= 600, "600 ends");
        var answer = new byte[4096];
        Assert.True(UnixSocket.Receive(socket.Number, answer, out _) > 0);
        for (var exits = 0; exits < 600; exits++)
        {
            var got = UnixSocket.Receive(socket.Number, answer, out _);
            Assert.True(got > 0);
            var from = new MessageReader(answer.AsSpan(0, got));
            Assert.Equal(exits + 1, InitMessage.ReadChild(ref from).ExitSerial);
        }
        Fine();
    }
}
