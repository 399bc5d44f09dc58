using G8os.Controller.Sessions;
using G8os.Decisions.Grid;
using G8os.Model;
using G8os.Model.Apps;

namespace G8os.Controller.Robot;

/// <summary>What a machine last said it runs, and one sample before that.</summary>
/// <param name="Connected">False when its session is gone; what it said stands.</param>
/// <param name="Applied">What it said; null when it has not said anything to this controller.</param>
/// <param name="At">When, in milliseconds of this process.</param>
/// <param name="Before">What it said before, for rates.</param>
/// <param name="BeforeAt">When that was.</param>
/// <param name="Heard">It has said something in this session.</param>
/// <param name="Generation">Of the manifest it goes by, as its hello or its last word had it.</param>
internal sealed record NodeVoice(bool Connected, NodeApplied? Applied, long At, NodeApplied? Before, long BeforeAt, bool Heard, long Generation)
{
    public static readonly NodeVoice Silent = new(false, null, 0, null, 0, false, 0);

    /// <summary>Samples closer than this tell no rate.</summary>
    private const int MinSample = 500;
    public const int MaxApps = 1_000;

    public NodeVoice Says(NodeApplied applied, long now) =>
        Applied is null || now - At < MinSample
            ? this with { Connected = true, Heard = true, Applied = applied, At = Applied is null ? now : At, Generation = applied.Generation }
            : new(true, applied, now, Applied, At, true, applied.Generation);

    /// <summary>For the run: a node counts as there once it has said what it runs.</summary>
    public NodeSeen Seen => new() { Connected = Connected && Heard, Generation = Generation, Apps = Applied?.Apps ?? [] };

    public AppStatus? App(string name) => Applied?.Apps.FirstOrDefault(app => app.Name == name);

    /// <summary>Percent of one processor since the sample before; null when there is none.</summary>
    public double? Cpu(AppStatus app)
    {
        if (Before?.Apps.FirstOrDefault(before => before.Name == app.Name) is not { } before || At <= BeforeAt || app.CpuTime < before.CpuTime)
            return null;
        return Math.Round(100.0 * (app.CpuTime - before.CpuTime) / (At - BeforeAt), 1);
    }

    /// <summary>What a node sent, cut to what may be shown; null when it is not what it should be.</summary>
    public static NodeApplied? Read(string json)
    {
        var said = Http.Json.Parse(System.Text.Encoding.UTF8.GetBytes(json), Model.Wire.WireJson.Default.NodeApplied);
        if (said is null || said.Apps.Count > MaxApps || said.Apps.Any(app => app is null) || said.Sandboxes.Count > MaxApps || said.Sandboxes.Any(sandbox => sandbox is null))
            return null;
        return said with
        {
            Apps = said.Apps.Select(app => app with { Name = Clean(app.Name), Digest = Clean(app.Digest), Sandbox = Clean(app.Sandbox), Reason = Clean(app.Reason) }).ToValues(),
            Sandboxes = said.Sandboxes.Select(sandbox => sandbox with { Sandbox = Clean(sandbox.Sandbox), Reason = Clean(sandbox.Reason) }).ToValues(),
        };
    }

    private static string Clean(string text) => NodeStatus.Clean(text);
}
