using System.Net;
using System.Security.Cryptography;
using G8os.Controller.Audit;
using G8os.Controller.Storage;
using G8os.Decisions.Keys;
using G8os.Model.Wire;

namespace G8os.Controller.Nodes;

/// <summary>Gives an accepted node the controller's share of its disk key, sealed to the request's key. What is given and what is refused is audited.</summary>
internal sealed class Unlocking(Database database, NodeTable nodes, RefusalLog refusals)
{
    /// <summary>The answer to a proved request, without its challenge.</summary>
    public async Task<UnlockAnswer> Unlock(UnlockRequest request, byte[] signature, IPAddress? remote)
    {
        var answer = await database.Write(tx => Decide(tx, request, signature, remote?.ToString() ?? "unknown"));
        if (answer.Standing != Standing.Accepted)
            await refusals.Note(remote, "unlock.refused", request.NodeId, answer.Reason);
        return answer;
    }

    private UnlockAnswer Decide(Tx tx, UnlockRequest request, byte[] signature, string remote)
    {
        if (NodeRows.Get(tx, request.NodeId) is not { } node)
            return Refuse(Standing.Pending, "this controller does not know the node: enrol again");
        if (node.Standing != Standing.Accepted)
            return Refuse(node.Standing, node.Reason);
        if (P256.DecodeSpki(request.EphemeralKey) is not { } ephemeral)
            return Refuse(Standing.Refused, "the request's ephemeral key is not a P-256 key");
        var ask = node.Ask.Length > 0 ? node.Ask : UnlockPolicy.Ask(node, request.Macs, request.Facts);
        if (ask != node.Ask || node.Macs != request.Macs || node.Facts != request.Facts)
            nodes.Put(tx, node with { Ask = ask, Macs = request.Macs, Facts = request.Facts });
        if (ask.Length > 0)
            return Refuse(Standing.Pending, $"{ask}: an operator must confirm it with g8os node accept {node.Name}");
        AuditLog.Append(tx, remote, "unlock.given", node.Id, node.Certified ? "" : "the private directory may be made");
        return new UnlockAnswer
        {
            Standing = Standing.Accepted,
            Challenge = "",
            SealedShare = Seal(tx, node.Id, ephemeral, signature),
            MayCreate = !node.Certified,
        };
    }

    private static string Seal(Tx tx, string id, byte[] ephemeral, byte[] signature)
    {
        var share = tx.First<byte[]>("SELECT share FROM node WHERE id = @id", new { id })
            ?? throw new InvalidOperationException($"internal error: accepted node {id} has no share");
        using var sender = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var message = Hpke.Seal(sender, ephemeral, AnswerJudge.ShareInfo, signature, share);
        CryptographicOperations.ZeroMemory(share);
        return Convert.ToBase64String(message);
    }

    private static UnlockAnswer Refuse(Standing standing, string reason) => new() { Standing = standing, Reason = reason, Challenge = "" };
}
