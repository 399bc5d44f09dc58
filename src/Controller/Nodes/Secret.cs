using System.Security.Cryptography;
using System.Text;

namespace G8os.Controller.Nodes;

/// <summary>A token's text <c>KIND-ID-SECRET</c>: the id (8 hex digits) finds the row, the hash of the whole text is what is kept and compared.</summary>
internal sealed record Secret(string Id, string Text, byte[] Hash)
{
    private const int IdBytes = 4;
    private const int SecretBytes = 20;
    private const int MaxLength = 128;

    public static Secret New(string kind)
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));
        return Of(id, $"{kind}-{id}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes))}");
    }

    /// <summary>The parts of a token of this kind; null when the text is not one.</summary>
    public static Secret? Parse(string kind, string text)
    {
        var parts = text.Trim().Split('-');
        return text.Length <= MaxLength && parts.Length == 3 && parts[0] == kind && parts[1].Length == IdBytes * 2 ? Of(parts[1], text.Trim()) : null;
    }

    private static Secret Of(string id, string text) => new(id, text, SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
