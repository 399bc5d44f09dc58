using G8os.Model.Wire;

namespace G8os.Lab.Serve;

/// <summary>What the controllers say of the nodes, at most <see cref="Fresh"/> old; asked only when somebody wants to know.</summary>
internal sealed class LabViews(IReadOnlyList<ControllerHost> controllers) : IDisposable
{
    public static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(250);
    /// <summary>A controller that does not answer must not hold up <c>lab status</c>: what it said last counts.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

    private readonly SemaphoreSlim turn = new(1);
    private readonly Dictionary<string, IReadOnlyList<NodeView>> said = new(StringComparer.Ordinal);
    private long asked = long.MinValue;

    /// <summary>The view of the machine with this MAC: of several the one whose node was seen last.</summary>
    public static NodeView? Of(IEnumerable<NodeView> views, string mac) =>
        views.Where(view => view.State != "removed" && view.Macs.Contains(mac)).OrderByDescending(view => view.LastSeen ?? DateTimeOffset.MinValue).FirstOrDefault();

    public async Task<IReadOnlyList<NodeView>> LatestAsync(CancellationToken cancel)
    {
        await turn.WaitAsync(cancel);
        try
        {
            if (asked == long.MinValue || Environment.TickCount64 - asked > Fresh.TotalMilliseconds)
            {
                await Task.WhenAll(controllers.Select(controller => AskAsync(controller, cancel)).ToArray());
                asked = Environment.TickCount64;
            }
            lock (said)
                return [.. said.Values.SelectMany(views => views)];
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task AskAsync(ControllerHost controller, CancellationToken cancel)
    {
        if (controller is not { Api: { } api, Status.Ready: true })
            return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        try
        {
            var views = await api.NodesAsync(limit.Token);
            lock (said)
                said[controller.Name] = views;
        }
        catch (Exception e) when (e is LabException or ObjectDisposedException || ControllerApi.IsSilence(e, cancel))
        {
            // What it said last stays: a controller that restarts must not make its nodes look new.
            return;
        }
    }

    public void Dispose() => turn.Dispose();
}
