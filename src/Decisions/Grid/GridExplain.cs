using System.Globalization;
using G8os.Model;
using G8os.Model.Apps;

namespace G8os.Decisions.Grid;

/// <summary>One link of a chain of causes.</summary>
/// <param name="Service">The service it tells of.</param>
/// <param name="Link">commit, plan, run, step, issued, node or app.</param>
/// <param name="Says">One sentence.</param>
/// <param name="Broken">From here on things are not as wanted.</param>
public sealed record ExplainLine(string Service, string Link, string Says, bool Broken = false);

/// <summary>All that is known when somebody asks why.</summary>
/// <param name="Wanted">The newest compiled commit; null before the first.</param>
/// <param name="Issued">What is issued now.</param>
/// <param name="Seen">What the nodes last said, by name.</param>
/// <param name="Run">The newest run; null before the first.</param>
/// <param name="Now">Unix milliseconds.</param>
public sealed record ExplainInput(GridSpec? Wanted, GridIssued Issued, IReadOnlyDictionary<string, NodeSeen> Seen, RunState? Run, long Now);

/// <summary>
/// Why an app is as it is: commit, plan, run, step, manifest, node, app, one line each. Where a service waits for another one, the chain goes on
/// with that one.
/// </summary>
public static class GridExplain
{
    /// <summary>So many services are told of; a longer chain is cut.</summary>
    public const int MaxServices = 16;
    private const int CommitShown = 12;

    /// <param name="name">An app (all its instances) or one service id.</param>
    /// <returns>Empty when neither the commit nor any manifest knows the name.</returns>
    public static Values<ExplainLine> Of(string name, ExplainInput input)
    {
        var lines = new List<ExplainLine>();
        var open = new Queue<string>(ServicesOf(name, input));
        var told = new SortedSet<string>(StringComparer.Ordinal);
        while (open.TryDequeue(out var service) && told.Count < MaxServices)
            if (told.Add(service))
            {
                var chain = ChainOf(service, input).ToArray();
                lines.AddRange(chain);
                if (chain.Any(line => line.Broken))
                    foreach (var producer in WaitsFor(service, input))
                        open.Enqueue(producer);
            }
        return lines.ToValues();
    }

    /// <summary>The first thing that is not as wanted, seen from the end of the chain: the nearest to a cause that is known. Null when all is well.</summary>
    public static ExplainLine? Cause(Values<ExplainLine> chain) => chain.LastOrDefault(line => line.Broken);

    private static IEnumerable<string> ServicesOf(string name, ExplainInput input) =>
        (input.Wanted?.Services.Values ?? []).Concat(input.Issued.Nodes.Values.SelectMany(node => node.Services.Items))
            .Where(service => service.Id == name || service.App.Name == name).Select(service => service.Id).Distinct().Order(StringComparer.Ordinal);

    private static IEnumerable<ExplainLine> ChainOf(string service, ExplainInput input)
    {
        var wanted = input.Wanted?.Services.GetValueOrDefault(service);
        yield return OfCommit(service, wanted, input);
        foreach (var line in OfRun(service, input))
            yield return line;
        var (node, issued) = Issued(service, input);
        var digest = issued is null ? "" : AppDigest.Of(issued.App);
        yield return OfIssue(service, node, issued, wanted, input);
        if (node is null || issued is null)
            yield break;
        var seen = input.Seen.GetValueOrDefault(node, NodeSeen.Never);
        yield return OfNode(service, node, seen, input);
        yield return OfApp(service, seen.App(issued.App.Name), digest, seen, input);
    }

    private static ExplainLine OfCommit(string service, ServiceSpec? wanted, ExplainInput input) =>
        input.Wanted is null ? new(service, "commit", "no commit was read yet", true)
        : wanted is null ? new(service, "commit", $"{Short(input.Wanted.Commit)} does not want it")
        : new(service, "commit", $"{Short(input.Wanted.Commit)} wants {wanted.App.Sandbox} on {wanted.Node}"
            + (wanted.Producers.Count > 0 ? $", after {string.Join(", ", wanted.Producers)}" : ""));

    private static IEnumerable<ExplainLine> OfRun(string service, ExplainInput input)
    {
        if (input.Run is not { } run)
        {
            yield return new(service, "run", "there was none yet");
            yield break;
        }
        var changes = run.Plan.Changes.Values.Where(change => change.Service == service).ToArray();
        yield return new(service, "plan", changes.Length == 0 ? $"{run.Plan.Id} leaves it as it is"
            : $"{run.Plan.Id}: {string.Join(", then ", changes.OrderBy(change => change.Order).Select(change => $"{change.Kind.ToString().ToLowerInvariant()} on {change.Node}"))}"
                + (changes.SelectMany(change => change.Diff).Take(3).Select(field => field.Path).ToArray() is { Length: > 0 } paths ? $" ({string.Join(", ", paths)})" : ""));
        yield return new(service, "run", $"{run.Number} {(run.Outcome is { } outcome ? $"ended {outcome.ToString().ToLowerInvariant()}" : "is under way")}"
            + (run.Reason.Length > 0 ? $": {run.Reason}" : ""));
        foreach (var change in changes.OrderBy(change => change.Order))
            if (run.Steps.TryGetValue(change.Key, out var step))
                yield return new(service, "step", $"{change.Key}: {step.Phase.ToString().ToLowerInvariant()} for {Span(input.Now - step.Since)}"
                    + (step.Reason.Length > 0 ? $": {step.Reason}" : ""), step.Phase is not StepPhase.Ok);
    }

    private static ExplainLine OfIssue(string service, string? node, ServiceSpec? issued, ServiceSpec? wanted, ExplainInput input)
    {
        if (node is null || issued is null)
            return new(service, "issued", "no manifest holds it", wanted is not null);
        var issue = input.Issued.Of(node);
        var says = $"generation {issue.Generation} of {node}, from commit {Short(issue.Commit)}";
        return wanted is null ? new(service, "issued", $"{says} still holds it", true)
            : wanted != issued ? new(service, "issued", $"{says} holds another spec than the commit wants: {issued.App.Sandbox} on {node}", true)
            : new(service, "issued", says);
    }

    private static ExplainLine OfNode(string service, string node, NodeSeen seen, ExplainInput input)
    {
        var generation = input.Issued.Of(node).Generation;
        return !seen.Connected ? new(service, "node", $"{node} has no session; when it was last heard it went by generation {seen.Generation}", true)
            : seen.Generation < generation ? new(service, "node", $"{node} still goes by generation {seen.Generation}, not by {generation}", true)
            : new(service, "node", $"{node} goes by generation {seen.Generation}");
    }

    private static ExplainLine OfApp(string service, AppStatus? app, string digest, NodeSeen seen, ExplainInput input)
    {
        if (app is null)
            return new(service, "app", seen.Connected ? "the node does not have it" : "the node never said anything of it", true);
        var says = $"{app.State.ToString().ToLowerInvariant()}{(app.Ready ? " and ready" : "")} for {Span(input.Now - app.Since)}, restarts {app.Restarts}"
            + (app.Reason.Length > 0 ? $": {app.Reason}" : "");
        return app.Digest != digest ? new(service, "app", $"{says}; what runs is {(app.Sandbox.Length > 0 ? app.Sandbox : "nothing")} with another spec", true)
            : new(service, "app", says, !app.Ready);
    }

    /// <summary>Producers that are not ready, and services whose steps come first and are not over.</summary>
    private static IEnumerable<string> WaitsFor(string service, ExplainInput input)
    {
        foreach (var producer in input.Wanted?.Services.GetValueOrDefault(service)?.Producers ?? [])
            if (Issued(producer, input) is not ({ } node, { } issued) || input.Seen.GetValueOrDefault(node, NodeSeen.Never).App(issued.App.Name) is not { Ready: true })
                yield return producer;
        if (input.Run is { Outcome: null } run)
            foreach (var change in run.Plan.Changes.Values.Where(change => change.Service == service))
                foreach (var first in change.After.Concat(change.Behind))
                    if (run.Steps.GetValueOrDefault(first) is { IsOver: false } && run.Plan.Changes[first].Service != service)
                        yield return run.Plan.Changes[first].Service;
    }

    private static (string? Node, ServiceSpec? Service) Issued(string service, ExplainInput input)
    {
        foreach (var (node, issue) in input.Issued.Nodes)
            if (issue.Services.Find(service) is { } issued)
                return (node, issued);
        return (null, null);
    }

    private static string Span(long milliseconds) => milliseconds switch
    {
        < 0 => "0 s",
        < 120_000 => $"{milliseconds / 1000} s",
        < 7_200_000 => $"{milliseconds / 60_000} min",
        _ => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 3_600_000} h"),
    };

    private static string Short(string commit) => commit.Length > CommitShown ? commit[..CommitShown] : commit;
}
