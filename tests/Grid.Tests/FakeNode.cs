using G8os.Decisions.Grid;
using G8os.Model;
using G8os.Model.Apps;

namespace G8os.Grid.Tests;

/// <summary>A node as the robot sees one: it goes by a manifest, has apps, and says so. What it runs it runs whether anyone hears of it or not.</summary>
internal sealed class FakeNode(string name)
{
    private readonly SortedDictionary<string, AppStatus> apps = new(StringComparer.Ordinal);

    public string Name => name;
    public bool Online { get; set; }
    /// <summary>Of the manifest it goes by.</summary>
    public long Generation { get; private set; }
    /// <summary>Its apps, by name.</summary>
    public IReadOnlyDictionary<string, AppStatus> Apps => apps;
    /// <summary>The services of the manifest it goes by, by the app's name.</summary>
    public SortedDictionary<string, ServiceSpec> Wanted { get; } = new(StringComparer.Ordinal);
    /// <summary>Which service each app runs for, and which spec.</summary>
    public SortedDictionary<string, ServiceSpec> Runs { get; } = new(StringComparer.Ordinal);

    public NodeSeen Seen => new() { Connected = true, Generation = Generation, Apps = apps.Values.ToValues() };

    /// <summary>Goes by a manifest from now on: what is new or different is starting, what is no longer wanted is stopping.</summary>
    public void Take(NodeIssue issue, long now)
    {
        if (issue.Generation <= Generation)
            return;
        Generation = issue.Generation;
        Wanted.Clear();
        foreach (var service in issue.Services.Items)
            Wanted[service.App.Name] = service;
        foreach (var (app, service) in Wanted)
            if (!Runs.TryGetValue(app, out var old) || old.App != service.App)
                Put(app, service, AppState.Starting, false, now, "");
            else
                Runs[app] = service;
        foreach (var app in apps.Keys.Where(app => !Wanted.ContainsKey(app)).ToArray())
            apps[app] = apps[app] with { State = AppState.Stopping, Ready = false, Since = now };
    }

    public void Ready(string app, long now) => Put(app, Wanted[app], AppState.Running, true, now, "");

    public void Ill(string app, AppState state, string reason, long now) => Put(app, Wanted[app], state, false, now, reason);

    /// <summary>Which other app listens on a port of this one.</summary>
    public string? PortTaken(string app) => apps.Values.FirstOrDefault(other => other.Name != app && other.State is AppState.Running or AppState.Stopping
        && Runs[other.Name].App.Ports.Any(port => Wanted[app].App.Ports.Contains(port)) && other.Name != app)?.Name;

    /// <summary>An app that is no longer wanted is gone.</summary>
    public void Gone(string app)
    {
        apps.Remove(app);
        Runs.Remove(app);
    }

    private void Put(string app, ServiceSpec service, AppState state, bool ready, long now, string reason)
    {
        Runs[app] = service;
        var before = apps.GetValueOrDefault(app);
        var same = before is not null && before.State == state && before.Ready == ready;
        apps[app] = new AppStatus
        {
            Name = app, State = state, Ready = ready, Digest = AppDigest.Of(service.App), Sandbox = service.App.Sandbox, Since = same ? before!.Since : now, Reason = reason,
        };
    }
}
