using System.Text;
using G8os.Controller.Audit;
using G8os.Decisions.Git;
using G8os.Model;

namespace G8os.Controller.Git;

/// <summary>Judges a push before it is taken, and tells of it after.</summary>
/// <param name="repository">Where it goes.</param>
/// <param name="audit">Who pushed what is written here.</param>
/// <param name="judge">The errors of a commit's files, each PATH:LINE:COLUMN: why; none when they can be applied.</param>
/// <param name="arrived">Told of main's new commit and who brought it; what comes of it, in a sentence.</param>
internal sealed class PushDoor(
    AysRepository repository, AuditLog audit, Func<RepositoryTree, IReadOnlyList<string>> judge, Func<string, string, Task<string>> arrived)
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
        var errors = tree.Faults.Count > 0 ? tree.Faults : judge(tree);
        return errors.Count == 0 ? new(true, "") : await Refuse(call, Sentence(errors));
    }

    private async Task<HookAnswer> Tell(HookCall call)
    {
        var commit = await repository.Head();
        if (commit is null)
            return new(true, "");
        await audit.Write(call.Who, "ays.pushed", PushRules.Branch, commit);
        return new(true, await arrived(commit, call.Who) + "\n");
    }

    private async Task<HookAnswer> Refuse(HookCall call, string why)
    {
        await audit.Write(call.Who, "ays.refused", PushRules.Branch, why);
        return new(false, why.TrimEnd('\n') + "\n");
    }

    private async Task<bool> Contains(string commit, string old, IReadOnlyDictionary<string, string> quarantine) =>
        old.All(c => c == '0') || commit.All(c => c == '0')
        || (await repository.Git.Try(["merge-base", "--is-ancestor", old, commit], environment: quarantine)).Code == 0;

    private static string Sentence(IReadOnlyList<string> errors)
    {
        var text = new StringBuilder();
        foreach (var error in errors.Take(GitLimits.MaxErrors))
            text.Append(error).Append('\n');
        if (errors.Count > GitLimits.MaxErrors)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"… and {errors.Count - GitLimits.MaxErrors} more\n");
        return text.Append("refused: nothing was changed; mend this, commit and push again").ToString();
    }
}
