using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Controller.Nodes;

/// <summary>What is durable of a node. The share stays in the database and is read for an unlock only.</summary>
internal sealed record NodeRecord
{
    public required string Id { get; init; }
    public required string Name { get; init; }
    /// <summary>The boot identity's SubjectPublicKeyInfo, base64.</summary>
    public required string Identity { get; init; }
    public required Standing Standing { get; init; }
    /// <summary>Why it stands so, for the node's console.</summary>
    public string Reason { get; init; } = "";
    /// <summary>Why its next unlock waits for an operator; empty when it does not.</summary>
    public string Ask { get; init; } = "";
    public required Values<string> Macs { get; init; }
    public required NodeFacts Facts { get; init; }
    /// <summary>MACs and facts when it was accepted: what an unlock is compared with.</summary>
    public required Values<string> EnrolledMacs { get; init; }
    public required NodeFacts EnrolledFacts { get; init; }
    public SortedDictionary<string, string> Labels { get; init; } = new(StringComparer.Ordinal);
    /// <summary>True once it has had a certificate: its private directory is never made again.</summary>
    public bool Certified { get; init; }
    public DateTimeOffset? CertificateNotAfter { get; init; }
    public required DateTimeOffset Created { get; init; }
    public DateTimeOffset? Decided { get; init; }

    public bool Removed => Standing is Standing.Refused or Standing.Revoked;
    public string Fingerprint => P256.Fingerprint(Convert.FromBase64String(Identity));
}
