using G8os.Decisions.Network;
using G8os.Model.Wire;

namespace G8os.Decisions.Boot;

/// <summary>Says in words where a boot is, what it waits for and what comes next.</summary>
public static class BootReport
{
    /// <summary>One sentence for status and console; empty when managed.</summary>
    public static string Waiting(BootState state, long now) => state.Phase switch
    {
        Phase.Network => Network(state.Network, now),
        Phase.Unlock when state.Standing == Standing.Pending => $"an operator to accept this node: g8os node accept {{id}} --name NAME{Because(state.StandingReason)}",
        Phase.Unlock when state.Rejected => $"the controller, which says {state.Standing}".ToLowerInvariant() + Because(state.StandingReason),
        Phase.Unlock when state.KeyHeld => Of(state, now, Work.Mount, "/mnt/etc to be mounted"),
        Phase.Unlock when state.Standing == Standing.Accepted => Of(state, now, Work.Unlock, "the controller's share of the disk key"),
        Phase.Unlock => Of(state, now, Work.Enroll, "the controller to know this node"),
        Phase.Secure when !(state.CertificateUntil > now) => Of(state, now, Work.Certificate, "a certificate"),
        Phase.Secure => Of(state, now, Work.Session, "the session with the controller"),
        Phase.Ssh => Of(state, now, Work.Ssh, "sshd"),
        Phase.Sandboxes => Of(state, now, Work.Sandboxes, "the sandboxes"),
        _ => "",
    };

    /// <summary>The present state in one sentence.</summary>
    public static string Summary(BootState state, long now)
    {
        var network = state.Network.Parked is { Lost: false } parked
            ? $"reaches {parked.Uplink.Controller} over {parked.Uplink.Link} ({parked.Uplink.Address}) by {parked.Candidate}"
            : "reaches no controller";
        return state.Phase == Phase.Managed ? $"managed: {network}" : $"in phase {state.Phase}: {network}; waits for {Waiting(state, now)}".Replace($"phase {state.Phase}", $"phase {state.Phase}".ToLowerInvariant(), StringComparison.Ordinal);
    }

    /// <summary>The next thing that happens by itself.</summary>
    public static string Next(BootState state, long now)
    {
        if (state.Phase == Phase.Network)
            return Network(state.Network, now);
        if (state.Network.Parked is { BetterAt: { } better })
            return $"better candidates are tried in {Seconds(better - now)}";
        return state.Network.Parked is { } parked ? $"the uplink is re-tested in {Seconds(parked.RetestAt - now)}" : "";
    }

    private static string Network(NetworkState network, long now) => network switch
    {
        { Trial: { Step: TrialStep.Carrier } trial } => $"carrier for {trial.Candidate}, {Seconds(trial.Deadline - now)} more",
        { Trial: { Step: TrialStep.Address } trial } => $"an address for {trial.Candidate}, {Seconds(trial.Deadline - now)} more",
        { Trial: { } trial } => $"a controller's answer on {trial.Candidate}, {Seconds(trial.Deadline - now)} more",
        { RoundAt: { } at } => $"round {network.Round + 1} in {Seconds(at - now)}: no controller answered in round {network.Round}",
        _ => "the next candidate",
    };

    private static string Of(BootState state, long now, Work work, string what) => state.Works.Find(work.ToString()) switch
    {
        { RetryAt: { } at, Reason: var reason } => $"{what}; next try in {Seconds(at - now)}{Because(reason)}",
        { Reason: { Length: > 0 } reason } => $"{what}; trying again{Because(reason)}",
        _ => what,
    };

    private static string Because(string reason) => reason.Length > 0 ? $" ({reason})" : "";

    private static string Seconds(long milliseconds) => $"{Math.Max(0, (milliseconds + 999) / 1000)} s";
}
