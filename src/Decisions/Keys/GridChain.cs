using System.Text.Json;
using G8os.Model.Wire;

namespace G8os.Decisions.Keys;

/// <summary>What came of a list of grid documents.</summary>
public abstract record GridVerdict;

/// <summary>The newest version that is vouched for. <see cref="Signed"/> is its signed form to keep, null when nothing newer than the known one was offered.</summary>
public sealed record GridAccepted(GridDocument Grid, SignedDocument? Signed) : GridVerdict;

/// <summary>Nothing of the list is taken over; the reason is one sentence.</summary>
public sealed record GridRefused(GridFault Fault, string Reason) : GridVerdict;

/// <summary>Why a list of grid documents was refused.</summary>
public enum GridFault
{
    /// <summary>No document was offered and none is known.</summary>
    Nothing,
    /// <summary>Not base64, not the JSON of a grid document, or keys in it are none.</summary>
    Malformed,
    /// <summary>Version 1 is of a grid with another root than the pin says.</summary>
    WrongPin,
    /// <summary>A needed signature is absent or wrong.</summary>
    BadSignature,
    /// <summary>A version is left out.</summary>
    Gap,
    /// <summary>A version below the known one, or another document with the known version's number.</summary>
    Rollback,
}

/// <summary>
/// The chain of grid.json: the pin anchors version 1, the root of version N signs version N+1, and a changed root needs the old and the
/// new root's signature. Versions never go down. The bytes that are verified are the bytes that are parsed.
/// </summary>
public static class GridChain
{
    /// <summary>The most versions one answer may hold.</summary>
    public const int MaxDocuments = 1024;

    /// <summary>The most bytes of one document.</summary>
    public const int MaxPayload = 64 * 1024;

    /// <summary>Follows the chain from the known document (or, with none, from the pin <c>sha256:…</c>) through the offered versions in order.</summary>
    public static GridVerdict Follow(string pin, GridDocument? known, IReadOnlyList<SignedDocument> offered)
    {
        if (offered.Count > MaxDocuments)
            return new GridRefused(GridFault.Malformed, $"the answer holds {offered.Count} grid documents, more than {MaxDocuments}");
        var newest = known;
        SignedDocument? signed = null;
        foreach (var document in offered)
        {
            if (document?.Signatures is null || Base64.Decode(document.Payload, MaxPayload) is not { } payload || Parse(payload) is not { } next)
                return new GridRefused(GridFault.Malformed, "a grid document is not one: bad base64, JSON or keys");
            if (newest is not null && next.Version == newest.Version && next == newest)
                continue;
            if (Judge(pin, newest, next, payload, document.Signatures) is { } refused)
                return refused;
            (newest, signed) = (next, document);
        }
        return newest is null ? new GridRefused(GridFault.Nothing, "the controller offered no grid document") : new GridAccepted(newest, signed);
    }

    /// <summary>The document in a signed one, without judging its signatures: for the copy a node or controller wrote itself, and to show a stranger's pin.</summary>
    public static GridDocument? Read(SignedDocument document) => Base64.Decode(document.Payload, MaxPayload) is { } payload ? Parse(payload) : null;

    /// <summary>True for <c>sha256:</c> and 64 lower-case hex digits.</summary>
    public static bool IsPin(string text) =>
        text.StartsWith("sha256:", StringComparison.Ordinal) && text.Length == "sha256:".Length + 64 && text.Skip("sha256:".Length).All(char.IsAsciiHexDigitLower);

    /// <summary>The pin of a grid document's root: <c>sha256:…</c>.</summary>
    public static string PinOf(GridDocument grid) => P256.KeyId(Convert.FromBase64String(grid.Root));

    private static GridRefused? Judge(string pin, GridDocument? newest, GridDocument next, byte[] payload, IReadOnlyList<DocumentSignature> signatures)
    {
        var root = Convert.FromBase64String(next.Root);
        if (newest is null)
        {
            if (next.Version != 1)
                return new GridRefused(GridFault.Gap, $"the chain starts at version {next.Version}, not at 1");
            if (P256.KeyId(root) != pin)
                return new GridRefused(GridFault.WrongPin, $"it is the grid {P256.KeyId(root)}, the pin says {pin}");
            return Unsigned(root, next, payload, signatures);
        }
        if (next.Version <= newest.Version)
            return new GridRefused(GridFault.Rollback, $"version {next.Version} was offered, version {newest.Version} is known");
        if (next.Version != newest.Version + 1)
            return new GridRefused(GridFault.Gap, $"version {next.Version} was offered after version {newest.Version}");
        return Unsigned(Convert.FromBase64String(newest.Root), next, payload, signatures)
            ?? (next.Root == newest.Root ? null : Unsigned(root, next, payload, signatures));
    }

    private static GridRefused? Unsigned(byte[] root, GridDocument next, byte[] payload, IReadOnlyList<DocumentSignature> signatures)
    {
        var id = P256.KeyId(root);
        var signature = Base64.Decode(signatures.FirstOrDefault(candidate => candidate?.Key == id)?.Signature, P256.SignatureLength);
        return signature is not null && P256.Verify(root, NodeSignature.GridBytes(payload), signature)
            ? null
            : new GridRefused(GridFault.BadSignature, $"version {next.Version} is not signed by the root {id}");
    }

    private static GridDocument? Parse(byte[] payload)
    {
        try
        {
            var grid = JsonSerializer.Deserialize(payload, WireJson.Default.GridDocument);
            return grid is not null && IsWhole(grid) ? grid : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsWhole(GridDocument grid) =>
        P256.DecodeSpki(grid.Root) is not null
        && P256.DecodeSpki(grid.SealKey) is not null
        && Base64.Decode(grid.IssuingCertificate, MaxPayload) is { Length: > 0 }
        && grid.Controllers is { } controllers
        && controllers.All(controller => controller is { Id: not null } && P256.DecodeSpki(controller.Key) is not null)
        && grid.Name is not null
        && grid.SshCa is not null
        && grid.Endpoints is { } endpoints
        && endpoints.All(endpoint => endpoint is not null)
        && grid.SessionPort is > 0 and <= 65535;
}
