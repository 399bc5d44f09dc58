using System.Globalization;
using System.Text;
using G8os.Model.Toml;

namespace G8os.Decisions.Grid;

/// <summary>
/// A plan for people: each change with its place in the order, why, what restarts, and how to get back. The same plan always has the same text.
/// Texts of blueprints are shown short and without control characters.
/// </summary>
public static class GridPlanText
{
    /// <summary>So many fields of one change are shown; the others are counted.</summary>
    public const int MaxFields = 40;
    private const int MaxAfter = 8;
    private const int CommitShown = 12;
    private const int TitleWidth = 44;

    public static string Write(GridPlan plan)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"plan {plan.Id} of commit {Short(plan.Commit)}\n");
        foreach (var change in plan.Changes.Values.OrderBy(change => change.Order).ThenBy(change => change.Key, StringComparer.Ordinal))
            Write(text, plan, change);
        foreach (var node in plan.Nodes)
            Write(text, node);
        return text.Append(Sum(plan)).ToString();
    }

    private static void Write(StringBuilder text, GridPlan plan, ServiceChange change)
    {
        if (change.Kind == ChangeKind.Leave && MoveOf(plan, change) is not null)
            return;
        var title = Title(plan, change);
        text.Append(CultureInfo.InvariantCulture, $"{change.Order,4}  {title.PadRight(TitleWidth)}  {string.Join("; ", Remarks(plan, change))}\n");
        foreach (var field in change.Diff.Take(MaxFields))
            text.Append(CultureInfo.InvariantCulture, $"          {field.Path}: {Shown(field.Old)} -> {Shown(field.New)}\n");
        if (change.Diff.Count > MaxFields)
            text.Append(CultureInfo.InvariantCulture, $"          and {change.Diff.Count - MaxFields} more fields\n");
    }

    private static void Write(StringBuilder text, NodeChange node)
    {
        var given = node.New.Where(sandbox => !node.Old.Contains(sandbox)).Select(sandbox => "+" + sandbox);
        var taken = node.Old.Where(sandbox => !node.New.Contains(sandbox)).Select(sandbox => "-" + sandbox);
        text.Append(CultureInfo.InvariantCulture, $"      node {node.Node}: sandboxes {string.Join(' ', given.Concat(taken))}\n");
    }

    private static string Title(GridPlan plan, ServiceChange change) => change.Kind switch
    {
        ChangeKind.Create when LeaveOf(plan, change) is { } leave => $"> move    {change.Service} from {leave.Node} to {change.Node}",
        ChangeKind.Create => $"+ create  {change.Service} on {change.Node}",
        ChangeKind.Update => $"~ update  {change.Service} on {change.Node}",
        ChangeKind.Verify => $"? verify  {change.Service} on {change.Node}",
        ChangeKind.Leave => $"- leave   {change.Service} on {change.Node}",
        ChangeKind.Destroy => $"- destroy {change.Service} on {change.Node}",
        _ => throw new System.Diagnostics.UnreachableException($"internal error: no words for {change.Kind}"),
    };

    private static IEnumerable<string> Remarks(GridPlan plan, ServiceChange change)
    {
        var move = LeaveOf(plan, change);
        if (change.New is { } now)
            yield return change.Old is { } old && old.App.Sandbox != now.App.Sandbox ? $"{old.App.Sandbox} -> {now.App.Sandbox}" : now.App.Sandbox;
        if (move is not null)
            yield return $"it is gone from {move.Node} before it starts on {change.Node}";
        else if (change.Restarts)
            yield return "restarts once";
        else if (change.Kind == ChangeKind.Update)
            yield return "restarts nothing";
        else if (change.Kind == ChangeKind.Verify)
            yield return "issued, and not yet seen well";
        else if (change.New is null)
            yield return "its data is removed";
        var after = change.After.Concat(change.Behind).Where(key => key != move?.Key).Order(StringComparer.Ordinal).ToArray();
        if (after.Length > 0)
            yield return $"after {string.Join(", ", after.Take(MaxAfter))}{(after.Length > MaxAfter ? $" and {after.Length - MaxAfter} more" : "")}";
        if (change.Wave > 0)
            yield return $"wave {change.Wave}";
        if (change.Restarts)
            yield return BackOf(change, change.New!.Update);
    }

    private static string BackOf(ServiceChange change, UpdateSpec update) =>
        !update.Rollback ? "does not go back by itself"
        : change.Back is not { } back ? "there is nothing to go back to"
        : $"goes back to {(back == change.Old || back.App.Sandbox == change.Old?.App.Sandbox ? "what it was" : back.App.Sandbox)} when it is not well within {Seconds(update.HealthyDeadline)}";

    private static ServiceChange? LeaveOf(GridPlan plan, ServiceChange change) =>
        change.Kind != ChangeKind.Create ? null
        : change.After.Select(key => plan.Changes.GetValueOrDefault(key)).FirstOrDefault(before => before is { Kind: ChangeKind.Leave } && before.Service == change.Service);

    private static ServiceChange? MoveOf(GridPlan plan, ServiceChange leave) =>
        plan.Changes.GetValueOrDefault(leave.Service) is { Kind: ChangeKind.Create } create && LeaveOf(plan, create) == leave ? create : null;

    private static string Sum(GridPlan plan)
    {
        if (plan.IsEmpty)
            return $"nothing to do: {plan.Unchanged} {(plan.Unchanged == 1 ? "service is" : "services are")} as wanted\n";
        var moves = plan.Changes.Values.Count(change => LeaveOf(plan, change) is not null);
        var parts = new (int Count, string Word)[]
        {
            (Count(plan, ChangeKind.Create) - moves, "create"), (Count(plan, ChangeKind.Update), "update"), (moves, "move"),
            (Count(plan, ChangeKind.Verify), "verify"),
            (Count(plan, ChangeKind.Destroy) + Count(plan, ChangeKind.Leave) - moves, "destroy"), (plan.Nodes.Count, "node"),
        };
        var restarts = plan.Changes.Values.Count(change => change.Restarts) + moves;
        return $"{string.Join(", ", parts.Where(part => part.Count > 0).Select(part => $"{part.Count} {part.Word}"))}; {plan.Unchanged} unchanged; restarts expected: {restarts}\n"
            + $"back: git revert {Short(plan.Commit)}, then push\n";
    }

    private static int Count(GridPlan plan, ChangeKind kind) => plan.Changes.Values.Count(change => change.Kind == kind);

    private static string Shown(string value) => value.Length == 0 ? "(none)" : Words.Quote(value);

    private static string Seconds(int milliseconds) => $"{(milliseconds / 1000.0).ToString("0.###", CultureInfo.InvariantCulture)} s";

    private static string Short(string commit) => commit.Length > CommitShown ? commit[..CommitShown] : commit;
}
