using System.Text;
using System.Text.Json;
using G8os.Model.Grid;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;

namespace G8os.Decisions.Keys;

/// <summary>What came of a node manifest: the manifest, or one sentence why the node does not go by it.</summary>
public sealed record ManifestVerdict(NodeManifest? Manifest, string Reason);

/// <summary>
/// Decides whether a node goes by a manifest: signed by the grid's node-manifest key, for this node, not older than the one it has. The bytes that are
/// verified are the bytes that are parsed.
/// </summary>
public static class ManifestJudge
{
    /// <summary>What is signed: these bytes, then the payload.</summary>
    public static ReadOnlySpan<byte> Domain => "g8os node manifest\n"u8;

    /// <summary>The bytes a node manifest's signature is over.</summary>
    public static byte[] SignedBytes(ReadOnlySpan<byte> payload) => [.. Domain, .. payload];

    /// <summary>Signs a manifest for a node.</summary>
    public static SignedDocument Sign(NodeManifest manifest, System.Security.Cryptography.ECDsa key)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(manifest, WireJson.Default.NodeManifest);
        var signature = Convert.ToBase64String(P256.Sign(key, SignedBytes(payload)));
        return new SignedDocument { Payload = Convert.ToBase64String(payload), Signatures = [new DocumentSignature(P256.KeyId(key.ExportSubjectPublicKeyInfo()), signature)] };
    }

    /// <summary>Judges the JSON of a signed document as it came over the session or lies on the disk.</summary>
    /// <param name="document">JSON of a <see cref="SignedDocument"/>.</param>
    /// <param name="grid">Who may sign; null when the node does not know its grid yet.</param>
    /// <param name="node">This node's id.</param>
    /// <param name="generation">Of the manifest the node goes by; 0 without one. The same generation again is accepted.</param>
    public static ManifestVerdict Judge(ReadOnlySpan<byte> document, GridDocument? grid, string node, long generation)
    {
        if (document.Length > 2 * NodeManifest.MaxBytes)
            return Refused($"it has {document.Length} bytes, at most {NodeManifest.MaxBytes} are allowed");
        if (Parse(document) is not { Payload: not null, Signatures: not null } signed || Base64.Decode(signed.Payload, NodeManifest.MaxBytes) is not { } payload)
            return Refused("it is not a signed document");
        if (P256.DecodeSpki(grid?.NodeManifestKey) is not { } key)
            return Refused("the grid document names no key for node manifests");
        var id = P256.KeyId(key);
        var signature = Base64.Decode(signed.Signatures.FirstOrDefault(candidate => candidate?.Key == id)?.Signature, P256.SignatureLength);
        if (signature is null || !P256.Verify(key, SignedBytes(payload), signature))
            return Refused($"it is not signed by {id}");
        if (Read(payload) is not { } manifest)
            return Refused("it is signed, but its payload is no node manifest");
        if (manifest.Node != node)
            return Refused($"it is for node {manifest.Node}, this is {node}");
        if (manifest.Generation < generation)
            return Refused($"its generation {manifest.Generation} is older than {generation}");
        return Doubt(manifest) is { } doubt ? Refused(doubt) : new ManifestVerdict(manifest, "");
    }

    /// <summary>What the signer should have seen: a name becomes a path and a cgroup on the node.</summary>
    private static string? Doubt(NodeManifest manifest)
    {
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var app in manifest.Apps)
        {
            if (!SandboxRef.IsName(app.Name))
                return $"the name of app \"{Shown(app.Name)}\" is none: {SandboxRef.NameRule}";
            if (!seen.Add(app.Name))
                return $"app {app.Name} is in it twice";
            if (!SandboxRef.TryParse(app.Sandbox, out _))
                return $"the sandbox of app {app.Name}, \"{Shown(app.Sandbox)}\", is not NAME@VERSION";
            if (app.Process.Exec is not ['/', ..])
                return $"app {app.Name} has no absolute path to execute";
        }
        foreach (var assigned in manifest.Sandboxes)
            if (!SandboxRef.TryParse(assigned.Sandbox, out _))
                return $"the sandbox \"{Shown(assigned.Sandbox)}\" is not NAME@VERSION";
        return null;
    }

    private static string Shown(string name) => new([.. name.Take(80).Select(letter => char.IsControl(letter) ? '?' : letter)]);

    private static ManifestVerdict Refused(string reason) => new(null, reason);

    private static SignedDocument? Parse(ReadOnlySpan<byte> document)
    {
        try
        {
            return JsonSerializer.Deserialize(document, WireJson.Default.SignedDocument);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static NodeManifest? Read(byte[] payload)
    {
        try
        {
            return JsonSerializer.Deserialize(payload, WireJson.Default.NodeManifest);
        }
        catch (Exception fault) when (fault is JsonException or DecoderFallbackException)
        {
            return null;
        }
    }
}
