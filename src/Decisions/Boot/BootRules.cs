using System.Diagnostics;
using G8os.Model.Wire;

namespace G8os.Decisions.Boot;

/// <summary>When each work is wanted, how long it may take and how it rests: one table, read from top to bottom.</summary>
public static class BootRules
{
    /// <summary>A certificate with less than this left is renewed: 12 h of its 24.</summary>
    public const long CertificateRenewal = 12 * 3600_000L;
    /// <summary>A work that was quiet for so long begins its back-off anew.</summary>
    public const int SteadyAfter = 60_000;
    /// <summary>Between two long-polls of a pending node.</summary>
    public const int PollAgain = 250;

    /// <summary>One row: when, what, at most how long, and how it rests after a failure.</summary>
    private sealed record Rule(Work Work, Func<BootState, long, bool> Wanted, Func<BootState, Effect> Effect, int Bound, Backoff Rest)
    {
        public readonly string Name = Work.ToString();
    }

    private static readonly Rule[] Rules =
    [
        new(Work.Enroll, (s, _) => s.Uplink is not null && (s.Rejected || (s.Standing is null && !s.KeyHeld && !s.PrivateMounted)),
            _ => new Enroll(), 75_000, new(1_000, 30_000, 0)),
        new(Work.Unlock, (s, _) => s.Uplink is not null && s.Standing == Standing.Accepted && !s.KeyHeld && !s.PrivateMounted,
            _ => new RequestUnlock(), 20_000, new(1_000, 30_000, 0)),
        new(Work.Mount, (s, _) => s.KeyHeld && !s.PrivateMounted,
            s => new MountPrivate(s.MayCreate), 60_000, new(250, 10_000, 0)),
        new(Work.Certificate, (s, now) => CanCertify(s) && !(s.CertificateUntil - now > CertificateRenewal),
            _ => new RequestCertificate(), 20_000, new(1_000, 30_000, 0)),
        new(Work.Session, (s, now) => s.Uplink is not null && s.PrivateMounted && !s.Rejected && s.CertificateUntil > now && s.Session is null,
            _ => new OpenSession(), 20_000, new(1_000, 5_000, 0)),
        new(Work.Ssh, (s, _) => s.PrivateMounted && s.Secured && !s.SshRunning,
            _ => new StartSsh(), 30_000, new(500, 10_000, 0)),
        new(Work.Sandboxes, (s, _) => s.Secured && !s.SandboxesReady,
            _ => new MountSandboxes(), 60_000, new(1_000, 30_000, 0)),
    ];

    /// <summary>When the certificate has to be renewed; null while that is under way, resting or impossible: a deadline that cannot be acted on would spin.</summary>
    public static long? RenewAt(BootState state) =>
        CanCertify(state) && state.Works.Find(nameof(Work.Certificate)) is null or { Deadline: null, RetryAt: null }
            ? state.CertificateUntil - CertificateRenewal : null;

    private static bool CanCertify(BootState state) => state.Uplink is not null && state.PrivateMounted && !state.Rejected;

    /// <summary>Starts everything that is wanted, possible and not resting; gives up what took too long.</summary>
    public static BootState Advance(BootState state, long now, List<Effect> effects)
    {
        foreach (var rule in Rules)
        {
            var name = rule.Name;
            if (state.Works.Find(name) is { Deadline: { } deadline } && now >= deadline)
                state = Fail(state, rule.Work, $"no outcome within {rule.Bound / 1000} s", now);
            var status = state.Works.Find(name);
            if (status is { Deadline: not null } || status?.RetryAt > now)
                continue;
            if (rule.Wanted(state, now))
            {
                effects.Add(rule.Effect(state));
                if (rule.Work == Work.Session)
                    state = state with { SessionUplink = state.Uplink };
                state = state with { Works = state.Works.With(name, new WorkStatus(BackoffOf(status, rule, now), Deadline: now + rule.Bound, Reason: status?.Reason ?? "")) };
            }
            else if (status is { RetryAt: not null })
                state = Quiet(state, rule.Work, now);
            else if (status is { Since: { } since } && now - since >= SteadyAfter)
                state = state with { Works = state.Works.Without(name) };
        }
        return state;
    }

    /// <summary>It succeeded: if it fails again soon, it rests longer than before.</summary>
    public static BootState Done(BootState state, Work work, long now) => Quiet(state, work, now);

    /// <summary>
    /// A certificate was seen. One that is long enough ends the work. A short one does not: it is the old one judged by a new clock, and
    /// the request under way goes on, or the controller issues no longer ones, and asking again at once would never end.
    /// </summary>
    public static BootState Certified(BootState state, long validFor, long now) => validFor > CertificateRenewal ? Done(state, Work.Certificate, now) : state;

    private static BootState Quiet(BootState state, Work work, long now) =>
        state.Works.Find(work.ToString()) is { } status ? state with { Works = state.Works.With(work.ToString(), new WorkStatus(status.Backoff, Since: now)) } : state;

    private static Backoff BackoffOf(WorkStatus? status, Rule rule, long now) =>
        status is null || (status.Since is { } since && now - since >= SteadyAfter) ? rule.Rest : status.Backoff;

    public static BootState Rest(BootState state, Work work, long until, string reason) =>
        state with { Works = state.Works.With(work.ToString(), new WorkStatus(RuleOf(work).Rest, RetryAt: until, Reason: reason)) };

    public static BootState Fail(BootState state, Work work, string reason, long now)
    {
        var backoff = BackoffOf(state.Works.Find(work.ToString()), RuleOf(work), now);
        (var next, var jitter, var wait) = backoff.Draw(state.Jitter);
        return state with { Jitter = jitter, Works = state.Works.With(work.ToString(), new WorkStatus(next, RetryAt: now + wait, Reason: reason)) };
    }

    /// <summary>Lets resting works go on at once: the uplink they waited for is another one now.</summary>
    public static BootState Hurry(BootState state, params ReadOnlySpan<Work> works)
    {
        foreach (var work in works)
            if (state.Works.Find(work.ToString()) is { Deadline: null })
                state = state with { Works = state.Works.Without(work.ToString()) };
        return state;
    }

    private static Rule RuleOf(Work work)
    {
        foreach (var rule in Rules)
            if (rule.Work == work)
                return rule;
        throw new UnreachableException($"internal error: no rule for {work}");
    }
}
