using System.Buffers.Binary;

namespace G8os.Linux.Fuse;

/// <summary>Messages that a server sends unasked: a fuse_out_header whose unique is 0 and whose error is the code (enum fuse_notify_code).</summary>
public static class FuseNotice
{
    private const int InvalidateEntryCode = 3, ResendCode = 7, InvalidateEntryHead = 16;

    /// <summary>FUSE_NOTIFY_RESEND (Linux 6.9): every request that a server took and did not answer is queued again.</summary>
    public static ReadOnlySpan<byte> Resend => [FuseSize.OutHeader, 0, 0, 0, ResendCode, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    /// <summary>FUSE_NOTIFY_INVAL_ENTRY: the kernel forgets a name in a directory. Returns the message's length in <paramref name="buffer"/>.</summary>
    public static int InvalidateEntry(Span<byte> buffer, ulong directory, ReadOnlySpan<byte> name)
    {
        var length = FuseSize.OutHeader + InvalidateEntryHead + name.Length + 1;
        buffer[..length].Clear();
        BinaryPrimitives.WriteInt32LittleEndian(buffer, length);
        BinaryPrimitives.WriteInt32LittleEndian(buffer[4..], InvalidateEntryCode);
        BinaryPrimitives.WriteUInt64LittleEndian(buffer[FuseSize.OutHeader..], directory);
        BinaryPrimitives.WriteInt32LittleEndian(buffer[(FuseSize.OutHeader + 8)..], name.Length);
        name.CopyTo(buffer[(FuseSize.OutHeader + InvalidateEntryHead)..]);
        return length;
    }
}
