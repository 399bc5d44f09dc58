using G8os.Controller.Audit;
using G8os.Controller.Robot;
using G8os.Decisions.Git;
using G8os.Model;
using G8os.Robot;

namespace G8os.Controller.Git;

/// <summary>Judges a push before it is taken, and tells of it after.</summary>
/// <param name="repository">Where it goes.</param>
/// <param name="audit">Who pushed what is written here.</param>
/// <param name="robot">Told of main's new commit.</param>
/// <param name="surroundings">What the files are compiled with.</param>
internal sealed class PushDoor(BareRepository repository, AuditLog audit, RobotService robot, Func<AysSurroundings> surroundings)
{
    public Task<HookAnswer> Answer(HookCall call) => call.Hook == GitHook.Before ? Judge(call) : Tell(call);

    private async Task<HookAnswer> Judge(HookCall call)
    {
        var updates = new List<RefUpdate>();
        foreach (var words in call.Lines.Select(line => line.Split(' ', 3)).Where(words => words.Length == 3))
            updates.Add(new(words[0], words[1], words[2], await Contains(words[1], words[0], call.Quarantine)));
        if (PushRules.Refusal(updates.ToValues(), repository.Followed) is { } refusal)
            return await Refuse(call, refusal);
        var tree = await TreeReader.Read(repository.Git, updates[0].New, call.Quarantine);
        var errors = tree.Faults.Count > 0 ? tree.Faults : [.. Blueprints.Compile(updates[0].New, tree.Files, surroundings()).Lines];
        if (errors.Count == 0)
            return new(true, "");
        await robot.Refused(updates[0].New, call.Who, errors);
        return await Refuse(call, Sentence(errors));
    }

    private async Task<HookAnswer> Tell(HookCall call)
    {
        var commit = await repository.Head();
        if (commit is null)
            return new(true, "");
        await audit.Write(call.Who, "ays.pushed", PushRules.Branch, commit);
        return new(true, await robot.Arrived(commit, call.Who) + "\n");
    }

    private async Task<HookAnswer> Refuse(HookCall call, string why)
    {
        await audit.Write(call.Who, "ays.refused", PushRules.Branch, why);
        return new(false, why.TrimEnd('\n') + "\n");
    }

    private async Task<bool> Contains(string commit, string old, IReadOnlyDictionary<string, string> quarantine) =>
        old.All(c => c == '0') || commit.All(c => c == '0')
        || (await repository.Git.Try(["merge-base", "--is-ancestor", old, commit], environment: quarantine)).Code == 0;

    private static string Sentence(IReadOnlyList<string> errors) =>
        string.Concat(errors.Take(GitLimits.MaxErrors).Select(error => error + "\n"))
        + (errors.Count > GitLimits.MaxErrors ? $"and {errors.Count - GitLimits.MaxErrors} more\n" : "")
        + "refused: nothing was changed; mend this, commit and push again";
}
