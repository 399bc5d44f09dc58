using System.Text;
using G8os.Model.Wire;

namespace G8os.Decisions.Keys;

/// <summary>The exact bytes that signatures of the node API and of grid.json cover; see <see cref="NodeHeaders"/> and <see cref="DocumentSignature"/>.</summary>
public static class NodeSignature
{
    /// <summary>What a node signs: <c>"g8os request\n" path "\n" body</c>. The path is the route's, without a query.</summary>
    public static byte[] RequestBytes(string path, ReadOnlySpan<byte> body) =>
        [.. "g8os request\n"u8, .. Encoding.UTF8.GetBytes(path), (byte)'\n', .. body];

    /// <summary>What a controller signs: <c>"g8os answer\n" path "\n" binding "\n" body</c>; binding is the request's signature header, or the nonce of a ping.</summary>
    public static byte[] AnswerBytes(string path, string binding, ReadOnlySpan<byte> body) =>
        [.. "g8os answer\n"u8, .. Encoding.UTF8.GetBytes(path), (byte)'\n', .. Encoding.UTF8.GetBytes(binding), (byte)'\n', .. body];

    /// <summary>What a grid's root signs: <c>"g8os grid\n"</c> + the payload's bytes.</summary>
    public static byte[] GridBytes(ReadOnlySpan<byte> payload) => [.. "g8os grid\n"u8, .. payload];
}
