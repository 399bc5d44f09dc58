using G8os.Store.Tree;

namespace G8os.Store.Erofs;

/// <summary>An inode as it lies in an image; all offsets were judged.</summary>
/// <param name="Nid">Slot it begins at.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Mode">The lower twelve bits.</param>
/// <param name="Layout">How its content lies.</param>
/// <param name="Where">The four bytes that say where, or a device's numbers.</param>
/// <param name="Size">Bytes of content.</param>
/// <param name="User">Owner.</param>
/// <param name="Group">Owning group.</param>
/// <param name="Seconds">Unix seconds of its last change.</param>
/// <param name="Nanoseconds">Beyond them.</param>
/// <param name="XattrOffset">Byte of the image where its xattrs begin.</param>
/// <param name="XattrLength">Their bytes, 0 or at least 12.</param>
internal readonly record struct ErofsNode(
    ulong Nid, FileKind Kind, int Mode, int Layout, uint Where, long Size, uint User, uint Group, long Seconds, int Nanoseconds, int XattrOffset, int XattrLength)
{
    public int Behind => XattrOffset + XattrLength;
}
