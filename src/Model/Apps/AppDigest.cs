using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using G8os.Model.Wire;

namespace G8os.Model.Apps;

/// <summary>What a spec is called by: lower-case hex of the first 16 bytes of SHA-256 over its JSON (WireJson, members in declared order).</summary>
public static class AppDigest
{
    public const int Length = 32;

    // A spec is a value that never changes, and is asked for its digest at every look at it.
    private static readonly ConditionalWeakTable<AppSpec, string> Known = [];

    public static string Of(AppSpec spec) => Known.GetValue(spec, Compute);

    private static string Compute(AppSpec spec) =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(spec, WireJson.Default.AppSpec)).AsSpan(0, Length / 2));
}
