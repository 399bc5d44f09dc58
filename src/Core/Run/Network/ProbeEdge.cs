using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Authentication;
using G8os.Decisions;
using G8os.Decisions.Keys;
using G8os.Decisions.Network;

namespace G8os.Core.Run.Network;

/// <summary>Races all controllers from all sources of a candidate, 250 ms apart (RFC 8305); the first proof wins.</summary>
internal sealed class ProbeEdge(GridFile grid, NodeClock clock, Action<Func<long, Event>> post, Action clockMoved)
{
    private const int AttemptsMax = 32;
    /// <summary>Characters of a stranger's certificate that are told.</summary>
    private const int SubjectMax = 120;
    private const int EvidenceMax = 1000;
    private static readonly TimeSpan Stagger = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PerAddress = TimeSpan.FromSeconds(3);
    private readonly ConcurrentDictionary<int, CancellationTokenSource> running = new();

    public void Start(StartProbe probe)
    {
        var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(NetworkConstants.ProbeWait));
        running[probe.Probe] = cancel;
        _ = RunAsync(probe, cancel);
    }

    public void Cancel(int probe)
    {
        if (running.TryRemove(probe, out var cancel))
            cancel.Cancel();
    }

    private sealed record Attempt(Verdict Verdict, string Evidence, Uplink? Uplink);

    private async Task RunAsync(StartProbe probe, CancellationTokenSource cancel)
    {
        var pairs = probe.Urls.SelectMany(url => probe.Sources.Select(source => (url, source))).Take(AttemptsMax).ToList();
        var attempts = pairs.Select((pair, index) => TryAsync(pair.url.TrimEnd('/'), pair.source, Stagger * index, cancel.Token)).ToList();
        var best = new Attempt(Verdict.NoAnswer, "no controller answered", null);
        while (attempts.Count > 0 && best.Verdict != Verdict.Answered)
        {
            var done = await Task.WhenAny(attempts);
            attempts.Remove(done);
            var outcome = await done;
            best = Better(best, outcome);
        }
        var told = running.TryRemove(probe.Probe, out _);
        await cancel.CancelAsync();
        await Task.WhenAll(attempts);
        cancel.Dispose();
        if (told)
            post(at => new ProbeEnded(probe.Probe, best.Verdict, best.Evidence, best.Uplink) { At = at });
    }

    /// <summary>The stronger finding; of strangers each is told, as far as it fits: they need not be the same one.</summary>
    private static Attempt Better(Attempt best, Attempt next)
    {
        if (Rank(next.Verdict) < Rank(best.Verdict))
            return best;
        return next.Verdict == Verdict.Stranger && best.Verdict == Verdict.Stranger && best.Evidence.Length + next.Evidence.Length <= EvidenceMax
            ? next with { Evidence = $"{best.Evidence}; {next.Evidence}" }
            : next;
    }

    private static int Rank(Verdict verdict) => verdict switch { Verdict.Answered => 3, Verdict.ServerFault => 2, Verdict.Stranger => 1, _ => 0 };

    private async Task<Attempt> TryAsync(string url, ProbeSource source, TimeSpan wait, CancellationToken stop)
    {
        var subject = "";
        try
        {
            await Task.Delay(wait, stop);
            using var http = ControllerHttp.Create(source.Link, source.Address, source.Dns, PerAddress, PerAddress + PerAddress, shown => subject = shown);
            var ping = await new NodeApi(http, url, grid, clock).ProveAsync(stop);
            if (clock.Adopt(ping.Time, grid.Known!.TimeFloor))
            {
                CoreLog.Write($"the clock was off by {ping.Behind.TotalSeconds:F0} s; it is {clock.Now:u} now, as {ping.Controller} says");
                clockMoved();
            }
            return new Attempt(Verdict.Answered, $"{ping.Controller} at {url} answered", Uplink(url, source, ping));
        }
        catch (Exception fault) when (fault is HttpRequestException or StrangerException or OperationCanceledException or SocketException or IOException)
        {
            return Judge(url, fault, subject);
        }
    }

    private static Uplink Uplink(string url, ProbeSource source, PingVerdict ping) =>
        new() { Link = source.Link, Address = source.Address, Url = url, Controller = ping.Controller, Dns = source.Dns };

    private static Attempt Judge(string url, Exception fault, string subject) => fault switch
    {
        StrangerException => new(Verdict.Stranger, $"{url}: {fault.Message}{Shown(subject)}", null),
        HttpRequestException { StatusCode: not null } => new(Verdict.ServerFault, $"{url}: {fault.Message}", null),
        HttpRequestException { InnerException: SocketException { SocketErrorCode: SocketError.ConnectionRefused } } => new(Verdict.ServerFault, $"{url}: connection refused", null),
        HttpRequestException { InnerException: AuthenticationException or IOException } => new(Verdict.Stranger, $"{url}: {fault.InnerException!.Message}", null),
        OperationCanceledException => new(Verdict.NoAnswer, $"{url}: no answer in time", null),
        _ => new(Verdict.NoAnswer, $"{url}: {(fault.InnerException ?? fault).Message}", null),
    };

    /// <summary>A stranger wrote it: no control characters, no more than fits.</summary>
    private static string Shown(string subject) =>
        subject.Length == 0 ? "" : $"; it shows the certificate of {string.Concat(subject.Where(character => !char.IsControl(character)).Take(SubjectMax))}";
}
