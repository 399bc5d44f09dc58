using System.Security.Cryptography;
using G8os.Controller.Audit;
using G8os.Controller.Robot;
using G8os.Decisions.Git;
using G8os.Robot;

namespace G8os.Controller.Git;

/// <summary>
/// Fetches the repository that ours follows: at the start, each minute, and when an operator says so. A commit that cannot be applied is told and
/// main stays where it was.
/// </summary>
internal sealed class Follower(
    BareRepository repository, Upstream? upstream, RobotService robot, AuditLog audit, Func<AysSurroundings> surroundings, ILogger<Follower> log) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(60);
    public const int MaxJitterMs = 15_000;
    private static readonly TimeSpan FetchTime = TimeSpan.FromMinutes(5);
    private const string Fetched = "refs/g8os/upstream";
    private string judged = "";

    /// <summary>What is followed, URL#BRANCH without a password; empty when nothing is.</summary>
    public string Follows => repository.Followed;

    /// <summary>Why the last fetch brought nothing; empty when it went well.</summary>
    public string Fault { get; private set; } = "";

    /// <summary>Fetches now.</summary>
    public async Task Pull()
    {
        if (upstream is null)
            throw new Http.ApiFault(409, "not-following", "cannot pull: the repository follows no other one", "push to it; g8os-controller --ays-repo URL#BRANCH follows one");
        await repository.Writing.WaitAsync();
        try
        {
            await Fetch();
            Fault = "";
        }
        catch (GitFault fault)
        {
            Fault = fault.Message;
            throw new Http.ApiFault(502, "fetch", fault.Message, $"check {upstream.Shown} and how this machine reaches it");
        }
        finally
        {
            repository.Writing.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (upstream is not null && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Pull();
            }
            catch (Exception fault) when (fault is Http.ApiFault or Storage.StorageFault)
            {
                Log.Note(log, fault.Message);
            }
            await Task.WhenAny(Task.Delay(Every + TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(MaxJitterMs)), stoppingToken));
        }
    }

    private async Task Fetch()
    {
        var environment = new Dictionary<string, string> { ["GIT_ALLOW_PROTOCOL"] = Upstream.Protocols };
        await repository.Git.Run(["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--", upstream!.Url, $"+refs/heads/{upstream.Branch}:{Fetched}"], environment: environment, limit: FetchTime);
        var commit = await repository.Resolve(Fetched);
        if (commit is null || commit == judged || commit == await repository.Head())
            return;
        judged = commit;
        var tree = await repository.Tree(commit);
        var errors = tree.Faults.Count > 0 ? tree.Faults : [.. Blueprints.Compile(commit, tree.Files, surroundings()).Lines];
        if (errors.Count > 0)
        {
            await robot.Refused(commit, upstream.Shown, errors);
            return;
        }
        await repository.Move(commit, $"fetched from {upstream.Shown}");
        await audit.Write(upstream.Shown, "ays.fetched", PushRules.Branch, commit);
        await robot.Arrived(commit, upstream.Shown);
    }
}
