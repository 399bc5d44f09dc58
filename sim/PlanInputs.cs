using G8os.Decisions.Network;
using G8os.Model;
using G8os.Model.Network;

namespace G8os.Sim;

/// <summary>All that the wanted addresses, routes and rules follow from: while it is the same, nothing has to be planned anew.</summary>
internal sealed class PlanInputs(NetworkState state)
{
    private readonly Table<LinkStatus> links = state.Links;
    private readonly NetConfig? good = state.LastGood;
    private readonly Candidate? parked = state.Parked?.Candidate;
    private readonly bool lost = state.Parked is { Lost: true };
    private readonly Candidate? trial = state.Trial?.Candidate;
    private readonly TrialStep? step = state.Trial?.Step;
    private readonly Table<DhcpStatus> dhcp = state.Dhcp;
    private readonly Table<ClaimState> claims = state.Claims;

    public bool Same(NetworkState now) =>
        ReferenceEquals(links, now.Links) && ReferenceEquals(good, now.LastGood) && parked == now.Parked?.Candidate && lost == now.Parked is { Lost: true }
        && SameTrial(now) && SameLeases(now.Dhcp) && SameClaims(now.Claims);

    /// <summary>A trial that has no address yet is like none.</summary>
    private bool SameTrial(NetworkState now) =>
        (trial == now.Trial?.Candidate && step == now.Trial?.Step) || (step is null or not TrialStep.Probe && now.Trial is not { Step: TrialStep.Probe });

    private bool SameLeases(Table<DhcpStatus> now)
    {
        if (ReferenceEquals(dhcp, now))
            return true;
        foreach (var (link, status) in dhcp)
            if (status.Lease is { } lease && !ReferenceEquals(now.Find(link)?.Lease, lease))
                return false;
        foreach (var (link, status) in now)
            if (status.Lease is not null && dhcp.Find(link)?.Lease is null)
                return false;
        return true;
    }

    private bool SameClaims(Table<ClaimState> now)
    {
        if (ReferenceEquals(claims, now))
            return true;
        foreach (var (link, claim) in claims)
            if (claim.Usable && (now.Find(link) is not { Usable: true } other || other.Octet != claim.Octet))
                return false;
        foreach (var (link, claim) in now)
            if (claim.Usable && claims.Find(link) is not { Usable: true })
                return false;
        return true;
    }
}
