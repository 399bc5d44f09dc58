using G8os.Cli.Read;
using G8os.Cli.Show;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>How nodes are listed, by <c>node ls</c> and <c>status</c>.</summary>
internal static class NodeColumns
{
    private const int ShortId = 12;
    public const string Empty = "This grid has no nodes yet; make a join token for one: g8os token create --name NODE";

    public static Listing<NodeView> Listing(Surroundings here) => new()
    {
        Key = n => n.Name.Length > 0 ? n.Name : n.Id,
        JsonType = WireJson.Default.ValuesNodeView,
        JsonItem = WireJson.Default.NodeView,
        Empty = Empty,
        Columns =
        [
            new("NAME", n => Paint.OrDash(n.Name)),
            new("ID", n => n.Id[..Math.Min(ShortId, n.Id.Length)]),
            new("STATE", n => Paint.State(n.State)),
            new("PHASE", n => Paint.Phase(n.Phase)),
            new("UPLINK", n => Paint.OrDash(n.Uplink)),
            new("ADDRESS", n => Paint.OrDash(n.Address)),
            new("LAST SEEN", n => Paint.OrDash(RelativeTime.Of(n.LastSeen, here.Now()))) { Moves = true },
            new("CANDIDATE", n => Paint.OrDash(n.Candidate)) { Wide = true },
            new("LABELS", n => Paint.OrDash(Labels.Join(n.Labels))) { Wide = true },
            new("MACS", n => Paint.OrDash(string.Join(',', n.Macs))) { Wide = true },
            new("CERTIFICATE", n => Paint.OrDash(RelativeTime.Of(n.CertificateNotAfter, here.Now()))) { Wide = true, Moves = true },
            new("FINGERPRINT", n => Paint.OrDash(n.Fingerprint)) { Wide = true },
            new("ASSIGNED", n => n.Assigned ? "yes" : "no") { Wide = true },
            new("WAITING", n => Waiting(n)),
        ],
    };

    /// <summary>A node that no commit names is well, and runs no apps.</summary>
    private static string Waiting(NodeView node) => node.Waiting.Length > 0 || node.Assigned || node.State is "pending" or "removed" ? node.Waiting : "unassigned";
}
