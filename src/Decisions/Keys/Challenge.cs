using System.Buffers.Binary;
using System.Security.Cryptography;

namespace G8os.Decisions.Keys;

/// <summary>
/// The challenge a signed request carries: 8 bytes Unix milliseconds ‖ 16 random bytes ‖ HMAC-SHA256 of both, base64. Stateless: every
/// controller that holds the secret can check it.
/// </summary>
public static class Challenge
{
    /// <summary>Bytes of randomness in a challenge.</summary>
    public const int RandomLength = 16;

    private const int StampLength = 8;
    private const int Length = StampLength + RandomLength + HMACSHA256.HashSizeInBytes;

    /// <summary>How long a challenge is good for.</summary>
    public static readonly TimeSpan Validity = TimeSpan.FromMinutes(2);

    /// <summary>How far the clocks of two controllers may differ: a challenge may be this much from the future.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    /// <summary>A challenge made now with 16 fresh random bytes.</summary>
    public static string Make(ReadOnlySpan<byte> secret, DateTimeOffset now, ReadOnlySpan<byte> random)
    {
        if (random.Length != RandomLength)
            throw new ArgumentException("cannot make a challenge: it takes 16 random bytes", nameof(random));
        Span<byte> challenge = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(challenge, now.ToUnixTimeMilliseconds());
        random.CopyTo(challenge[StampLength..]);
        Mac(secret, challenge);
        return Convert.ToBase64String(challenge);
    }

    /// <summary>True when it was made with this secret within the last 2 minutes (or up to 30 s in the future).</summary>
    public static bool Check(ReadOnlySpan<byte> secret, DateTimeOffset now, string? challenge)
    {
        if (Base64.Decode(challenge, Length) is not { Length: Length } given)
            return false;
        Span<byte> expected = stackalloc byte[Length];
        given.CopyTo(expected);
        Mac(secret, expected);
        if (!CryptographicOperations.FixedTimeEquals(expected, given))
            return false;
        var age = now.ToUnixTimeMilliseconds() - BinaryPrimitives.ReadInt64BigEndian(given);
        return age <= Validity.TotalMilliseconds && age >= -Skew.TotalMilliseconds;
    }

    private static void Mac(ReadOnlySpan<byte> secret, Span<byte> challenge) =>
        HMACSHA256.HashData(secret, challenge[..(StampLength + RandomLength)], challenge[(StampLength + RandomLength)..]);
}
