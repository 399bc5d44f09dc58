using G8os.Cli.Show;
using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>Follows one job: passes its output on, says what it waits for, and ends with its results.</summary>
internal sealed class ExecRun(Call call, ControllerClient client, JobView job, bool json)
{
    /// <summary>How long a job may be silent before the command says what it waits for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private const int LostStreamLooks = 30;
    private static readonly TimeSpan LostStreamPause = TimeSpan.FromSeconds(1);

    private readonly ExecOutput output = new(call.Here, [.. job.Results.Select(r => r.Node)], json);
    private readonly WaitLine wait = new(call.Here);
    private readonly SortedDictionary<string, JobResult> results = new(StringComparer.Ordinal);
    private readonly HashSet<string> heard = new(StringComparer.Ordinal);
    private bool killing;
    private Task pressed = Task.CompletedTask;

    /// <summary>Until the last result, or until the second Ctrl-C. The first one kills the job.</summary>
    public async Task<int> FollowAsync()
    {
        using var leave = new CancellationTokenSource();
        call.Here.Interrupts.Hold();
        try
        {
            await StreamAsync(leave);
            await FillAsync(leave);
        }
        catch (OperationCanceledException) when (leave.IsCancellationRequested)
        {
            wait.Clear();
            CliProgram.Complain(call.Here, $"left job {job.Id} while it ends", $"g8os jobs show {job.Id} tells how it ended");
            return ExitCode.Interrupted;
        }
        output.Finish();
        return ExecEnd.Tell(call.Here, job, [.. job.Results.Select(r => results[r.NodeId])], json);
    }

    private async Task StreamAsync(CancellationTokenSource leave)
    {
        try
        {
            await using var events = client.JobEventsAsync(job.Id, leave.Token).GetAsyncEnumerator(leave.Token);
            var next = events.MoveNextAsync().AsTask();
            pressed = call.Here.Interrupts.PressedAsync(leave.Token);
            while (true)
            {
                if (!next.IsCompleted)
                    await Task.WhenAny(next, pressed, Task.Delay(Patience, leave.Token));
                if (leave.IsCancellationRequested)
                    await next;
                else if (pressed.IsCompleted)
                    await InterruptAsync(leave);
                else if (!next.IsCompleted)
                    await SayWaitingAsync(leave.Token);
                else if (!await next)
                    return;
                else
                {
                    Take(events.Current);
                    next = events.MoveNextAsync().AsTask();
                }
            }
        }
        catch (ControllerUnreachableException e)
        {
            wait.Clear();
            CliProgram.Complain(call.Here, $"lost the output of job {job.Id}: {e.Message}", $"the job goes on; g8os logs NODE --source {job.Id} has all of it");
        }
    }

    private void Take(JobEvent happened)
    {
        wait.Clear();
        heard.Add(happened.Node);
        output.Take(happened);
        if (happened.Result is { } result)
            results[result.NodeId] = result;
    }

    private async Task InterruptAsync(CancellationTokenSource leave)
    {
        wait.Clear();
        if (killing)
        {
            await leave.CancelAsync();
            return;
        }
        killing = true;
        pressed = call.Here.Interrupts.PressedAsync(leave.Token);
        call.Here.Error.WriteLine($"killing job {job.Id}; Ctrl-C again leaves without waiting for its end");
        try
        {
            await client.KillJobAsync(job.Id, leave.Token);
        }
        catch (ClientException e)
        {
            CliProgram.Complain(call.Here, $"cannot kill job {job.Id}: {e.Message}", "Ctrl-C again leaves");
        }
    }

    /// <summary>Only nodes that have not taken the job are waited for with a word; a command may be silent as long as it likes.</summary>
    private async Task SayWaitingAsync(CancellationToken cancel)
    {
        try
        {
            var now = await client.JobAsync(job.Id, cancel);
            if (now.Results.FirstOrDefault(r => r.State is "queued" or "sent" && !heard.Contains(r.Node)) is { } late)
                Say(now, late, await client.NodeAsync(late.NodeId, cancel));
            else
                wait.Clear();
        }
        catch (ClientException e)
        {
            wait.Show($"waiting for job {job.Id}: {e.Message}");
        }
    }

    private void Say(JobView now, JobResult late, NodeView node)
    {
        var why = node.Waiting.Length > 0 ? $", {node.Waiting}" : "";
        var seen = node.State == "online" || node.LastSeen is null ? "" : $", last seen {RelativeTime.Of(node.LastSeen, call.Here.Now())}";
        wait.Show($"waiting for {late.Node} to take job {job.Id}: it is {node.State}{why}", $"{RelativeTime.Span(call.Here.Now() - now.Created)}{seen}");
    }

    /// <summary>The results that the stream did not bring, because it broke.</summary>
    private async Task FillAsync(CancellationTokenSource leave)
    {
        for (var looks = 0; !IsWhole; looks++)
        {
            foreach (var result in await RecordedAsync(leave.Token))
                if (result.Outcome is not null)
                    results[result.NodeId] = result;
            if (IsWhole)
                return;
            if (looks >= LostStreamLooks)
                throw new ControllerUnreachableException($"cannot follow job {job.Id}: its stream ended before its last result", $"g8os jobs show {job.Id} tells how it ends");
            leave.Token.ThrowIfCancellationRequested();
            await Task.WhenAny(Task.Delay(LostStreamPause, leave.Token), pressed);
            if (pressed.IsCompleted)
                await InterruptAsync(leave);
        }
    }

    private bool IsWhole => job.Results.All(r => results.ContainsKey(r.NodeId));

    private async Task<IReadOnlyList<JobResult>> RecordedAsync(CancellationToken cancel)
    {
        try
        {
            return (await client.JobAsync(job.Id, cancel)).Results;
        }
        catch (ControllerUnreachableException)
        {
            return [];
        }
    }
}
