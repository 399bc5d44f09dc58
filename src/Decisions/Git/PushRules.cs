using G8os.Model;

namespace G8os.Decisions.Git;

/// <summary>One ref that a push would move, as git's hooks are told it: forty zeros stand for "no such ref".</summary>
/// <param name="Old">Where it stands, 40 hex digits.</param>
/// <param name="New">Where it would stand, 40 hex digits.</param>
/// <param name="Ref">Its whole name, e.g. refs/heads/main.</param>
/// <param name="Contains">Whether the new commit has the old one among its ancestors, or there is no old one.</param>
public sealed record RefUpdate(string Old, string New, string Ref, bool Contains);

/// <summary>What a push to the AYS repository may do: move main forward, nothing else.</summary>
public static class PushRules
{
    public const string Branch = "main";
    public const string Main = "refs/heads/" + Branch;
    private const string Nothing = "0000000000000000000000000000000000000000";

    /// <summary>Why the push is refused, in a sentence that says what to do; null when it may go on.</summary>
    /// <param name="updates">What it would move.</param>
    /// <param name="followed">The repository that this one follows; empty when it follows none.</param>
    public static string? Refusal(Values<RefUpdate> updates, string followed)
    {
        if (followed.Length > 0)
            return $"cannot take a push: this repository follows {followed}; push there, and g8os ays pull fetches it at once";
        foreach (var update in updates)
        {
            if (update.Ref != Main)
                return $"cannot take {update.Ref}: only the branch {Branch} is kept here; git push origin HEAD:{Branch} sends the present branch to it";
            if (update.New == Nothing)
                return $"cannot delete {Branch}: it says what the grid is; to undo a commit, git revert it and push";
            if (!update.Contains)
                return $"cannot force {Branch}: it stands at {Short(update.Old)}, which the pushed commit does not contain; git pull --rebase, then push; to undo a commit, git revert it";
        }
        return updates.Count == 0 ? "cannot take the push: it moves nothing" : null;
    }

    /// <summary>A commit as people read it.</summary>
    public static string Short(string commit) => commit.Length > 10 ? commit[..10] : commit;
}
