using G8os.Model;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;

namespace G8os.Decisions.Keys;

/// <summary>What a signed sandbox manifest is worth.</summary>
public abstract record SandboxVerdict;

/// <summary>A publisher of the grid signed it, and it is of the sandbox that was asked for.</summary>
public sealed record SandboxAccepted(SandboxManifest Manifest, string Publisher) : SandboxVerdict;

/// <summary>It must not be mounted; the reason is one sentence.</summary>
public sealed record SandboxRefused(SandboxFault Fault, string Reason) : SandboxVerdict;

/// <summary>Why a sandbox manifest was refused.</summary>
public enum SandboxFault
{
    /// <summary>Not base64, not the JSON of a manifest, or a manifest that contradicts the rules of names and sizes.</summary>
    Malformed,
    /// <summary>It carries no signature.</summary>
    Unsigned,
    /// <summary>Only keys signed it that grid.json does not name as publishers.</summary>
    UnknownPublisher,
    /// <summary>A publisher's signature is not over these bytes.</summary>
    WrongSignature,
    /// <summary>It is well signed, and of another sandbox or version.</summary>
    OtherSandbox,
}

/// <summary>Decides whether a sandbox may be mounted: signed by one of grid.json's publishers, over exactly these bytes, under the name that was asked for.</summary>
public static class SandboxJudge
{
    /// <summary>More signatures than this are not looked at.</summary>
    public const int MaxSignatures = 8;

    /// <summary>What a publisher signs: <c>"g8os sandbox\n"</c> + the payload's bytes.</summary>
    public static byte[] SignedBytes(ReadOnlySpan<byte> payload) => [.. "g8os sandbox\n"u8, .. payload];

    /// <summary>Judges <paramref name="signed"/> as the manifest of <paramref name="wanted"/>.</summary>
    public static SandboxVerdict Judge(SignedDocument? signed, SandboxRef wanted, GridDocument grid)
    {
        if (Base64.Decode(signed?.Payload, SandboxManifest.MaxBytes) is not { Length: > 0 } payload || signed?.Signatures is not { } signatures)
            return new SandboxRefused(SandboxFault.Malformed, $"the manifest of {wanted} is no signed document");
        var (fault, publisher) = Signer(payload, [.. signatures.Take(MaxSignatures)], grid);
        if (publisher is null)
            return new SandboxRefused(fault, Describe(fault, wanted, signatures));
        if (SandboxManifest.Parse(payload) is not { } manifest)
            return new SandboxRefused(SandboxFault.Malformed, $"the manifest of {wanted} is signed but not understood: it is of another version of g8os");
        return manifest.Ref == wanted
            ? new SandboxAccepted(manifest, publisher)
            : new SandboxRefused(SandboxFault.OtherSandbox, $"the manifest is of {manifest.Ref}, not of {wanted}");
    }

    /// <summary>The manifest in a signed one, without judging its signatures: for what the reader wrote itself. Null when it is none.</summary>
    public static SandboxManifest? Read(SignedDocument signed) => Base64.Decode(signed.Payload, SandboxManifest.MaxBytes) is { } payload ? SandboxManifest.Parse(payload) : null;

    private static (SandboxFault Fault, string? Publisher) Signer(byte[] payload, DocumentSignature[] signatures, GridDocument grid)
    {
        var fault = signatures.Length == 0 ? SandboxFault.Unsigned : SandboxFault.UnknownPublisher;
        foreach (var publisher in grid.SandboxPublishers)
        {
            if (P256.DecodeSpki(publisher) is not { } spki || signatures.FirstOrDefault(candidate => candidate?.Key == P256.KeyId(spki)) is not { } signature)
                continue;
            if (Base64.Decode(signature.Signature, P256.SignatureLength) is { } bytes && P256.Verify(spki, SignedBytes(payload), bytes))
                return (fault, signature.Key);
            fault = SandboxFault.WrongSignature;
        }
        return (fault, null);
    }

    private static string Describe(SandboxFault fault, SandboxRef wanted, Values<DocumentSignature> signatures) => fault switch
    {
        SandboxFault.Unsigned => $"{wanted} is not signed; g8os sandbox push signs it",
        SandboxFault.UnknownPublisher => $"{wanted} is signed by {Shown(signatures[0]?.Key)}, which is no publisher of this grid",
        SandboxFault.WrongSignature => $"the signature of {wanted} is wrong: its manifest was changed after it was signed",
        _ => throw new System.Diagnostics.UnreachableException($"internal error: fault {fault} is not described"),
    };

    // A key id comes from a stranger: only what is one is shown.
    private static string Shown(string? key) => key is not null && GridChain.IsPin(key) ? key : "an unknown key";
}
