using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace G8os.Model.Sandboxes;

/// <summary>
/// What an object is called: the SHA-256 of its plain bytes. As text 64 lower-case hexadecimal digits; as a path <c>ab/cdef…</c>, two digits and
/// 62, the same below a node's cache, a controller's store and the namespace that g8os-fs serves. Ordered as its text is.
/// </summary>
[JsonConverter(typeof(ObjectHashJson))]
public readonly record struct ObjectHash : IComparable<ObjectHash>
{
    /// <summary>Bytes of a hash.</summary>
    public const int Length = SHA256.HashSizeInBytes;
    /// <summary>Characters of its text.</summary>
    public const int TextLength = Length * 2;
    /// <summary>Digits that name the directory in <see cref="Path"/>.</summary>
    private const int DirectoryDigits = 2;

    private readonly ulong a, b, c, d;

    /// <summary>The hash of exactly <see cref="Length"/> bytes.</summary>
    public ObjectHash(ReadOnlySpan<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(bytes.Length, Length);
        a = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        b = BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]);
        c = BinaryPrimitives.ReadUInt64BigEndian(bytes[16..]);
        d = BinaryPrimitives.ReadUInt64BigEndian(bytes[24..]);
    }

    /// <summary>The name of these bytes.</summary>
    public static ObjectHash Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Length];
        SHA256.HashData(content, hash);
        return new(hash);
    }

    /// <summary>The name of what a stream holds from here to its end.</summary>
    public static ObjectHash Of(Stream content)
    {
        Span<byte> hash = stackalloc byte[Length];
        SHA256.HashData(content, hash);
        return new(hash);
    }

    /// <summary>Two digits, a slash, and 62 digits.</summary>
    public string Path => ToString().Insert(DirectoryDigits, "/");

    /// <summary>The hash of such a text and of no other: upper-case digits are refused, so that one object has one name.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out ObjectHash hash)
    {
        hash = default;
        if (text is not { Length: TextLength } || !text.All(char.IsAsciiHexDigitLower))
            return false;
        hash = new(Convert.FromHexString(text));
        return true;
    }

    /// <summary>The hash of a <see cref="Path"/>.</summary>
    public static bool TryParsePath([NotNullWhen(true)] string? path, out ObjectHash hash)
    {
        hash = default;
        return path is { Length: TextLength + 1 } && path[DirectoryDigits] == '/' && TryParse(path.Remove(DirectoryDigits, 1), out hash);
    }

    /// <exception cref="FormatException">It is no hash.</exception>
    public static ObjectHash Parse(string text) =>
        TryParse(text, out var hash) ? hash : throw new FormatException($"cannot read the hash {Toml.Words.Quote(text)}: expected {TextLength} lower-case hexadecimal digits");

    public byte[] ToBytes()
    {
        var bytes = new byte[Length];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, a);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8), b);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(16), c);
        BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(24), d);
        return bytes;
    }

    public override string ToString() => Convert.ToHexStringLower(ToBytes());

    public int CompareTo(ObjectHash other) => (a, b, c, d).CompareTo((other.a, other.b, other.c, other.d));
    public static bool operator <(ObjectHash left, ObjectHash right) => left.CompareTo(right) < 0;
    public static bool operator >(ObjectHash left, ObjectHash right) => left.CompareTo(right) > 0;
    public static bool operator <=(ObjectHash left, ObjectHash right) => left.CompareTo(right) <= 0;
    public static bool operator >=(ObjectHash left, ObjectHash right) => left.CompareTo(right) >= 0;
}

/// <summary>A hash in JSON is its text.</summary>
public sealed class ObjectHashJson : JsonConverter<ObjectHash>
{
    public override ObjectHash Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && ObjectHash.TryParse(reader.GetString(), out var hash)
            ? hash
            : throw new JsonException($"expected {ObjectHash.TextLength} lower-case hexadecimal digits");

    public override void Write(Utf8JsonWriter writer, ObjectHash value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
