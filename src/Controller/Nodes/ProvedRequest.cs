using G8os.Decisions.Keys;

namespace G8os.Controller.Nodes;

/// <summary>A request of the node API that proved to be of the node it names, just now.</summary>
internal sealed record ProvedRequest(string NodeId, byte[] Identity, string Signature, byte[] Body)
{
    public byte[] SignatureBytes => Convert.FromBase64String(Signature);

    /// <summary>
    /// Checks the parts every request has: the identity's hash is the node id, it signed path and body, and the challenge is ours and fresh.
    /// Nothing is looked up, so that a stranger learns nothing, also not from the time it takes.
    /// </summary>
    public static ProvedRequest? Check(byte[] challengeSecret, string path, byte[] body, string? signature, string nodeId, string identity, string challenge)
    {
        if (signature is null || Base64.Decode(signature, P256.SignatureLength) is not { } bytes || P256.DecodeSpki(identity) is not { } spki)
            return null;
        var good = P256.NodeId(spki) == nodeId
            & P256.Verify(spki, NodeSignature.RequestBytes(path, body), bytes)
            & Challenge.Check(challengeSecret, ControllerClock.Now, challenge);
        return good ? new ProvedRequest(nodeId, spki, signature, body) : null;
    }
}
