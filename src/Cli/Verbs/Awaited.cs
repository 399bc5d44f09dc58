using G8os.Cli.Read;
using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>What was seen of an awaited thing: it is there, it can never come to it, or why it is not there yet.</summary>
internal readonly record struct Seen(bool Holds, string Reason, bool Failed = false);

/// <summary>Something <c>g8os wait</c> waits for.</summary>
/// <param name="Name">The thing, e.g. node/NAME.</param>
/// <param name="Wanted">What it is waited for, in words.</param>
/// <param name="Said">What is said when it is there.</param>
/// <param name="Advice">Where more is told.</param>
/// <param name="LookAsync">Looks once.</param>
internal sealed record Awaited(string Name, string Wanted, string Said, string Advice, Func<CancellationToken, Task<Seen>> LookAsync)
{
    public static Awaited FieldOf(ControllerClient client, Condition wanted, string node) => new(
        $"node/{node}", $"{wanted.Field} is {wanted.Value}", $"node/{node}: {wanted.Field} is {wanted.Value}", $"g8os explain node/{node} tells more",
        async cancel =>
        {
            var view = await client.NodeAsync(node, cancel);
            return new(wanted.Holds(view), $"{wanted.Field} is {wanted.Seen(view)}{(view.Waiting.Length > 0 ? $", {view.Waiting}" : "")}");
        });

    /// <summary>Every instance is ready with what was issued last, and none is still to come.</summary>
    public static Awaited ReadyOf(ControllerClient client, string app) => new(
        $"app/{app}", "it is ready", $"app/{app} is ready", $"g8os explain app/{app} tells more",
        async cancel =>
        {
            var instances = (await client.AppsAsync(cancel)).Where(view => view.App == app || view.Service == app).ToList();
            if (instances.Count == 0)
                return new(false, "no blueprint has it yet");
            var lame = instances.Find(view => !view.Ready || !view.Current);
            return lame is null ? new(true, "") : new(false, Reason(lame));
        });

    public static Awaited EndOf(ControllerClient client, string run) => new(
        $"run {run}", "it ends", $"run {run} ended ok", $"g8os ays run {run} tells more",
        async cancel =>
        {
            var view = await client.RunAsync(run, cancel);
            return view.State == "ok" ? new(true, "")
                : view.State == "running" ? new(false, AysRuns.Steps(view))
                : new(false, $"it ended {view.State}{(view.Reason.Length > 0 ? $": {view.Reason}" : "")}", Failed: true);
        });

    private static string Reason(AppView app) =>
        $"on {app.Node} it is {app.State}{(app.Ready && !app.Current ? " with what was issued before" : "")}{(app.Reason.Length > 0 ? $", {app.Reason}" : "")}";
}
