using System.Runtime.InteropServices;
using G8os.Linux;
using G8os.Linux.Processes;
using G8os.Linux.Secrets;
using G8os.Linux.Sockets;

namespace G8os.Core.Init;

/// <summary>What init does for its clients: root only, one message at a time, never waiting for any of them.</summary>
internal sealed partial class InitProgram
{
    private const int ConnectionsMax = 64, DescriptorsMax = 64, ListRoom = 64 * 1024, EntryRoom = 64 + InitMessage.NameMax;
    private const int ESRCH = 3, ENOENT = 2, EBADMSG = 74, EEXIST = 17, EINVAL = 22, ENOSPC = 28, ESHUTDOWN = 108, EAGAIN = 11;
    private static readonly Fault Malformed = new(EBADMSG, "the message is malformed"), NotHeld = new(ENOENT, "no descriptor of this name is held");
    private readonly byte[] request = GC.AllocateUninitializedArray<byte>(InitMessage.SizeMax, pinned: true);
    private readonly byte[] reply = new byte[InitMessage.SizeMax];
    private readonly List<Connection> connections = new(ConnectionsMax);
    private readonly Dictionary<string, int> held = new(DescriptorsMax);

    private readonly record struct Fault(int Errno, string Reason);

    private sealed class Connection(int socket)
    {
        public readonly int Socket = socket;
        /// <summary>The last exit it has heard of, -1 when it did not subscribe.</summary>
        public long Heard = -1;
        public bool Slow;

        public Watched Watch => new() { Descriptor = Socket, Events = (short)(Watched.Readable | (Slow ? Watched.Writable : 0)) };
    }

    private void Accept()
    {
        var socket = UnixSocket.Accept(listener.Number);
        if (socket < 0)
            return;
        if (UnixSocket.Peer(socket).UserId == 0)
            connections.Add(new(socket));
        else
            DescriptorIo.Close(socket);
    }

    private void Drop(Connection connection)
    {
        connections.Remove(connection);
        DescriptorIo.Close(connection.Socket);
    }

    private void Serve(Connection connection, short ready)
    {
        if ((ready & Watched.Writable) != 0)
            connection.Slow = false;
        if (ready == Watched.Writable)
            return;
        var got = UnixSocket.Receive(connection.Socket, request, out var passed, wait: false);
        if (got == -EAGAIN)
            return;
        if (got <= 0)
        {
            Drop(connection);
            return;
        }
        var answer = new MessageWriter(reply);
        answer.I32(0);
        var give = -1;   // a descriptor to send along; it stays ours
        var fault = Handle(connection, request.AsSpan(0, got), ref passed, ref answer, ref give);
        request.AsSpan(0, got).Clear();     // it may have held the key
        if (passed >= 0)
            DescriptorIo.Close(passed);
        if (fault is { } refused)
        {
            answer = new(reply);
            answer.I32(refused.Errno);
            answer.Text(refused.Reason);
        }
        if (UnixSocket.Send(connection.Socket, answer.Written, give, wait: false) < 0)
            Drop(connection);
    }

    private Fault? Handle(Connection connection, ReadOnlySpan<byte> message, ref int passed, ref MessageWriter answer, ref int give)
    {
        var from = new MessageReader(message);
        var verb = (InitVerb)from.U8();
        if (verb == InitVerb.Spawn)
        {
            var wanted = InitMessage.ReadSpawn(ref from);
            return from.Whole ? Spawn(wanted, passed, ref answer) : Malformed;
        }
        var (name, number) = (from.Text(InitMessage.NameMax), from.I64());
        var secret = from.Bytes(InitMessage.KeyMax);
        if (!from.Whole)
            return Malformed;
        switch (verb)
        {
            case InitVerb.Signal: return Signal(name, (int)(number & 0xff), group: number > 0xff);
            case InitVerb.List: return List(number, ref answer);
            case InitVerb.Acknowledge: return Acknowledge(name);
            case InitVerb.PutDescriptor: return PutDescriptor(name, ref passed);
            case InitVerb.GetDescriptor: return held.TryGetValue(name, out give) ? null : NotHeld;
            case InitVerb.DropDescriptor: return DropDescriptor(name);
            case InitVerb.PutKey: return PutKey(secret);
            case InitVerb.HasKey: answer.U8(key is null ? (byte)0 : (byte)1); return null;
            case InitVerb.DropKey: return PutKey([]);
            case InitVerb.Subscribe: connection.Heard = Math.Max(number, 0); return null;
            case InitVerb.Reexec: return Reexec();
            case InitVerb.Shutdown: BeginShutdown(restart: number != 0); return null;
            default: return new(EINVAL, "the request is unknown");
        }
    }

    private Fault? Spawn(SpawnRequest wanted, int passed, ref MessageWriter answer)
    {
        if (wanted.Name.Length == 0 || wanted.Argv.Count == 0 || wanted.Stdin > SpawnStdin.Key || (wanted.Stdin == SpawnStdin.Data) != (passed >= 0))
            return Malformed;
        if (Stopping)
            return new(ESHUTDOWN, "the node is shutting down");
        if (wanted.Name == CoreName || children.Find(wanted.Name) is not null)
            return new(EEXIST, children.Find(wanted.Name) is { Running: false } ? "a child of this name ended and was not acknowledged" : "exists");
        if (children.Count >= InitChildren.CountMax)
            return new(ENOSPC, $"{InitChildren.CountMax} children run or wait to be acknowledged");
        if (wanted.Stdin == SpawnStdin.Key && key is null)
            return new(ENOENT, "the disk key is not here");
        int input = -1, stdout = -1, stderr = -1;
        try
        {
            if (wanted.Stdout is not null && (stdout = DescriptorIo.OpenAppend(wanted.Stdout, 0x180)) < 0)
                return new(-stdout, $"cannot open {wanted.Stdout}: {Marshal.GetPInvokeErrorMessage(-stdout)}");
            if (wanted.Stderr is not null && (stderr = DescriptorIo.OpenAppend(wanted.Stderr, 0x180)) < 0)
                return new(-stderr, $"cannot open {wanted.Stderr}: {Marshal.GetPInvokeErrorMessage(-stderr)}");
            input = wanted.Stdin == SpawnStdin.Key ? KeyPipe(key!) : -1;
            var child = Start(wanted.Name, new()
            {
                Arguments = wanted.Cgroup is null ? wanted.Argv : [self, "enter", wanted.Cgroup, "--", .. wanted.Argv],
                Environment = wanted.Env ?? DefaultEnvironment,
                Directory = wanted.Cwd ?? "/",
                Input = wanted.Stdin == SpawnStdin.Data ? passed : input < 0 ? null : input,
                Output = stdout < 0 ? null : stdout,
                Error = stderr < 0 ? null : stderr,
            });
            answer.I32(child.Pid);
            return null;
        }
        catch (Exception failure) when (failure is LinuxException or ArgumentException)
        {
            return new(failure is LinuxException refused ? refused.Errno : EINVAL, failure.Message);
        }
        finally
        {
            foreach (var opened in (ReadOnlySpan<int>)[input, stdout, stderr])
                if (opened >= 0)
                    DescriptorIo.Close(opened);
        }
    }

    /// <summary>A pipe that holds the key in hex: kernel memory, never swapped, gone when it was read.</summary>
    private static int KeyPipe(SecretBuffer key)
    {
        Span<byte> digits = stackalloc byte[(InitMessage.KeyMax * 2) + 1];
        for (var i = 0; i < key.Length; i++)
            (digits[i * 2], digits[(i * 2) + 1]) = ("0123456789abcdef"u8[key.Span[i] >> 4], "0123456789abcdef"u8[key.Span[i] & 15]);
        digits[key.Length * 2] = (byte)'\n';
        var (read, write) = DescriptorIo.Pipe(nonBlocking: false);
        using (write)
            DescriptorIo.WriteAll(write.Number, digits[..((key.Length * 2) + 1)]);
        digits.Clear();
        return read.Release();
    }

    private Fault? Signal(string name, int signal, bool group)
    {
        if (signal is < 1 or > Signals.Max)
            return new(EINVAL, $"{signal} is no signal");
        if (children.Find(name) is not { Running: true } child)
            return new(ESRCH, "no child of this name runs");
        var sent = Signals.Send(child.Pid, signal, group);
        return sent == 0 ? null : new(-sent, "the child is just ending");
    }

    /// <summary>As many as fit, in the order of their serials; a client asks again for those after the last one.</summary>
    private Fault? List(long after, ref MessageWriter answer)
    {
        for (var i = 0; i < children.Count && answer.Length < ListRoom - EntryRoom; i++)
            if (children[i].Serial > after)
                InitMessage.Write(ref answer, children[i]);
        return null;
    }

    private Fault? Acknowledge(string name)
    {
        if (children.Find(name) is not { } child)
            return new(ESRCH, "no child of this name is known");
        if (child.Running)
            return new(EINVAL, "it still runs");
        children.Remove(child);
        return null;
    }

    private Fault? PutDescriptor(string name, ref int passed)
    {
        if (passed < 0)
            return Malformed;
        if (held.Count >= DescriptorsMax && !held.ContainsKey(name))
            return new(ENOSPC, $"{DescriptorsMax} descriptors are held already");
        DropDescriptor(name);
        held.Add(name, passed);
        passed = -1;
        return null;
    }

    private Fault? DropDescriptor(string name)
    {
        if (!held.Remove(name, out var number))
            return NotHeld;
        DescriptorIo.Close(number);
        return null;
    }

    private Fault? PutKey(ReadOnlySpan<byte> secret)
    {
        key?.Dispose();
        key = secret.IsEmpty ? null : new(secret);
        return null;
    }

    /// <summary>Each subscriber gets each exit once, as fast as it reads; what it has not heard stays in the table.</summary>
    private void PushExits()
    {
        for (var i = connections.Count - 1; i >= 0; i--)
        {
            var connection = connections[i];
            while (connection is { Heard: >= 0, Slow: false } && children.NextExit(connection.Heard) is { } child)
            {
                var news = new MessageWriter(reply);
                InitMessage.Write(ref news, child);
                var sent = UnixSocket.Send(connection.Socket, news.Written, wait: false);
                if (sent > 0)
                    connection.Heard = child.ExitSerial;
                else if (sent == -EAGAIN)
                    connection.Slow = true;
                else
                {
                    Drop(connection);
                    break;
                }
            }
        }
    }
}
