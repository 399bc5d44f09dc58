using System.Threading.Channels;
using G8os.Decisions;
using G8os.Decisions.Boot;
using G8os.Decisions.Network;
using G8os.Model.Wire;

namespace G8os.Core.Run;

/// <summary>Events in, one at a time; state by the machine; journal; the kernel made as planned; effects done by the edges.</summary>
internal sealed class NodeLoop(NodeClock clock, JournalFile journal, Transitions transitions, Func<NetSpec, bool> apply, Action<Effect> perform)
{
    private const int QueueMax = 8192;
    private const int ReapplyAfter = 2_000;
    private readonly Channel<Func<long, Event>> queue = Channel.CreateBounded<Func<long, Event>>(new BoundedChannelOptions(QueueMax) { SingleReader = true });
    private NetSpec? applied;
    private long? reapplyAt;

    public BootState? State { get; private set; }

    /// <summary>The state changed; called on the loop's thread.</summary>
    public Action<BootState>? Changed { get; set; }

    /// <summary>Queues an event; its time is when the loop takes it. A full queue waits: producers are slower than the loop.</summary>
    public void Post(Func<long, Event> happened)
    {
        if (!queue.Writer.TryWrite(happened))
            queue.Writer.WriteAsync(happened).AsTask().GetAwaiter().GetResult();
    }

    /// <summary>The kernel's picture changed under us: plan again soon.</summary>
    public void Recheck() => Interlocked.Exchange(ref recheck, 1);

    private int recheck;

    public async Task RunAsync(BootStarted started, CancellationToken stop)
    {
        var (state, effects) = BootMachine.Start(started);
        Take(started, state, effects);
        while (!stop.IsCancellationRequested)
        {
            var happened = await NextAsync(stop);
            (state, effects) = BootMachine.Step(state, happened);
            if (happened is Ticked && state == State && effects.Count == 0)
            {
                Reconcile(state, happened.At);
                continue;
            }
            Take(happened, state, effects);
        }
    }

    private async Task<Event> NextAsync(CancellationToken stop)
    {
        while (true)
        {
            if (queue.Reader.TryRead(out var ready))
                return ready(NodeClock.Monotonic);
            var now = NodeClock.Monotonic;
            var wait = Math.Min(Due(now) - now, 1_000);
            if (wait <= 0)
                return new Ticked { At = now };
            using var timer = CancellationTokenSource.CreateLinkedTokenSource(stop);
            timer.CancelAfter(TimeSpan.FromMilliseconds(wait));
            try
            {
                await queue.Reader.WaitToReadAsync(timer.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                continue;
            }
        }
    }

    private long Due(long now)
    {
        if (Interlocked.Exchange(ref recheck, 0) == 1 && reapplyAt is null)
            reapplyAt = now + 100;
        var due = BootMachine.NextDeadline(State!) ?? long.MaxValue;
        return Math.Min(due, reapplyAt ?? long.MaxValue);
    }

    private void Take(Event happened, BootState state, IReadOnlyList<Effect> effects)
    {
        var before = State?.Phase;
        State = state;
        journal.Add(happened, state);
        // A lease is given back from its own address, so before that is taken away.
        foreach (var stop in effects.OfType<StopDhcp>())
            perform(stop);
        Reconcile(state, happened.At);
        foreach (var effect in effects)
        {
            if (effect is Tell tell)
                Say(tell);
            else if (effect is not StopDhcp)
                perform(effect);
        }
        if (before != state.Phase)
            Say(new Tell($"phase {state.Phase}".ToLowerInvariant(), BootReport.Waiting(state, happened.At)));
        Changed?.Invoke(state);
    }

    private void Reconcile(BootState state, long now)
    {
        var desired = NetworkPlanner.Desired(state.Network);
        if (desired == applied && !(now >= reapplyAt))
            return;
        applied = desired;
        reapplyAt = apply(desired) ? null : now + ReapplyAfter;
    }

    private void Say(Tell tell)
    {
        CoreLog.Write($"{tell.What}: {tell.Evidence}");
        transitions.Add(new Transition(clock.Now, tell.What, tell.Evidence));
    }
}
