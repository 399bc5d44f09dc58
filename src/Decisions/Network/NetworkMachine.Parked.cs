using G8os.Model;

namespace G8os.Decisions.Network;

/// <summary>The uplink we are on: re-tests, doubts, the way back to better ones.</summary>
public static partial class NetworkMachine
{
    private static bool CanResume(NetworkState state, Parked parked) =>
        parked.Candidate.Link.Length == 0 || (state.Links.Find(parked.Candidate.Link) is { } link && LinkRoles.Touchable(state.Config, link));

    /// <summary>Takes up the uplink of a previous core: its addresses stay in force while it is probed first.</summary>
    private static void Resume(NetworkTurn turn, Parked resumed)
    {
        turn.Tell($"{resumed.Candidate} taken up again", "a core of this boot was parked on it");
        turn.State = turn.State with { Parked = resumed with { Lost = true, Misses = 0, BetterAt = null, LastGoodAt = null } };
        var link = resumed.Candidate.Link;
        if (resumed.Candidate.Kind == CandidateKind.Dhcp)
            turn.StartDhcp(link);
        if (resumed.Candidate.Kind == CandidateKind.Rescue && Octet(resumed.Uplink.Address) is { } octet)
        {
            var held = new ClaimState { Mac = turn.Link(link)!.Mac, Octet = octet, Step = ClaimStep.Held };
            turn.State = turn.State with { Claims = turn.State.Claims.With(link, held) };
            turn.Effects.Add(new WatchArp(link));
        }
    }

    private static int? Octet(string address) =>
        address.StartsWith(NetworkConstants.RescueNetwork, StringComparison.Ordinal)
        && int.TryParse(address.AsSpan(NetworkConstants.RescueNetwork.Length), out var octet) && octet is >= 1 and <= 253 ? octet : null;

    private static void OnProbe(NetworkTurn turn, ProbeEnded ended)
    {
        if (turn.State.Trial is { Step: TrialStep.Probe } trial && trial.Probe == ended.Probe)
            OnTrialProbe(turn, trial, ended);
        else if (turn.State.Check is { } check && check.Probe == ended.Probe)
            OnCheck(turn, ended);
    }

    private static void OnTrialProbe(NetworkTurn turn, Trial trial, ProbeEnded ended)
    {
        var candidate = trial.Candidate;
        if (ended is { Verdict: Verdict.Answered, Uplink: { } uplink } && ProbeSources.Of(turn.State, candidate).Any(source => source.Link == uplink.Link && source.Address == uplink.Address))
            Park(turn, candidate, uplink, ended.Evidence);
        else if (ended.Verdict == Verdict.ServerFault && turn.State.Parked is { Lost: true } parked && parked.Candidate == candidate)
            Excuse(turn, parked, ended.Evidence);
        else if (!WaitForLease(turn, trial))
            FailTrial(turn, Say(ended));
    }

    private static string Say(ProbeEnded ended) => ended.Verdict switch
    {
        Verdict.Stranger => $"not a controller of this grid: {ended.Evidence}",
        Verdict.ServerFault => $"the controller does not serve: {ended.Evidence}",
        _ => ended.Evidence,
    };

    private static void Park(NetworkTurn turn, Candidate candidate, Uplink uplink, string evidence)
    {
        var before = turn.State.Parked;
        turn.State = turn.State with { Trial = null, Queue = [], RoundAt = null, Pause = turn.State.Pause.Reset() };
        if (before is not null && before.Candidate != candidate)
            Release(turn, before.Candidate);
        if (before is { Lost: false } && turn.State.Check is { } check)
        {
            turn.Effects.Add(new CancelProbe(check.Probe));
            turn.State = turn.State with { Check = null };
        }
        var parked = Watched(turn, new Parked { Candidate = candidate, Uplink = uplink, RetestAt = turn.Now + NetworkConstants.Retest });
        turn.State = turn.State with { Parked = parked };
        turn.Tell($"uplink {uplink.Link} {uplink.Address} by {candidate}", evidence);
        if (candidate.Kind == CandidateKind.Rescue && Octet(uplink.Address) is { } octet && turn.State.RescueOctets.Find(candidate.Link) != octet)
        {
            turn.State = turn.State with { RescueOctets = turn.State.RescueOctets.With(candidate.Link, octet) };
            turn.Effects.Add(new RememberRescue(candidate.Link, octet));
        }
        turn.Effects.Add(new RememberParked(parked));
        turn.Effects.Add(new UplinkFound(candidate, uplink));
    }

    /// <summary>With the times of what follows from being parked: the look at better ones, and the writing down of a good configuration.</summary>
    private static Parked Watched(NetworkTurn turn, Parked parked) => parked with
    {
        BetterAt = parked.Candidate.Kind == CandidateKind.NetToml ? null : turn.Now + NetworkConstants.BetterRetest,
        LastGoodAt = parked.Candidate.Kind == CandidateKind.NetToml && turn.State.LastGood != turn.Config ? turn.Now + NetworkConstants.LastGoodAfter : null,
    };

    /// <summary>The network carries us, the controller does not serve: keep the network and ask again soon.</summary>
    private static void Excuse(NetworkTurn turn, Parked parked, string evidence)
    {
        turn.Tell($"{parked.Candidate} kept", $"the controller does not serve: {evidence}");
        turn.State = turn.State with
        {
            Trial = null,
            Queue = [],
            Parked = Watched(turn, parked with { Lost = false, Misses = 0, RetestAt = turn.Now + NetworkConstants.RetestSoon }),
        };
    }

    private static void OnCheck(NetworkTurn turn, ProbeEnded ended)
    {
        turn.State = turn.State with { Check = null };
        if (turn.State.Parked is not { Lost: false } parked)
            return;
        switch (ended.Verdict)
        {
            case Verdict.Answered when ended.Uplink is { } uplink:
                var changed = uplink != parked.Uplink;
                var doubted = parked.RetestAt <= turn.Now; // since this re-test began: it may have been answered before that
                parked = parked with { Misses = 0, Uplink = uplink, RetestAt = doubted ? turn.Now : turn.Now + NetworkConstants.Retest };
                turn.State = turn.State with { Parked = parked };
                if (changed)
                    turn.Effects.Add(new RememberParked(parked));
                turn.Effects.Add(new UplinkFound(parked.Candidate, uplink));
                break;
            case Verdict.ServerFault:
                turn.State = turn.State with { Parked = parked with { Misses = 0, RetestAt = turn.Now + NetworkConstants.RetestSoon } };
                break;
            default:
                Miss(turn, parked, Say(ended));
                break;
        }
    }

    private static void Miss(NetworkTurn turn, Parked parked, string evidence)
    {
        var misses = parked.Misses + 1;
        turn.Tell($"{parked.Candidate} missed a re-test ({misses} of {NetworkConstants.MissesAllowed})", evidence);
        if (misses < NetworkConstants.MissesAllowed)
        {
            turn.State = turn.State with { Parked = parked with { Misses = misses, RetestAt = turn.Now + NetworkConstants.RetestSoon } };
            return;
        }
        AbandonTrial(turn);
        turn.State = turn.State with { Parked = parked with { Misses = misses, Lost = true, BetterAt = null, LastGoodAt = null } };
        turn.Effects.Add(new UplinkLost(evidence));
        BeginRound(turn);
    }

    /// <summary>Ends a look at better candidates: a full round follows.</summary>
    private static void AbandonTrial(NetworkTurn turn)
    {
        if (turn.State.Trial is not { } trial)
            return;
        if (trial.Step == TrialStep.Probe)
            turn.Effects.Add(new CancelProbe(trial.Probe));
        if (turn.State.Parked?.Candidate != trial.Candidate)
            Release(turn, trial.Candidate);
        turn.State = turn.State with { Trial = null };
    }

    private static void OnDoubt(NetworkTurn turn, string reason, bool sessionLost)
    {
        if (sessionLost)
            turn.State = turn.State with { SessionLostAt = turn.Now };
        if (turn.State.Parked is not { Lost: false } parked)
            return;
        turn.Tell($"{parked.Candidate} is re-tested", reason);
        turn.State = turn.State with { Parked = parked with { RetestAt = turn.Now } };
    }

    private static void OnParkedTime(NetworkTurn turn)
    {
        if (turn.State.Check is { } check && turn.Now >= check.Deadline)
        {
            turn.Effects.Add(new CancelProbe(check.Probe));
            OnCheck(turn, new ProbeEnded(check.Probe, Verdict.NoAnswer, "no answer") { At = turn.Now });
        }
        if (turn.State.Parked is not { Lost: false } parked)
            return;
        if (parked.LastGoodAt is { } good && turn.Now >= good)
        {
            turn.State = turn.State with { LastGood = turn.Config, Parked = parked = parked with { LastGoodAt = null } };
            turn.Effects.Add(new RememberLastGood(turn.Config));
        }
        if (turn.State.Check is null && turn.Now >= parked.RetestAt && !OwnsAddresses(turn.State.Trial))
            StartCheck(turn, parked);
        else if (turn.State.Trial is null && turn.State.Queue.Count == 0 && parked.BetterAt is { } better && turn.Now >= better)
            TryBetter(turn, parked);
    }

    private static void StartCheck(NetworkTurn turn, Parked parked)
    {
        var sources = ProbeSources.Of(turn.State, parked.Candidate);
        if (sources.Count == 0)
        {
            Miss(turn, parked, $"{parked.Candidate} has no address or no carrier");
            return;
        }
        if (parked.Misses == 0 && sources.FirstOrDefault(source => source.Link == parked.Uplink.Link && source.Address == parked.Uplink.Address) is { } present)
            sources = [present]; // another address may answer sooner: no reason to move the session
        var number = turn.Probe(parked.Candidate, sources);
        turn.State = turn.State with { Parked = parked with { RetestAt = turn.Now + NetworkConstants.Retest }, Check = new Check(number, turn.Now + NetworkConstants.ProbeWait + NetworkConstants.ProbeSlack) };
    }

    private static void TryBetter(NetworkTurn turn, Parked parked)
    {
        var all = Candidates(turn);
        var better = all.TakeWhile(candidate => candidate != parked.Candidate).ToValues();
        turn.State = turn.State with { Queue = better, Parked = parked with { BetterAt = null } };
        NextCandidate(turn);
    }
}
