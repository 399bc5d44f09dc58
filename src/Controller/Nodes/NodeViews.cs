using G8os.Controller.Sessions;
using G8os.Model.Wire;

namespace G8os.Controller.Nodes;

/// <summary>Nodes as operators see them: what is durable, and who is there.</summary>
internal sealed class NodeViews(NodeTable nodes, SessionTable sessions, Func<string, bool> isAssigned)
{
    /// <summary>The nodes of the grid and those that ask to be, by name.</summary>
    public IEnumerable<NodeView> All(SortedDictionary<string, string>? labels) => nodes.All
        .Where(node => !node.Removed && (labels is null || Names.Match(labels, node.Labels)))
        .OrderBy(node => node.Name, StringComparer.Ordinal)
        .Select(Of);

    public NodeView Of(NodeRecord node)
    {
        var presence = sessions.Of(node.Id);
        var status = presence.Status;
        return new NodeView
        {
            Name = node.Name,
            Id = node.Id,
            State = presence.State(node, ControllerClock.Now),
            Phase = status.Phase,
            Uplink = status.Uplink,
            Candidate = status.Candidate,
            Address = status.Address,
            Waiting = node.Ask.Length > 0 ? node.Ask : node.Standing != Standing.Accepted ? node.Reason : status.Waiting,
            Assigned = isAssigned(node.Id),
            Macs = node.Macs,
            Labels = node.Labels,
            Fingerprint = node.Fingerprint,
            Facts = node.Facts,
            LastSeen = presence.LastSeen,
            CertificateNotAfter = node.CertificateNotAfter,
        };
    }
}
