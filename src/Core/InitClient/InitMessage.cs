using System.Buffers.Binary;
using System.Text;

namespace G8os.Core.Init;

/// <summary>What can be asked of init. The numbers are the wire's.</summary>
internal enum InitVerb : byte
{
    Spawn = 1, Signal, List, Acknowledge, PutDescriptor, GetDescriptor, DropDescriptor, PutKey, HasKey, DropKey, Reexec, Subscribe, Shutdown,
}

/// <summary>
/// The messages between init and its clients on /run/g8os/init.sock (SOCK_SEQPACKET, one message each way). Little-endian; a text or a list of bytes has
/// its length in four bytes before it. A request is the verb, then what <see cref="WriteSpawn"/> writes, or for every other verb a name, a number (a
/// signal, plus 256 for the whole group; after which serial; a choice) and the key, where it has none of these empty or zero. A reply is an errno
/// (0 is yes), then the reason or what was asked for. A child is written the same way in a list, as the news of its exit, and in init's own state.
/// </summary>
internal static class InitMessage
{
    /// <summary>Largest message; standard input travels beside it as a descriptor, and the kernel's default socket buffer takes 208 KiB.</summary>
    public const int SizeMax = 192 * 1024;
    public const int NameMax = 128, TextMax = 128 * 1024, WordsMax = 1024, KeyMax = 64;

    public static void WritePlain(ref MessageWriter to, InitVerb verb, string name = "", long number = 0, ReadOnlySpan<byte> key = default)
    {
        to.U8((byte)verb);
        to.Text(name);
        to.I64(number);
        to.Bytes(key);
    }

    public static MessageWriter Refusal(Span<byte> reply, int errno, string reason)
    {
        var to = new MessageWriter(reply);
        to.I32(errno);
        to.Text(reason);
        return to;
    }

    public static void Write(ref MessageWriter to, InitChild child)
    {
        to.I64(child.Serial);
        to.Text(child.Name);
        to.I32(child.Pid);
        to.I64(child.StartedMs);
        to.U8(child.Running ? (byte)1 : (byte)0);
        to.I32(child.Status);
        to.I64(child.ExitSerial);
    }

    public static InitChild ReadChild(ref MessageReader from) => new()
    {
        Serial = from.I64(),
        Name = from.Text(NameMax),
        Pid = from.I32(),
        StartedMs = from.I64(),
        Running = from.U8() != 0,
        Status = from.I32(),
        ExitSerial = from.I64(),
    };

    public static void WriteSpawn(ref MessageWriter to, SpawnRequest request)
    {
        to.U8((byte)InitVerb.Spawn);
        to.Text(request.Name);
        to.Words(request.Argv);
        to.U8(request.Env is null ? (byte)0 : (byte)1);
        to.Words(request.Env ?? []);
        to.Text(request.Cwd ?? "");
        to.U8((byte)request.Stdin);
        to.Text(request.Stdout ?? "");
        to.Text(request.Stderr ?? "");
        to.Text(request.Cgroup ?? "");
        to.I32(request.Adopted);
    }

    public static SpawnRequest ReadSpawn(ref MessageReader from)
    {
        var name = from.Text(NameMax);
        var arguments = from.Words();
        var hasEnvironment = from.U8() != 0;
        var environment = from.Words();
        return new()
        {
            Name = name,
            Argv = arguments,
            Env = hasEnvironment ? environment : null,
            Cwd = from.OptionalText(),
            Stdin = (SpawnStdin)from.U8(),
            Stdout = from.OptionalText(),
            Stderr = from.OptionalText(),
            Cgroup = from.OptionalText(),
            Adopted = from.I32(),
        };
    }
}

/// <summary>Reads a message. Whatever does not fit gives zero or nothing and makes <see cref="Whole"/> false; nothing throws.</summary>
internal ref struct MessageReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> rest = message;
    private bool good = true;

    /// <summary>Every field was there, and nothing behind them.</summary>
    public readonly bool Whole => good && rest.IsEmpty;

    public byte U8() => Take(1) is { Length: 1 } bytes ? bytes[0] : (byte)0;
    public int I32() => Take(4) is { Length: 4 } bytes ? BinaryPrimitives.ReadInt32LittleEndian(bytes) : 0;
    public long I64() => Take(8) is { Length: 8 } bytes ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : 0;

    public ReadOnlySpan<byte> Bytes(int max)
    {
        var length = I32();
        good &= length >= 0 && length <= max;
        return good ? Take(length) : [];
    }

    public string Text(int max) => Encoding.UTF8.GetString(Bytes(max));

    public string? OptionalText() => Text(InitMessage.TextMax) is { Length: > 0 } text ? text : null;

    public string[] Words()
    {
        var count = I32();
        good &= count is >= 0 and <= InitMessage.WordsMax;
        if (!good)
            return [];
        var words = new string[count];
        for (var i = 0; i < count; i++)
            words[i] = Text(InitMessage.TextMax);
        return words;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        good &= count <= rest.Length;
        if (!good)
            return [];
        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}

/// <summary>Writes a message. What does not fit makes <see cref="Full"/> true and is not written.</summary>
internal ref struct MessageWriter(Span<byte> buffer)
{
    private readonly Span<byte> buffer = buffer;

    public int Length { get; private set; }
    public bool Full { get; private set; }
    public readonly Span<byte> Written => buffer[..Length];

    public void U8(byte value)
    {
        if (Reserve(1) is { Length: 1 } room)
            room[0] = value;
    }

    public void I32(int value)
    {
        if (Reserve(4) is { Length: 4 } room)
            BinaryPrimitives.WriteInt32LittleEndian(room, value);
    }

    public void I64(long value)
    {
        if (Reserve(8) is { Length: 8 } room)
            BinaryPrimitives.WriteInt64LittleEndian(room, value);
    }

    public void Bytes(ReadOnlySpan<byte> value)
    {
        I32(value.Length);
        if (Reserve(value.Length) is var room && room.Length == value.Length)
            value.CopyTo(room);
    }

    public void Text(string value)
    {
        var length = Encoding.UTF8.GetByteCount(value);
        I32(length);
        if (Reserve(length) is var room && room.Length == length)
            Encoding.UTF8.GetBytes(value, room);
    }

    public void Words(IReadOnlyList<string> words)
    {
        I32(words.Count);
        for (var i = 0; i < words.Count; i++)
            Text(words[i]);
    }

    private Span<byte> Reserve(int count)
    {
        Full |= count > buffer.Length - Length;
        if (Full)
            return [];
        Length += count;
        return buffer.Slice(Length - count, count);
    }
}
