using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Client;

public sealed partial class ControllerClient
{
    /// <summary>All nodes that carry <paramref name="labels"/>; every node when there are none.</summary>
    public Task<Values<NodeView>> NodesAsync(IReadOnlyDictionary<string, string> labels, CancellationToken cancel)
    {
        var pairs = string.Join(',', labels.Select(l => $"{l.Key}={l.Value}"));
        var query = pairs.Length == 0 ? "" : "?labels=" + Uri.EscapeDataString(pairs);
        return connection.GetAsync(Routes.Nodes + query, WireJson.Default.ValuesNodeView, cancel);
    }

    /// <param name="node">A name, an id, or at least 4 leading digits of an id.</param>
    /// <param name="cancel">Gives up.</param>
    public Task<NodeView> NodeAsync(string node, CancellationToken cancel) =>
        connection.GetAsync(Fill(Routes.Node, "node", node), WireJson.Default.NodeView, cancel);

    /// <summary>Lets a pending node in and names it.</summary>
    public Task<NodeView> AcceptNodeAsync(string node, AcceptRequest request, CancellationToken cancel) =>
        connection.PostAsync(Fill(Routes.NodeAccept, "node", node), request, WireJson.Default.AcceptRequest, WireJson.Default.NodeView, cancel);

    /// <summary>Revokes and removes a node.</summary>
    public Task<NodeView> RemoveNodeAsync(string node, CancellationToken cancel) =>
        connection.DeleteAsync(Fill(Routes.Node, "node", node), WireJson.Default.NodeView, cancel);

    public Task<NodeExplanation> ExplainNodeAsync(string node, CancellationToken cancel) =>
        connection.GetAsync(Fill(Routes.NodeExplain, "node", node), WireJson.Default.NodeExplanation, cancel);

    /// <summary>The node's log: the last <paramref name="lines"/>, then new ones as they come when <paramref name="follow"/>.</summary>
    /// <param name="node">A name or an id.</param>
    /// <param name="lines">How many of the lines that are already there, 0 or more.</param>
    /// <param name="follow">Whether to go on with new lines.</param>
    /// <param name="source">core, sshd or a job's id; null for core and sshd together.</param>
    /// <param name="cancel">Ends the stream.</param>
    public IAsyncEnumerable<LogLine> NodeLogsAsync(string node, int lines, bool follow, string? source, CancellationToken cancel)
    {
        var query = $"?lines={Number(lines)}&follow={(follow ? "true" : "false")}"
            + (source is null ? "" : "&source=" + Uri.EscapeDataString(source));
        return connection.StreamAsync(Fill(Routes.NodeLogs, "node", node) + query, WireJson.Default.LogLine, cancel);
    }
}
