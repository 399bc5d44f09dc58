using System.Threading.Channels;
using G8os.Controller.Git;
using G8os.Controller.Nodes;
using G8os.Controller.Sessions;
using G8os.Controller.Storage;
using G8os.Decisions.Grid;
using G8os.Model;
using G8os.Model.Wire;
using Google.Protobuf;
using Proto = G8os.Model.Session;

namespace G8os.Controller.Robot;

/// <summary>
/// The AYS robot: one thread that takes up what happens, writes what follows from it in one transaction, and only then sends manifests. Killed
/// in between it goes on from what is written: what was not written has not been sent.
/// </summary>
internal sealed class RobotService(
    RobotDesk desk, Database database, BareRepository repository, NodeTable nodes, SessionTable sessions, ILogger<RobotService> log) : BackgroundService
{
    /// <summary>What happened and was not looked at yet; nodes repeat what they say, so what comes beyond it is lost without harm.</summary>
    public const int MaxInbox = 65_536;
    /// <summary>Events that are written together.</summary>
    public const int MaxBatch = 512;
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private const int RecompileBeats = 5;
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(25);

    private readonly Channel<Func<Task>> inbox = Channel.CreateBounded<Func<Task>>(new BoundedChannelOptions(MaxInbox) { SingleReader = true });
    private readonly List<TaskCompletionSource> waiting = [];
    private volatile RobotPicture picture = RobotPicture.Empty;

    /// <summary>Where the robot stands.</summary>
    public RobotPicture Picture => picture;

    public IReadOnlyDictionary<string, NodeVoice> Voices => desk.Voices;

    /// <summary>Main may stand at another commit; what comes of it.</summary>
    public Task<string> Arrived(string commit, string who) => Ask(async () =>
    {
        if (picture.Commit?.Commit == commit)
            return "accepted";
        var tree = await repository.Tree(commit);
        var facts = await repository.Facts(commit);
        return tree.Faults.Count > 0 ? desk.Refuse(commit, who, tree.Faults) : desk.Take(facts, tree.Files, who);
    });

    /// <summary>A push or fetched commit was refused.</summary>
    public Task Refused(string what, string who, IReadOnlyList<string> errors) => Ask(() => Task.FromResult(desk.Refuse(what, who, errors)));

    public Task<string> Apply(string? plan, string who) => Ask(() => Task.FromResult(desk.Apply(plan, who)));

    /// <summary>Sandboxes came into the store or left it.</summary>
    public void StoreChanged() => Post(desk.Recompile);

    /// <summary>Nodes were accepted, removed, or show other MACs.</summary>
    public void NodesChanged() => Post(Know);

    public void Hello(string node, long generation) => Post(() => desk.Hello(node, generation));

    public void Left(string node) => Post(() => desk.Left(node));

    /// <summary>A node said what it runs. False when it is not readable.</summary>
    public bool Heard(string node, string json)
    {
        if (NodeVoice.Read(json) is not { } applied)
            return false;
        Post(() => desk.Heard(node, applied));
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        desk.Load(database);
        Know();
        await Turn();
        _ = Begin();
        using var timer = new PeriodicTimer(Beat);
        var tick = timer.WaitForNextTickAsync(CancellationToken.None).AsTask();
        var mail = inbox.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
        for (var beat = 0; !stoppingToken.IsCancellationRequested;)
        {
            await Task.WhenAny(mail, tick);
            if (mail.IsCompleted)
                mail = inbox.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
            if (tick.IsCompleted)
            {
                tick = timer.WaitForNextTickAsync(CancellationToken.None).AsTask();
                desk.Tick();
                if (++beat % RecompileBeats == 0)
                    desk.Refresh();
            }
            for (var taken = 0; taken < MaxBatch && inbox.Reader.TryRead(out var work); taken++)
                await work();
            await Turn();
        }
        inbox.Writer.Complete();
        foreach (var asked in waiting)
            asked.TrySetCanceled(CancellationToken.None);
    }

    private async Task Begin()
    {
        try
        {
            if (await repository.Head() is { } head)
                Log.Note(log, $"commit {head}: {await Arrived(head, "controller")}");
        }
        catch (GitFault fault)
        {
            Log.Note(log, fault.Message);
        }
    }

    // Everything that was decided is written; then manifests are sent, and whoever asked is answered. What cannot be written is tried again.
    private async Task Turn()
    {
        try
        {
            await Write();
        }
        catch (StorageFault fault)
        {
            Log.NotRecorded(log, "what the robot decided", fault.Message);
            return;
        }
        picture = desk.Picture;
        foreach (var name in desk.ToSend)
            if (desk.Document(name) is { } manifest)
                sessions.Get(manifest.Node)?.Send(new Proto.FromController { Manifest = new Proto.Manifest { Document = ByteString.CopyFromUtf8(manifest.Document) } });
        desk.ToSend.Clear();
        foreach (var asked in waiting)
            asked.TrySetResult();
        waiting.Clear();
    }

    private async Task Write()
    {
        desk.Collect();
        var writes = desk.Writes.ToArray();
        var renames = NodeNaming.Changes(desk.Picture, nodes);
        if (writes.Length == 0 && renames.Count == 0)
            return;
        await database.Write(tx =>
        {
            foreach (var write in writes)
                write(tx);
            foreach (var node in renames)
                NodeNaming.Apply(tx, nodes, node);
        });
        desk.Writes.Clear();
    }

    private void Know() => desk.Know([.. nodes.All.Where(node => node.Standing == Standing.Accepted)
        .Select(node => new Machine(node.Id, node.Name, node.Macs.Select(mac => mac.ToLowerInvariant()).ToValues(), (node.Decided ?? node.Created).ToUnixTimeMilliseconds()))]);

    private void Post(Action work) => inbox.Writer.TryWrite(() =>
    {
        work();
        return Task.CompletedTask;
    });

    // Runs on the robot's thread; answered when what followed from it is on disk.
    private async Task<T> Ask<T>(Func<Task<T>> work)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asked = inbox.Writer.TryWrite(async () =>
        {
            waiting.Add(written);
            try
            {
                answer.SetResult(await work());
            }
            catch (Exception fault)
            {
                answer.SetException(fault);
            }
        });
        if (!asked || await Task.WhenAny(written.Task, Task.Delay(AnswerTime)) != written.Task || written.Task.IsCanceled)
            throw new Http.ApiFault(503, "busy", "cannot ask the robot now: it is stopping, or what it decided cannot be written", "see the controller's log, then try again");
        return await answer.Task;
    }
}
