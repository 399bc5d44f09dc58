using System.Net;
using System.Security.Cryptography;
using G8os.Controller.Audit;
using G8os.Controller.Grid;
using G8os.Controller.Storage;
using G8os.Decisions.Keys;
using G8os.Model.Wire;

namespace G8os.Controller.Nodes;

/// <summary>Becoming known: a new node is pending until a token or an operator accepts it.</summary>
internal sealed class Enrollment(Database database, NodeTable nodes, SealKey seal, Removal removal)
{
    /// <summary>When more are pending the oldest is dropped; it comes again with its next request.</summary>
    public const int MaxPending = 10_000;
    public const int MaxWaitSeconds = 60;
    private readonly RateLimit unknownNodes = new(RateLimit.UnknownNodesPerSecond, RateLimit.UnknownNodesBurst);
    private const string WaitsForOperator = "waits to be accepted by an operator: g8os node accept";

    /// <summary>Decides a proved request, and holds it while the node is pending.</summary>
    public async Task<NodeRecord> Enroll(EnrollRequest request, IPAddress? remote, CancellationToken stop)
    {
        var node = nodes.Get(request.NodeId);
        if (node is null || node.Standing == Standing.Pending && (request.SealedToken is not null || Changed(node, request)))
            node = await database.Write(tx => Decide(tx, request, remote));
        if (node.Standing != Standing.Pending || request.WaitSeconds <= 0)
            return node;
        await nodes.WaitForDecision(node.Id, TimeSpan.FromSeconds(Math.Min(request.WaitSeconds, MaxWaitSeconds)), stop);
        return nodes.Get(node.Id) ?? node;
    }

    /// <summary>An operator's yes. Null name keeps the one it has; null labels likewise. The fault is a sentence.</summary>
    public Task<(NodeRecord? Node, string Fault)> Accept(string id, AcceptRequest request, string who) => database.Write<(NodeRecord?, string)>(tx =>
    {
        if (NodeRows.Get(tx, id) is not { } node)
            return (null, "the node is gone");
        var name = request.Name ?? node.Name;
        if (NodeRows.Named(tx, name) is { } other && other.Id != id)
            return (null, $"the name {name} is taken by node {other.Id}");
        var accepted = Accepted(tx, node with { Name = name, Labels = request.Labels ?? node.Labels });
        AuditLog.Append(tx, who, node.Standing == Standing.Accepted ? "node.confirmed" : "node.accepted", id, $"as {name}");
        return (accepted, "");
    });

    private NodeRecord Decide(Tx tx, EnrollRequest request, IPAddress? remote)
    {
        var known = NodeRows.Get(tx, request.NodeId);
        if (known is { Standing: not Standing.Pending })
            return known;
        var who = remote?.ToString() ?? "unknown";
        var token = Token(tx, request);
        if (known is null && token is null && !unknownNodes.Take(remote))
            return Unknown(tx, request) with { Reason = "too many unknown nodes came from this address: it is not listed yet and asks again" };
        var node = known is null ? NewPending(tx, request, who) : known with { Macs = request.Macs, Facts = request.Facts };
        if (request.SealedToken is null)
            return nodes.Put(tx, node with { Reason = node.Reason.Length > 0 ? node.Reason : WaitsForOperator });
        if (token is not null)
            return AcceptByToken(tx, node, token, who);
        const string Bad = "its join token is unknown, used up or expired; " + WaitsForOperator;
        if (node.Reason != Bad)
            AuditLog.Append(tx, who, "token.refused", node.Id, "the join token is unknown, used up or expired");
        return nodes.Put(tx, node with { Reason = Bad });
    }

    private JoinToken? Token(Tx tx, EnrollRequest request)
    {
        const int MaxToken = 512;
        return Base64.Decode(request.SealedToken, MaxToken) is { } message && seal.OpenToken(message, request.NodeId) is { } text
            ? JoinTokens.Find(tx, text)
            : null;
    }

    private NodeRecord AcceptByToken(Tx tx, NodeRecord node, JoinToken token, string remote)
    {
        var name = token.NodeName ?? node.Name;
        if (NodeRows.Named(tx, name) is { } other && other.Id != node.Id)
        {
            // The same machine with a new identity (its medium was made anew) takes its old name; a stranger does not.
            if (other.Macs.Any(node.Macs.Contains))
                removal.Apply(tx, other, remote, $"superseded by node {node.Id}, which has its MACs and a token for its name");
            else
                name = node.Name;
        }
        JoinTokens.Use(tx, token);
        AuditLog.Append(tx, remote, "node.accepted", node.Id, $"as {name} by join token {token.Id}");
        return Accepted(tx, node with { Name = name, Labels = token.Labels });
    }

    private NodeRecord Accepted(Tx tx, NodeRecord node)
    {
        var accepted = nodes.Put(tx, node with
        {
            Standing = Standing.Accepted,
            Reason = "",
            Ask = "",
            EnrolledMacs = node.Macs,
            EnrolledFacts = node.Facts,
            Decided = ControllerClock.Now,
        });
        // The share is made once: another one would open nothing.
        tx.Execute("UPDATE node SET share = @share WHERE id = @Id AND share IS NULL", new { share = RandomNumberGenerator.GetBytes(DiskKey.Length), node.Id });
        return accepted;
    }

    private NodeRecord NewPending(Tx tx, EnrollRequest request, string remote)
    {
        if (tx.First<int>("SELECT count(*) FROM node WHERE standing = 'Pending'") >= MaxPending
            && tx.First<string>("SELECT id FROM node WHERE standing = 'Pending' ORDER BY created LIMIT 1") is { } oldest)
            nodes.Drop(tx, oldest);
        AuditLog.Append(tx, remote, "node.pending", request.NodeId, $"MACs {string.Join(' ', request.Macs)}");
        return Unknown(tx, request);
    }

    private static NodeRecord Unknown(Tx tx, EnrollRequest request) => new()
    {
        Id = request.NodeId,
        Name = FreeName(tx, request.NodeId),
        Identity = request.Identity,
        Standing = Standing.Pending,
        Macs = request.Macs,
        Facts = request.Facts,
        EnrolledMacs = [],
        EnrolledFacts = new NodeFacts(),
        Created = ControllerClock.Now,
    };

    private static string FreeName(Tx tx, string id)
    {
        var name = $"node-{id[..8]}";
        return NodeRows.Named(tx, name) is null ? name : $"node-{id[..^1]}";
    }

    private static bool Changed(NodeRecord node, EnrollRequest request) => node.Macs != request.Macs || node.Facts != request.Facts;
}
