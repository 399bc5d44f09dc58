using System.Buffers.Binary;

namespace G8os.Linux.Fuse;

/// <summary>
/// One request of the kernel, taken apart; it lies in the buffer it was read into. What its operation does not have is zero or empty.
/// Layouts: include/uapi/linux/fuse.h, fuse_in_header and fuse_*_in, little-endian as on every machine we run on.
/// </summary>
public readonly ref struct FuseRequest
{
    private const int ForgetOne = 16, BatchHeader = 8, InitMinimum = 16, InitExtended = 24;
    private readonly ReadOnlySpan<byte> body;

    private FuseRequest(ReadOnlySpan<byte> message)
    {
        Opcode = (FuseOpcode)BinaryPrimitives.ReadUInt32LittleEndian(message[4..]);
        Unique = BinaryPrimitives.ReadUInt64LittleEndian(message[8..]);
        Node = BinaryPrimitives.ReadUInt64LittleEndian(message[16..]);
        body = message[FuseSize.InHeader..];
    }

    /// <summary>What is asked; may be a number without a name.</summary>
    public FuseOpcode Opcode { get; }
    /// <summary>Names the request in its reply. The highest bit says that it is a resent one.</summary>
    public ulong Unique { get; }
    /// <summary>The inode it is about; 1 is the root.</summary>
    public ulong Node { get; }

    /// <summary>Lookup: the name, without its terminating zero.</summary>
    public ReadOnlySpan<byte> Name => Opcode == FuseOpcode.Lookup ? body[..^1] : [];
    /// <summary>Read and ReadDirectory: the first byte, or the position after the last entry.</summary>
    public ulong Offset => Reads ? U64(8) : 0;
    /// <summary>Read and ReadDirectory: how many bytes at most.</summary>
    public uint Size => Reads ? U32(16) : 0;
    /// <summary>Interrupt: the request whose asker was signalled.</summary>
    public ulong Interrupted => Opcode == FuseOpcode.Interrupt ? U64(0) : 0;
    /// <summary>Init: the kernel's protocol, 7.x.</summary>
    public uint Major => Opcode == FuseOpcode.Init ? U32(0) : 0;
    /// <summary>Init: x of 7.x.</summary>
    public uint Minor => Opcode == FuseOpcode.Init ? U32(4) : 0;
    /// <summary>Init: read-ahead the kernel would do, bytes.</summary>
    public uint ReadAhead => Opcode == FuseOpcode.Init ? U32(8) : 0;
    /// <summary>Init: what the kernel can do.</summary>
    public FuseFeatures Features => Opcode != FuseOpcode.Init ? FuseFeatures.None
        : (FuseFeatures)(U32(12) | (body.Length >= InitExtended && (U32(12) & (uint)FuseFeatures.Extended) != 0 ? (ulong)U32(16) << 32 : 0));
    /// <summary>Forget and BatchForget: how many inodes are dropped.</summary>
    public int ForgetCount => Opcode switch { FuseOpcode.Forget => 1, FuseOpcode.BatchForget => (int)U32(0), _ => 0 };

    private bool Reads => Opcode is FuseOpcode.Read or FuseOpcode.ReadDirectory;

    /// <summary>Forget and BatchForget: inode number <paramref name="index"/> and how many lookups of it are undone.</summary>
    public (ulong Node, ulong Lookups) Forgotten(int index) =>
        Opcode == FuseOpcode.Forget ? (Node, U64(0)) : (U64(BatchHeader + (index * ForgetOne)), U64(BatchHeader + (index * ForgetOne) + 8));

    /// <summary>
    /// Takes a message of the device apart. False for what no kernel sends: shorter than its header, another length than it says, a body too short for
    /// its operation, a name that is empty, unterminated, longer than 255 bytes or holds a zero or a slash, more forgets than fit.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> message, out FuseRequest request)
    {
        request = default;
        if (message.Length < FuseSize.InHeader || BinaryPrimitives.ReadUInt32LittleEndian(message) != message.Length)
            return false;
        request = new(message);
        return request.Whole;
    }

    /// <summary>The number of a message that could not be taken apart, to refuse it by; 0 when not even that is there.</summary>
    public static ulong UniqueOf(ReadOnlySpan<byte> message) => message.Length >= 16 ? BinaryPrimitives.ReadUInt64LittleEndian(message[8..]) : 0;

    private bool Whole => Opcode switch
    {
        FuseOpcode.Lookup => IsName(body),
        FuseOpcode.Read or FuseOpcode.ReadDirectory => body.Length >= 40,
        FuseOpcode.Forget or FuseOpcode.Interrupt => body.Length >= 8,
        FuseOpcode.BatchForget => body.Length >= BatchHeader && U32(0) <= (body.Length - BatchHeader) / ForgetOne,
        FuseOpcode.Init => body.Length >= InitMinimum,
        _ => true,
    };

    private static bool IsName(ReadOnlySpan<byte> text) =>
        text.Length is > 1 and <= FuseSize.NameMax + 1 && text[^1] == 0 && text[..^1].IndexOfAny((byte)0, (byte)'/') < 0;

    private uint U32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(body[at..]);
    private ulong U64(int at) => BinaryPrimitives.ReadUInt64LittleEndian(body[at..]);
}
