using G8os.Model;
using G8os.Core.Run.Network;
using G8os.Decisions.Keys;
using G8os.Decisions.Network;

namespace G8os.Core.Run.Unlock;

/// <summary>Signed requests to the controller that proved itself on the uplink.</summary>
internal sealed class UplinkApi(GridFile grid, NodeClock clock, Identity identity, Func<Values<string>> macs) : IDisposable
{
    private static readonly TimeSpan Connect = TimeSpan.FromSeconds(3);
    private readonly Lock gate = new();
    private Uplink? uplink;
    private HttpClient? http;

    public Identity Identity => identity;
    public GridFile Grid => grid;
    public Values<string> Macs => macs();

    /// <summary>Takes another uplink; requests under way on the old one fail by themselves.</summary>
    public void Use(Uplink found)
    {
        lock (gate)
        {
            if (found == uplink)
                return;
            http?.Dispose();
            uplink = found;
            http = ControllerHttp.Create(found.Link, found.Address, found.Dns, Connect, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Proves the controller anew, for its challenge, and asks; <paramref name="ask"/> is called with both.</summary>
    public async Task<AnswerVerdict<T>> AskAsync<T>(Func<NodeApi, string, CancellationToken, Task<AnswerVerdict<T>>> ask, TimeSpan limit) where T : class
    {
        using var stop = new CancellationTokenSource(limit);
        NodeApi api;
        lock (gate)
            api = new NodeApi(http ?? throw new HttpRequestException("there is no uplink"), uplink!.Url, grid, clock);
        var ping = await api.ProveAsync(stop.Token);
        var verdict = await ask(api, ping.Challenge, stop.Token);
        return verdict.Finding == AnswerFinding.Ok ? verdict : throw new StrangerException(verdict.Reason);
    }

    public void Dispose() => http?.Dispose();
}
