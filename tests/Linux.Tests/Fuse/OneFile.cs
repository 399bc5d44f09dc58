using System.Text;
using G8os.Linux.Fuse;

namespace G8os.Linux.Tests.Fuse;

/// <summary>A file system with the file "told" in its root, and names that behave: "missing", "broken" throws, "slow" is not answered while it is held back.</summary>
internal sealed class OneFile(string content)
{
    private const int ENOENT = 2, ENOSYS = 38;
    private const ulong FileNode = 2;
    private readonly byte[] bytes = Encoding.UTF8.GetBytes(content);
    private int taken;

    internal bool HoldBack { get; init; }
    /// <summary>How many lookups of "slow" were taken and not answered.</summary>
    internal int Taken => Volatile.Read(ref taken);
    internal FuseSession? Session { get; private set; }

    internal void Handle(FuseRequest request, ref FuseReply reply)
    {
        switch (request.Opcode)
        {
            case FuseOpcode.Init:
                reply.Init(Session = FuseSession.Answer(request));
                break;
            case FuseOpcode.Lookup:
                Lookup(Encoding.UTF8.GetString(request.Name), ref reply);
                break;
            case FuseOpcode.GetAttributes:
                reply.Attributes(request.Node == 1 ? new(1, FuseAttributes.Directory, 0, 0) : File);
                break;
            case FuseOpcode.Read:
                var from = bytes.AsSpan((int)Math.Min(request.Offset, (ulong)bytes.Length));
                from = from[..(int)Math.Min(request.Size, (uint)from.Length)];
                from.CopyTo(reply.Room);
                reply.Data(from.Length);
                break;
            case FuseOpcode.ReadDirectory when request.Offset == 0:
                reply.AddDirent(FileNode, 1, false, "told"u8, request.Size);
                break;
            case FuseOpcode.ReadDirectory:
                reply.Data(0);
                break;
            case FuseOpcode.StatFs:
                reply.StatFs(1 << 30, 1 << 20);
                break;
            case FuseOpcode.Forget or FuseOpcode.BatchForget or FuseOpcode.Interrupt:
                break;
            default:
                reply.Fail(ENOSYS);
                break;
        }
    }

    private FuseAttributes File => new(FileNode, FuseAttributes.File, bytes.Length, 1_000_000_000);

    private void Lookup(string name, ref FuseReply reply)
    {
        switch (name)
        {
            case "slow" when HoldBack:
                Interlocked.Increment(ref taken);
                break;
            case "told" or "slow":
                reply.Entry(File);
                break;
            case "broken":
                throw new InvalidOperationException("the handler is broken");
            default:
                reply.Fail(ENOENT);
                break;
        }
    }
}
