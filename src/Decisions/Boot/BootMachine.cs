using System.Diagnostics;
using G8os.Decisions.Network;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Decisions.Boot;

/// <summary>
/// The boot as the seed orders it: network → unlock → secure → ssh → sandboxes → managed. It is level-triggered: after each event every
/// work whose precondition holds (<see cref="BootRules"/>) is started, unless it is under way or resting. Nothing is ever left for good.
/// </summary>
public static class BootMachine
{
    public static (BootState State, Values<Effect> Effects) Start(BootStarted started)
    {
        var effects = new List<Effect>();
        var network = NetworkMachine.Start(started.Network, effects);
        var state = new BootState
        {
            Network = network,
            Name = started.Name,
            KeyHeld = started.KeyHeld,
            PrivateMounted = started.PrivateMounted,
            CertificateUntil = Until(started.At, started.CertificateValidFor),
            SshRunning = started.SshRunning,
            Secured = started.SshRunning,
            Jitter = new Jitter(started.Network.Seed ^ 0xB007),
        };
        state = BootRules.Advance(state, started.At, effects);
        return (state, effects.ToValues());
    }

    public static (BootState State, Values<Effect> Effects) Step(BootState state, Event happened)
    {
        var effects = new List<Effect>();
        state = happened switch
        {
            NetworkEvent network => OnNetwork(state, network, effects),
            BootStarted => throw new UnreachableException("internal error: BootStarted makes a state, it does not step one"),
            BootEvent boot => OnNetwork(OnBoot(state, boot, effects), new Ticked { At = happened.At }, effects),
            _ => throw new UnreachableException($"internal error: no rule for {happened.GetType().Name}"),
        };
        state = BootRules.Advance(state, happened.At, effects);
        return (state, effects.ToValues());
    }

    /// <summary>When the machine next wants a <see cref="Ticked"/>.</summary>
    public static long? NextDeadline(BootState state)
    {
        var next = NetworkMachine.NextDeadline(state.Network);
        foreach (var work in state.Works.Items)
            if ((work.Deadline ?? work.RetryAt) is { } at && (next is null || at < next))
                next = at;
        if (BootRules.RenewAt(state) is { } renew && (next is null || renew < next))
            next = renew;
        return next;
    }

    private static BootState OnNetwork(BootState state, NetworkEvent happened, List<Effect> effects)
    {
        var before = state.Uplink;
        state = state with { Network = NetworkMachine.Step(state.Network, happened, effects) };
        if (state.Uplink is { } uplink && uplink != before)
            state = BootRules.Hurry(state, Work.Enroll, Work.Unlock, Work.Certificate, Work.Session);
        return LeaveOldUplink(state, effects);
    }

    /// <summary>A session over another link or address than the uplink's is closed, once.</summary>
    private static BootState LeaveOldUplink(BootState state, List<Effect> effects)
    {
        if (state.Session is null || state.Uplink is not { } now || state.SessionUplink is not { } then || (now.Link == then.Link && now.Address == then.Address))
            return state;
        effects.Add(new CloseSession($"the uplink is {now.Link} {now.Address} now"));
        return state with { SessionUplink = null };
    }

    private static BootState OnBoot(BootState state, BootEvent happened, List<Effect> effects)
    {
        var at = happened.At;
        switch (happened)
        {
            case EnrollAnswered answered:
                return OnEnrolled(state, answered, effects);
            case Unlocked unlocked:
                effects.Add(new Tell("unlocked", "the controller gave its share"));
                return BootRules.Done(state, Work.Unlock, at) with { KeyHeld = true, MayCreate = unlocked.MayCreate };
            case PrivateMounted mounted:
                effects.Add(new Tell("private files mounted", "/mnt/etc"));
                return BootRules.Done(state, Work.Mount, at) with { PrivateMounted = true, CertificateUntil = Until(at, mounted.CertificateValidFor) };
            case PrivateLost lost:
                effects.Add(new Tell("private files lost", lost.Reason));
                return BootRules.Fail(state with { PrivateMounted = false }, Work.Mount, lost.Reason, at);
            case KeyRefused refused:
                effects.Add(new Tell("key refused", refused.Reason));
                return BootRules.Fail(BootRules.Done(state, Work.Mount, at) with { KeyHeld = false }, Work.Unlock, refused.Reason, at);
            case CertificateSeen seen:
                effects.Add(new Tell("certificate good", $"for {seen.ValidFor / 60_000} min"));
                return BootRules.Certified(state, seen.ValidFor, at) with { CertificateUntil = Until(at, seen.ValidFor) };
            case SessionOpened opened:
                effects.Add(new Tell($"session with {opened.Controller}", "mTLS"));
                return BootRules.Done(state, Work.Session, at) with
                {
                    Session = opened.Controller,
                    Secured = true,
                    Standing = Standing.Accepted,
                    Name = opened.Name.Length > 0 ? opened.Name : state.Name,
                };
            case SessionClosed closed:
                return OnSessionClosed(state, closed, effects);
            case SshStarted:
                effects.Add(new Tell("sshd runs", "/mnt/etc/ssh/sshd_config"));
                return BootRules.Done(state, Work.Ssh, at) with { SshRunning = true };
            case SshStopped stopped:
                effects.Add(new Tell("sshd stopped", stopped.Reason));
                return BootRules.Fail(state with { SshRunning = false }, Work.Ssh, stopped.Reason, at);
            case SandboxesMounted:
                return BootRules.Done(state, Work.Sandboxes, at) with { SandboxesReady = true };
            case WorkFailed failed:
                effects.Add(new Tell($"{failed.Work} failed".ToLowerInvariant(), failed.Reason));
                return BootRules.Fail(state, failed.Work, failed.Reason, at);
            default:
                throw new UnreachableException($"internal error: no rule for {happened.GetType().Name}");
        }
    }

    private static BootState OnEnrolled(BootState state, EnrollAnswered answered, List<Effect> effects)
    {
        if (state.Standing != answered.Standing)
            effects.Add(new Tell($"enrolment {answered.Standing}".ToLowerInvariant(), answered.Reason));
        state = state with
        {
            Standing = answered.Standing,
            StandingReason = answered.Reason,
            Name = answered.Name.Length > 0 ? answered.Name : state.Name,
        };
        return answered.Standing switch
        {
            Standing.Accepted => BootRules.Done(state, Work.Enroll, answered.At),
            Standing.Pending => BootRules.Rest(state, Work.Enroll, answered.At + BootRules.PollAgain, answered.Reason),
            _ => BootRules.Fail(state, Work.Enroll, answered.Reason, answered.At),
        };
    }

    private static BootState OnSessionClosed(BootState state, SessionClosed closed, List<Effect> effects)
    {
        effects.Add(new Tell("session closed", closed.Reason));
        state = BootRules.Fail(state with { Session = null, SessionUplink = null }, Work.Session, closed.Reason, closed.At);
        if (closed.Refused)
            return state with { CertificateUntil = null };
        return state with { Network = NetworkMachine.Step(state.Network, new UplinkDoubted(closed.Reason) { At = closed.At }, effects) };
    }

    private static long? Until(long now, long validFor) => validFor > 0 ? now + validFor : null;
}
