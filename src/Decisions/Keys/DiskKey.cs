using System.Security.Cryptography;
using System.Text;

namespace G8os.Decisions.Keys;

/// <summary>
/// The key of a node's private filesystem: HKDF-SHA256 (RFC 5869) with ikm = node share ‖ controller share, no salt, info =
/// <c>"g8os disk key\n"</c> + node id. Neither share opens anything alone.
/// </summary>
public static class DiskKey
{
    /// <summary>Bytes of the key, and of each share.</summary>
    public const int Length = 32;

    /// <summary>The 32 bytes of the key, written into the caller's (pinned) buffer. Throws for shares of another length.</summary>
    public static void Derive(ReadOnlySpan<byte> nodeShare, ReadOnlySpan<byte> controllerShare, string nodeId, Span<byte> key)
    {
        if (nodeShare.Length != Length || controllerShare.Length != Length || key.Length != Length || !P256.IsNodeId(nodeId))
            throw new ArgumentException("cannot derive the disk key: shares and key have 32 bytes each, a node id has 32 hex digits");
        Span<byte> ikm = stackalloc byte[Length * 2];
        nodeShare.CopyTo(ikm);
        controllerShare.CopyTo(ikm[Length..]);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, ikm, key, salt: [], info: Encoding.ASCII.GetBytes("g8os disk key\n" + nodeId));
        CryptographicOperations.ZeroMemory(ikm);
    }

    /// <summary>The 32 bytes of the key in a new array; the caller zeroes it.</summary>
    public static byte[] Derive(ReadOnlySpan<byte> nodeShare, ReadOnlySpan<byte> controllerShare, string nodeId)
    {
        var key = new byte[Length];
        Derive(nodeShare, controllerShare, nodeId, key);
        return key;
    }
}
