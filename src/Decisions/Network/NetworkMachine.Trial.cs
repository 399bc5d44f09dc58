using G8os.Model;
using G8os.Model.Network;

namespace G8os.Decisions.Network;

/// <summary>Rounds and the candidate being tried.</summary>
public static partial class NetworkMachine
{
    private static void BeginRound(NetworkTurn turn)
    {
        turn.State = turn.State with { Round = turn.State.Round + 1, RoundAt = null };
        var queue = Candidates(turn);
        if (turn.State.Parked is { } lost)
            queue = [lost.Candidate, .. queue.Where(candidate => candidate != lost.Candidate)];
        turn.Tell($"round {turn.State.Round} begins", string.Join(", ", queue));
        turn.State = turn.State with { Queue = queue };
        NextCandidate(turn);
    }

    /// <summary>All candidates in the seed's order.</summary>
    private static Values<Candidate> Candidates(NetworkTurn turn)
    {
        var list = new List<Candidate> { Candidate.NetToml };
        if (turn.State.LastGood is { } good && good != turn.Config)
            list.Add(Candidate.LastGood);
        var links = turn.Touchable();
        if (turn.Config.Fallback.Dhcp)
            list.AddRange(links.Where(link => !turn.DhcpByConfig(link.Name)).Select(link => Candidate.Dhcp(link.Name)));
        if (turn.Config.Fallback.Rescue)
            list.AddRange(links.Select(link => Candidate.Rescue(link.Name)));
        return list.ToValues();
    }

    private static void NextCandidate(NetworkTurn turn)
    {
        while (turn.State.Queue.Count > 0)
        {
            var candidate = turn.State.Queue[0];
            turn.State = turn.State with { Queue = Values.Create(turn.State.Queue.AsSpan()[1..]) };
            if (Begin(turn, candidate))
                return;
        }
        turn.State = turn.State with { Trial = null };
        if (turn.State.Parked is { Lost: false } parked)
            turn.State = turn.State with { Parked = parked with { BetterAt = turn.Now + NetworkConstants.BetterRetest } };
        else
            Pause(turn);
    }

    private static void Pause(NetworkTurn turn)
    {
        var recent = turn.State.SessionLostAt is { } lost && turn.Now - lost < NetworkConstants.RecentlyLost;
        (var pause, var jitter, var wait) = turn.State.Pause.Draw(turn.State.Jitter, recent ? NetworkConstants.PauseCapRecent : int.MaxValue);
        turn.State = turn.State with { Pause = pause, Jitter = jitter, RoundAt = turn.Now + wait };
        turn.Tell($"no controller found in round {turn.State.Round}", $"next round in {wait} ms");
    }

    /// <summary>Starts a trial; false when there is nothing to try (no carrier after the grace, resting claim).</summary>
    private static bool Begin(NetworkTurn turn, Candidate candidate)
    {
        if (ProbeSources.Of(turn.State, candidate) is { Count: > 0 } sources)
        {
            StartTrialProbe(turn, candidate, sources);
            return true;
        }
        if (candidate.Link.Length == 0 && !ConfigOf(turn.State, candidate).Links.Any(table => table.Mode is LinkMode.Static or LinkMode.Dhcp))
        {
            turn.Tell($"{candidate} skipped", "it gives no link an address");
            return false;
        }
        if (!CarrierFor(turn, candidate))
        {
            var grace = turn.State.StartedAt + NetworkConstants.CarrierGrace;
            if (turn.Now >= grace)
            {
                turn.Tell($"{candidate} skipped", "no link of it has carrier");
                return false;
            }
            turn.State = turn.State with { Trial = new Trial(candidate, TrialStep.Carrier, grace, 0, turn.Now) };
            return true;
        }
        return BeginAddress(turn, candidate);
    }

    private static bool CarrierFor(NetworkTurn turn, Candidate candidate) =>
        candidate.Link.Length > 0
            ? turn.HasCarrier(candidate.Link)
            : turn.Touchable().Any(link => link.Carrier && LinkRoles.ConfigOf(ConfigOf(turn.State, candidate), link) is { Mode: LinkMode.Static or LinkMode.Dhcp });

    private static NetConfig ConfigOf(NetworkState state, Candidate candidate) =>
        candidate.Kind == CandidateKind.LastGood && state.LastGood is { } good ? good : state.Config;

    /// <summary>There is carrier but no address yet.</summary>
    private static bool BeginAddress(NetworkTurn turn, Candidate candidate)
    {
        var wait = NetworkConstants.DhcpWait;
        switch (candidate.Kind)
        {
            case CandidateKind.LastGood:
                turn.Tell($"{candidate} skipped", "it has no address of its own");
                return false;
            case CandidateKind.Dhcp:
                turn.StartDhcp(candidate.Link);
                break;
            case CandidateKind.Rescue:
                if (turn.State.Claims.Find(candidate.Link)?.Resting(turn.Now) == true)
                {
                    turn.Tell($"{candidate} skipped", $"{ClaimMachine.MaxConflicts} conflicts: one address a minute (RFC 5227)");
                    return false;
                }
                BeginClaim(turn, candidate.Link);
                wait = NetworkConstants.ClaimWait;
                break;
        }
        turn.Tell($"{candidate}: waiting for an address", $"up to {wait / 1000} s");
        turn.State = turn.State with { Trial = new Trial(candidate, TrialStep.Address, turn.Now + wait, 0, turn.Now) };
        return true;
    }

    private static void BeginClaim(NetworkTurn turn, string link)
    {
        if (turn.State.Parked?.Candidate != Candidate.Rescue(link) || !turn.State.Claims.Has(link))
        {
            (var claim, var jitter) = turn.State.Claims.Find(link) is { } kept
                ? ClaimMachine.Again(kept, turn.Now, turn.State.Jitter)
                : ClaimMachine.Begin(turn.Link(link)?.Mac ?? "", turn.State.RescueOctets.Find(link), turn.Now, turn.State.Jitter);
            turn.State = turn.State with { Jitter = jitter, Claims = turn.State.Claims.With(link, claim) };
        }
        turn.Effects.Add(new WatchArp(link));
    }

    private static void DropClaim(NetworkTurn turn, string link)
    {
        if (turn.State.Claims.Find(link) is not { } claim)
            return;
        turn.Effects.Add(new UnwatchArp(link));
        var kept = turn.Link(link) is null ? null : ClaimMachine.Release(claim);
        turn.State = turn.State with { Claims = kept is null ? turn.State.Claims.Without(link) : turn.State.Claims.With(link, kept) };
    }

    private static void StartTrialProbe(NetworkTurn turn, Candidate candidate, Values<ProbeSource> sources)
    {
        if (candidate.Kind == CandidateKind.Rescue)
            turn.Effects.Add(new WatchArp(candidate.Link));
        var number = turn.Probe(candidate, sources);
        var deadline = turn.Now + NetworkConstants.ProbeWait + NetworkConstants.ProbeSlack;
        turn.State = turn.State with { Trial = new Trial(candidate, TrialStep.Probe, deadline, number, turn.State.Trial?.Began ?? turn.Now, sources.Count) };
    }

    /// <summary>Moves the trial on when what it waited for is there.</summary>
    private static void AdvanceTrial(NetworkTurn turn)
    {
        if (turn.State.Trial is not { } trial || trial.Step == TrialStep.Probe)
            return;
        if (ProbeSources.Of(turn.State, trial.Candidate) is { Count: > 0 } sources && sources.Count > trial.Probed)
            StartTrialProbe(turn, trial.Candidate, sources);
        else if (trial.Step == TrialStep.Carrier && CarrierFor(turn, trial.Candidate) && !BeginAddress(turn, trial.Candidate))
            NextCandidate(turn);
        else if (trial.Candidate.Kind == CandidateKind.Rescue && trial.Step == TrialStep.Address && turn.State.Claims.Find(trial.Candidate.Link)?.Resting(turn.Now) == true)
            FailTrial(turn, "too many conflicts");
    }

    private static void OnTrialDeadline(NetworkTurn turn)
    {
        if (turn.State.Trial is not { } trial || turn.Now < trial.Deadline)
            return;
        if (trial.Step == TrialStep.Probe)
            turn.Effects.Add(new CancelProbe(trial.Probe));
        FailTrial(turn, trial.Step switch
        {
            TrialStep.Carrier => "no carrier",
            TrialStep.Address when trial.Candidate.Kind == CandidateKind.Rescue => "no free address in time",
            TrialStep.Address => "no lease in time",
            _ => "no answer",
        });
    }

    /// <summary>net.toml has a static link that failed and a DHCP link that still may get its lease: wait for it within the time one link gets.</summary>
    private static bool WaitForLease(NetworkTurn turn, Trial trial)
    {
        var until = trial.Began + NetworkConstants.DhcpWait;
        if (trial.Candidate.Kind != CandidateKind.NetToml || turn.Now >= until
            || !turn.Touchable().Any(link => link.Carrier && turn.DhcpByConfig(link.Name) && turn.State.Dhcp.Find(link.Name)?.Lease is null))
            return false;
        turn.State = turn.State with { Trial = trial with { Step = TrialStep.Address, Deadline = until } };
        return true;
    }

    private static void FailTrial(NetworkTurn turn, string why)
    {
        var candidate = turn.State.Trial!.Candidate;
        turn.Tell($"{candidate} failed", why);
        if (turn.State.Parked?.Candidate != candidate)
            Release(turn, candidate);
        turn.State = turn.State with { Trial = null };
        NextCandidate(turn);
    }

    /// <summary>Gives back what a candidate held: its lease or its rescue address.</summary>
    private static void Release(NetworkTurn turn, Candidate candidate)
    {
        if (candidate.Kind == CandidateKind.Dhcp && !turn.DhcpByConfig(candidate.Link))
            turn.StopDhcp(candidate.Link);
        if (candidate.Kind == CandidateKind.Rescue)
            DropClaim(turn, candidate.Link);
    }
}
