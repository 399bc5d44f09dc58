using System.Runtime.InteropServices;
using G8os.Linux;
using G8os.Linux.Processes;
using G8os.Linux.Sockets;

namespace G8os.Core.Init;

/// <summary>What init does for its clients.</summary>
internal sealed partial class InitProgram
{
    private const int DescriptorsMax = 64, ListRoom = 64 * 1024;
    private const int ENOENT = 2, ESRCH = 3, EEXIST = 17, EINVAL = 22, ENOSPC = 28, EBADMSG = 74, ESHUTDOWN = 108;
    private static readonly Fault Malformed = new(EBADMSG, "the message is malformed"), NotHeld = new(ENOENT, "no descriptor of this name is held");
    private static readonly Fault NoRoom = new(ENOSPC, $"{DescriptorsMax} descriptors are held already");
    private readonly HeldDescriptors held = new(DescriptorsMax);

    private readonly record struct Fault(int Errno, string Reason);

    private int Answer(MessageConnection from, ReadOnlySpan<byte> message, Span<byte> reply, ref int passed, ref int give)
    {
        var answer = new MessageWriter(reply);
        answer.I32(0);
        if (Handle(from, message, ref answer, ref passed, ref give) is { } fault)
            answer = InitMessage.Refusal(reply, fault.Errno, fault.Reason);
        return answer.Length;
    }

    private Fault? Handle(MessageConnection client, ReadOnlySpan<byte> message, ref MessageWriter answer, ref int passed, ref int give)
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
            case InitVerb.PutDescriptor: return passed < 0 ? Malformed : held.Put(name, ref passed) ? null : NoRoom;
            case InitVerb.GetDescriptor: return held.TryGet(name, out give) ? null : NotHeld;
            case InitVerb.DropDescriptor: return held.Drop(name) ? null : NotHeld;
            case InitVerb.PutKey: return PutKey(secret);
            case InitVerb.HasKey: answer.U8(key is null ? (byte)0 : (byte)1); return null;
            case InitVerb.DropKey: return PutKey([]);
            case InitVerb.Subscribe: client.Mark = Math.Max(number, 0); return null;
            case InitVerb.Reexec: return Reexec();
            case InitVerb.Shutdown: BeginShutdown(restart: number != 0); return null;
            default: return new(EINVAL, "the request is unknown");
        }
    }

    private Fault? Spawn(SpawnRequest wanted, int passed, ref MessageWriter answer)
    {
        if (wanted.Name.Length == 0 || (wanted.Argv.Count == 0) != (wanted.Adopted > 0) || wanted.Stdin > SpawnStdin.Key || (wanted.Stdin == SpawnStdin.Data) != (passed >= 0))
            return Malformed;
        if (Stopping)
            return new(ESHUTDOWN, "the node is shutting down");
        if (wanted.Name == CoreName || children.Find(wanted.Name) is not null)
            return new(EEXIST, children.Find(wanted.Name) is { Running: false } ? "a child of this name ended and was not acknowledged" : "exists");
        if (children.All.Count >= InitChildren.CountMax)
            return new(ENOSPC, $"{InitChildren.CountMax} children run or wait to be acknowledged");
        if (wanted.Stdin == SpawnStdin.Key && key is null)
            return new(ENOENT, "the disk key is not here");
        if (wanted.Adopted > 0 && !Reaper.IsRunningChild(wanted.Adopted))
            return new(ESRCH, "no process of this pid was left to init, or it has ended");
        try
        {
            using var stdout = DescriptorIo.Append(wanted.Stdout, 0x180);
            using var stderr = DescriptorIo.Append(wanted.Stderr, 0x180);
            using var secret = wanted.Stdin == SpawnStdin.Key ? key!.ToHexPipe() : null;
            var child = wanted.Adopted > 0 ? children.Add(wanted.Name, wanted.Adopted, Environment.TickCount64) : Start(wanted.Name, new()
            {
                Arguments = wanted.Cgroup is null ? wanted.Argv : [self, "enter", wanted.Cgroup, "--", .. wanted.Argv],
                Environment = wanted.Env ?? ProgramStart.PlainEnvironment,
                Directory = wanted.Cwd ?? "/",
                Input = secret?.Number ?? (passed < 0 ? null : passed),
                Output = stdout?.Number,
                Error = stderr?.Number,
            });
            answer.I32(child.Pid);
            return null;
        }
        catch (Exception failure) when (failure is LinuxException or ArgumentException)
        {
            return new((failure as LinuxException)?.Errno ?? EINVAL, failure.Message);
        }
    }

    private Fault? Signal(string name, int signal, bool group)
    {
        if (signal is < 1 or > Signals.Max)
            return new(EINVAL, $"{signal} is no signal");
        if (children.Find(name) is not { Running: true } child)
            return new(ESRCH, "no child of this name runs");
        var sent = Signals.Send(child.Pid, signal, group);
        return sent == 0 ? null : new(-sent, Marshal.GetPInvokeErrorMessage(-sent));
    }

    /// <summary>As many as fit, in the order of their serials; a client asks again for those after the last one.</summary>
    private Fault? List(long after, ref MessageWriter answer)
    {
        for (var i = 0; i < children.All.Count && answer.Length < ListRoom; i++)
            if (children.All[i].Serial > after)
                InitMessage.Write(ref answer, children.All[i]);
        return null;
    }

    private Fault? Acknowledge(string name)
    {
        if (children.Find(name) is not { Running: false } child)
            return children.Find(name) is null ? new(ESRCH, "no child of this name is known") : new(EINVAL, "it still runs");
        children.Remove(child);
        return null;
    }

    private Fault? PutKey(ReadOnlySpan<byte> secret)
    {
        key?.Dispose();
        key = secret.IsEmpty ? null : new(secret);
        return null;
    }

    /// <summary>Each subscriber gets each exit once, as fast as it reads; what it has not heard stays in the table. Its mark is the last it heard.</summary>
    private void PushExits()
    {
        Span<byte> room = stackalloc byte[InitMessage.NameMax + 64];
        for (var i = server.Connections.Count - 1; i >= 0; i--)
        {
            var client = server.Connections[i];
            while (client is { Mark: >= 0, Slow: false } && children.NextExit(client.Mark) is { } child)
            {
                var news = new MessageWriter(room);
                InitMessage.Write(ref news, child);
                if (!server.Push(client, news.Written))
                    break;
                client.Mark = child.ExitSerial;
            }
        }
    }
}
