using System.Threading.Channels;
using G8os.Decisions;
using G8os.Decisions.Apps;

namespace G8os.Core.Run.Apps;

/// <summary>Events of the apps in, one at a time; state by the machine; written down before anything is done, so that the next core knows what was begun.</summary>
internal sealed class AppsLoop(Action<AppEffect> perform, Action<Tell> say, Action<AppsState> changed)
{
    private const int QueueMax = 8192;
    private const int WaitMax = 1_000;
    private readonly Channel<Func<long, AppsHappened>> queue = Channel.CreateBounded<Func<long, AppsHappened>>(new BoundedChannelOptions(QueueMax) { SingleReader = true });

    /// <summary>As it stands; another thread may see it a moment late.</summary>
    public AppsState State { get; private set; } = new();

    /// <summary>Queues an event; its time is when the loop takes it.</summary>
    public void Post(Func<long, AppsHappened> happened)
    {
        if (!queue.Writer.TryWrite(happened))
            queue.Writer.WriteAsync(happened).AsTask().GetAwaiter().GetResult();
    }

    public void Begin(AppsStarted started) => Take(AppsMachine.Start(started));

    public async Task RunAsync(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (queue.Reader.TryRead(out var ready))
                Take(AppsMachine.Step(State, ready(NodeClock.Monotonic)));
            else if (AppsMachine.NextDeadline(State) <= NodeClock.Monotonic)
                Take(AppsMachine.Step(State, new AppsTicked { At = NodeClock.Monotonic }));
            else
                await WaitAsync(stop);
        }
    }

    private async Task WaitAsync(CancellationToken stop)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(stop);
        timer.CancelAfter((int)Math.Clamp((AppsMachine.NextDeadline(State) ?? long.MaxValue) - NodeClock.Monotonic, 0, WaitMax));
        try
        {
            await queue.Reader.WaitToReadAsync(timer.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return; // a deadline came first
        }
    }

    private void Take((AppsState State, IReadOnlyList<Effect> Effects) next)
    {
        var before = State;
        State = next.State;
        Keep(before);
        foreach (var effect in next.Effects)
            if (effect is Tell tell)
                say(tell);
            else
                perform((AppEffect)effect);
        changed(State);
    }

    private void Keep(AppsState before)
    {
        foreach (var life in State.Lives.Items)
            if (!ReferenceEquals(before.Lives.Find(life.Name), life))
                AppFiles.WriteLife(life);
        foreach (var name in before.Lives.Keys)
            if (!State.Lives.Has(name))
                AppFiles.ForgetLife(name);
    }
}
