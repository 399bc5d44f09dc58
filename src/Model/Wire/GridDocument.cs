namespace G8os.Model.Wire;

/// <summary>
/// One version of grid.json: who is trusted for what. Keys are P-256 SubjectPublicKeyInfo, base64; their ids are
/// <c>sha256:</c> + lower-case hex SHA-256 of the SubjectPublicKeyInfo. <see cref="Version"/> counts from 1.
/// </summary>
public sealed record GridDocument
{
    public required int Version { get; init; }
    public required string Name { get; init; }
    /// <summary>The root key that signs this version and, unless it is replaced, the next one.</summary>
    public required string Root { get; init; }
    /// <summary>DER certificate of the issuing CA, base64: the anchor of node and controller certificates.</summary>
    public required string IssuingCertificate { get; init; }
    /// <summary>Keys that may sign ping and node answers, one a controller.</summary>
    public required Values<ControllerKey> Controllers { get; init; }
    /// <summary>The public key join tokens are sealed to (HPKE).</summary>
    public required string SealKey { get; init; }
    /// <summary>OpenSSH public key line of the CA of host and user certificates.</summary>
    public required string SshCa { get; init; }
    /// <summary>Keys that may sign sandbox manifests: nothing signed by another is mounted.</summary>
    public Values<string> SandboxPublishers { get; set; } = [];
    public string? NodeManifestKey { get; init; }
    public string? ImageKey { get; init; }
    public int SessionPort { get; set; } = Routes.SessionPort;
    /// <summary>Further base URLs of controllers, tried after the one that carried the probe.</summary>
    public Values<string> Endpoints { get; set; } = [];
    /// <summary>No clock may be set before this time.</summary>
    public required DateTimeOffset TimeFloor { get; init; }
}

/// <summary>A controller: its id (the SAN of its certificate is <c>URI:g8os:controller:ID</c>) and its probe key.</summary>
public sealed record ControllerKey(string Id, string Key);

/// <summary>A document and who signed its exact bytes: what is verified is what is parsed.</summary>
public sealed record SignedDocument
{
    /// <summary>UTF-8 JSON, base64.</summary>
    public required string Payload { get; init; }
    public required Values<DocumentSignature> Signatures { get; init; }
}

/// <summary>P-256 ECDSA with SHA-256 (IEEE P1363, base64) over <c>"g8os grid\n"</c> + payload, by the key with this id.</summary>
public sealed record DocumentSignature(string Key, string Signature);
