namespace G8os.Model.Wire;

/// <summary>
/// Headers of the node API. A request is signed by the boot identity over <c>"g8os request\n" path "\n" body</c>; an answer by a
/// probe key of grid.json over <c>"g8os answer\n" path "\n" binding "\n" body</c>, where binding is the request's signature header
/// (POST, the base64 text as it was sent) or the nonce (ping). The path is the route's, without a query. All signatures are P-256 ECDSA with
/// SHA-256, IEEE P1363, base64. A request that does not prove who it is from (wrong signature, wrong or old challenge, an id that is not the
/// identity's hash) is answered 403 with the same signed body whatever is known of the node: standing refused, an empty challenge. 429 (too
/// many from this address), 400 (not JSON, too long) and 5xx are not signed. Answers of /v1/grid carry no headers: each document is signed.
/// </summary>
public static class NodeHeaders
{
    /// <summary>The signature: of the request by the boot identity, of the answer by a probe key.</summary>
    public const string Signature = "G8os-Signature";
    /// <summary>On /v1/certificate: the same bytes signed by the node key too.</summary>
    public const string NodeSignature = "G8os-Node-Signature";
    /// <summary>On an answer: the id (<c>sha256:…</c>) of the probe key that signed it. Requests carry their key in the body.</summary>
    public const string Key = "G8os-Key";
}

/// <summary>
/// Answer of <c>GET /v1/ping?nonce=…</c> (the nonce: 1 to 128 base64 or base64url characters). Padded to 1400 bytes, so that it fills a frame:
/// a path that loses big packets fails the probe.
/// </summary>
public sealed record PingAnswer
{
    public required string Controller { get; init; }
    public required string Nonce { get; init; }
    /// <summary>The controller's clock, for a node whose own is off.</summary>
    public required DateTimeOffset Time { get; init; }
    public required long Epoch { get; init; }
    /// <summary>0 (idle) to 1.</summary>
    public required double Load { get; init; }
    /// <summary>Stateless, valid 2 minutes; the next signed request carries it.</summary>
    public required string Challenge { get; init; }
    public string Padding { get; set; } = "";
}

/// <summary>What a node says of its machine; the policy <c>ask</c> is chosen when serials differ from those at enrolment.</summary>
public sealed record NodeFacts
{
    public string Hostname { get; set; } = "";
    public int Cpus { get; init; }
    public long MemoryBytes { get; init; }
    public string Kernel { get; set; } = "";
    public string Version { get; set; } = "";
    public string DmiSerial { get; set; } = "";
    public Values<string> DiskSerials { get; set; } = [];
}

/// <summary>POST /v1/enroll. Bodies of the node API have at most 16 KiB; at most 64 MACs and 64 disk serials.</summary>
public sealed record EnrollRequest
{
    /// <summary>Lower-case hex of the first 16 bytes of SHA-256 over <see cref="Identity"/>'s bytes.</summary>
    public required string NodeId { get; init; }
    /// <summary>The boot identity's SubjectPublicKeyInfo, base64.</summary>
    public required string Identity { get; init; }
    public required Values<string> Macs { get; init; }
    public required NodeFacts Facts { get; init; }
    /// <summary>The join token sealed (HPKE, info "g8os join token", aad = node id) to grid.json's seal key: enc ‖ ciphertext, base64.</summary>
    public string? SealedToken { get; init; }
    public required string Challenge { get; init; }
    /// <summary>Seconds the controller may hold the answer while the node is pending: 0 to 60.</summary>
    public int WaitSeconds { get; init; }
}

/// <summary>
/// Where a node stands with the controller: waiting for a token or an operator (also: not known any more, so enrol again); in the grid;
/// removed while it was pending; removed after it was accepted.
/// </summary>
public enum Standing { Pending, Accepted, Refused, Revoked }

/// <summary>Answer of /v1/enroll.</summary>
public sealed record EnrollAnswer
{
    public required Standing Standing { get; init; }
    public string Name { get; set; } = "";
    /// <summary>One sentence for the console.</summary>
    public string Reason { get; set; } = "";
    /// <summary>A fresh challenge for the next request; empty when this one was not proved: ping again.</summary>
    public required string Challenge { get; init; }
}

/// <summary>POST /v1/unlock: the seed's "post macaddr, retrieve an unlock key".</summary>
public sealed record UnlockRequest
{
    public required string NodeId { get; init; }
    public required string Identity { get; init; }
    public required Values<string> Macs { get; init; }
    public required NodeFacts Facts { get; init; }
    public required string Challenge { get; init; }
    /// <summary>P-256 SubjectPublicKeyInfo made for this request, base64.</summary>
    public required string EphemeralKey { get; init; }
}

/// <summary>Answer of /v1/unlock.</summary>
public sealed record UnlockAnswer
{
    public required Standing Standing { get; init; }
    public string Reason { get; set; } = "";
    public required string Challenge { get; init; }
    /// <summary>The controller's share (32 bytes), HPKE to the ephemeral key, info "g8os unlock", aad = the request's signature bytes: enc ‖ ciphertext, base64. Only when accepted.</summary>
    public string? SealedShare { get; init; }
    /// <summary>True until this node's first certificate: the private directory may be made if it is absent. Never true again without a reset permit.</summary>
    public bool MayCreate { get; init; }
}

/// <summary>POST /v1/certificate, signed by boot identity and node key.</summary>
public sealed record CertificateRequest
{
    public required string NodeId { get; init; }
    public required string Identity { get; init; }
    public required string Challenge { get; init; }
    /// <summary>PKCS#10 of the node key, DER, base64.</summary>
    public required string Csr { get; init; }
    /// <summary>The node's sshd host public key line, to be certified.</summary>
    public required string SshHostKey { get; init; }
}

/// <summary>Answer of /v1/certificate.</summary>
public sealed record CertificateAnswer
{
    public required Standing Standing { get; init; }
    public string Reason { get; set; } = "";
    public required string Challenge { get; init; }
    /// <summary>Node certificate, DER, base64; its SAN is <c>URI:g8os:node:ID</c>; valid 24 h.</summary>
    public string? Certificate { get; init; }
    public string? SshHostCertificate { get; init; }
    /// <summary>Who may log in, for /mnt/etc/ssh/ssh.toml.</summary>
    public Values<SshUser> SshUsers { get; set; } = [];
}

/// <summary>A login name and the public key lines that open it.</summary>
public sealed record SshUser(string Name, Values<string> Keys);
