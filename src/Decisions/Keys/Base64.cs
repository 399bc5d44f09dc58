namespace G8os.Decisions.Keys;

/// <summary>Base64 from strangers: bounded, and null instead of an exception.</summary>
public static class Base64
{
    /// <summary>The bytes, or null when the text is absent, not base64, or more than <paramref name="limit"/> bytes.</summary>
    public static byte[]? Decode(string? text, int limit)
    {
        if (text is null || text.Length > (limit + 2) / 3 * 4)
            return null;
        var bytes = new byte[text.Length / 4 * 3 + 3];
        return Convert.TryFromBase64String(text, bytes, out var written) && written <= limit ? bytes[..written] : null;
    }
}
