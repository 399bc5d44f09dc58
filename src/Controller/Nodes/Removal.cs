using G8os.Controller.Audit;
using G8os.Controller.Jobs;
using G8os.Controller.Sessions;
using G8os.Controller.Storage;
using G8os.Model.Wire;

namespace G8os.Controller.Nodes;

/// <summary>Revoking and removing a node: refused from now on, its session closed, its name given back. Its share is kept, so that an accept by id undoes it.</summary>
internal sealed class Removal(NodeTable nodes, SessionTable sessions, JobBook jobs)
{
    /// <summary>Removes within a write.</summary>
    public NodeRecord Apply(Tx tx, NodeRecord node, string who, string reason)
    {
        var standing = node.Standing == Standing.Pending ? Standing.Refused : Standing.Revoked;
        var removed = nodes.Put(tx, node with { Standing = standing, Reason = reason, Ask = "", Decided = ControllerClock.Now });
        AuditLog.Append(tx, who, standing == Standing.Refused ? "node.refused" : "node.revoked", node.Id, $"{node.Name}: {reason}");
        tx.AfterCommit(() =>
        {
            sessions.CloseNode(node.Id, Grpc.Core.StatusCode.PermissionDenied, reason);
            jobs.NodeRemoved(node.Id);
        });
        return removed;
    }
}
