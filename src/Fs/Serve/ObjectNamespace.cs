using G8os.Linux.Files;
using G8os.Linux.Fuse;
using G8os.Model.Sandboxes;
using G8os.Store.Objects;

namespace G8os.Fs.Serve;

/// <summary>A request that is answered when its object is local: a LOOKUP, or a READ of <paramref name="Size"/> bytes.</summary>
internal sealed record LateRequest(ulong Unique, ObjectHash Object, ulong Offset, uint? Size);

/// <summary>
/// The tree the kernel sees: 256 directories <c>00</c> to <c>ff</c>, and in each every object that exists anywhere, under the 62 other digits of its
/// hash. Nothing here waits for a network: what is not local goes to <paramref name="later"/>.
/// </summary>
/// <param name="store">The node's cache.</param>
/// <param name="nodes">Inode numbers of objects.</param>
/// <param name="negotiated">Hears what INIT agreed on, before the kernel does.</param>
/// <param name="later">Takes a request over; it will <see cref="Answer"/> or refuse it.</param>
internal sealed class ObjectNamespace(ObjectStore store, NodeTable nodes, Action<FuseSession> negotiated, Action<LateRequest> later)
{
    public const int ENOENT = 2, EIO = 5, EISDIR = 21, ENFILE = 23, ENOSYS = 38;
    private const ulong Root = 1, FirstDirectory = 2, Directories = 256, FirstObject = FirstDirectory + Directories;
    private const int DirectoryDigits = 2, NameDigits = ObjectHash.TextLength - DirectoryDigits;

    public void Handle(FuseRequest request, ref FuseReply reply)
    {
        switch (request.Opcode)
        {
            case FuseOpcode.Init:
                var session = FuseSession.Answer(request);
                negotiated(session);
                reply.Init(session);
                break;
            case FuseOpcode.Lookup:
                Lookup(request, ref reply);
                break;
            case FuseOpcode.GetAttributes:
                GetAttributes(request, ref reply);
                break;
            case FuseOpcode.Read:
                Read(request, ref reply);
                break;
            case FuseOpcode.ReadDirectory:
                List(request, ref reply);
                break;
            case FuseOpcode.Forget or FuseOpcode.BatchForget:
                Forget(request);
                break;
            case FuseOpcode.Interrupt: // whoever was interrupted is answered in time anyway
                break;
            case FuseOpcode.StatFs:
                var space = DiskSpace.Of(store.Root);
                reply.StatFs(space.Total, space.Available);
                break;
            case FuseOpcode.Destroy:
                reply.Empty();
                break;
            default: // OPEN, OPENDIR, FLUSH, GETXATTR: the kernel asks once and never again
                reply.Fail(ENOSYS);
                break;
        }
    }

    /// <summary>Answers a late request from the cache; EIO when the object is not there.</summary>
    public void Answer(LateRequest late, ref FuseReply reply)
    {
        if (!(late.Size is { } size ? ReadLocal(late.Object, late.Offset, size, ref reply) : Enter(late.Object, ref reply)))
            reply.Fail(EIO);
    }

    private void Lookup(FuseRequest request, ref FuseReply reply)
    {
        if (request.Node == Root && IsHex(request.Name, DirectoryDigits))
            reply.Entry(Directory(FirstDirectory + Convert.FromHexString(request.Name)[0]));
        else if (request.Node is >= FirstDirectory and < FirstObject && IsHex(request.Name, NameDigits))
        {
            var hash = HashOf((byte)(request.Node - FirstDirectory), request.Name);
            if (!Enter(hash, ref reply))
                later(new(request.Unique, hash, 0, null));
        }
        else
            reply.Fail(ENOENT);
    }

    private void GetAttributes(FuseRequest request, ref FuseReply reply)
    {
        if (request.Node is >= Root and < FirstObject)
            reply.Attributes(Directory(request.Node));
        else if (nodes.TryFind(SlotOf(request.Node), out var hash) && store.Length(hash) is { } length)
            reply.Attributes(new(request.Node, FuseAttributes.File, length, 0));
        else
            reply.Fail(EIO);
    }

    private void Read(FuseRequest request, ref FuseReply reply)
    {
        if (!nodes.TryFind(SlotOf(request.Node), out var hash))
            reply.Fail(request.Node < FirstObject ? EISDIR : EIO);
        else if (!ReadLocal(hash, request.Offset, request.Size, ref reply))
            later(new(request.Unique, hash, request.Offset, request.Size));     // it left the cache after it was looked up
    }

    private void Forget(FuseRequest request)
    {
        for (var i = 0; i < request.ForgetCount; i++)
        {
            var (node, lookups) = request.Forgotten(i);
            nodes.Forget(SlotOf(node), lookups);
        }
    }

    /// <summary>The 256 directories; objects are found by name, not listed.</summary>
    private static void List(FuseRequest request, ref FuseReply reply)
    {
        reply.Data(0);
        if (request.Node != Root)
            return;
        for (var i = request.Offset; i < Directories; i++)
            if (!reply.AddDirent(FirstDirectory + i, i + 1, directory: true, [Digit(i >> 4), Digit(i & 0xf)], request.Size))
                return;
    }

    /// <summary>Tells the kernel of a local object; false when it is not local.</summary>
    private bool Enter(ObjectHash hash, ref FuseReply reply)
    {
        if (store.Length(hash) is not { } length)
            return false;
        var slot = nodes.Take(hash);
        if (slot < 0)
            reply.Fail(ENFILE);
        else
            reply.Entry(new(FirstObject + (ulong)slot, FuseAttributes.File, length, 0));
        return true;
    }

    private bool ReadLocal(ObjectHash hash, ulong offset, uint size, ref FuseReply reply)
    {
        using var file = store.Open(hash);
        if (file is null)
            return false;
        var room = reply.Room[..(int)Math.Min(size, FuseSize.ReadMax)];
        var total = 0;
        for (int got; total < room.Length && (got = RandomAccess.Read(file.SafeFileHandle, room[total..], (long)offset + total)) > 0;)
            total += got;
        reply.Data(total);
        return true;
    }

    private static FuseAttributes Directory(ulong node) => new(node, FuseAttributes.Directory, 0, 0);

    private static int SlotOf(ulong node) => node is >= FirstObject and < FirstObject + NodeTable.SlotsMax ? (int)(node - FirstObject) : -1;

    private static ObjectHash HashOf(byte first, ReadOnlySpan<byte> name)
    {
        Span<byte> bytes = stackalloc byte[ObjectHash.Length];
        bytes[0] = first;
        Convert.FromHexString(name, bytes[1..], out _, out _);
        return new(bytes);
    }

    private static bool IsHex(ReadOnlySpan<byte> name, int digits)
    {
        if (name.Length != digits)
            return false;
        foreach (var digit in name)
            if (!char.IsAsciiHexDigitLower((char)digit))
                return false;
        return true;
    }

    private static byte Digit(ulong value) => (byte)"0123456789abcdef"[(int)value];
}
