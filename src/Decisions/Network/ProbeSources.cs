using G8os.Model;
using G8os.Model.Network;

namespace G8os.Decisions.Network;

/// <summary>From which addresses a candidate can be probed right now.</summary>
public static class ProbeSources
{
    public static Values<ProbeSource> Of(NetworkState state, Candidate candidate) => candidate.Kind switch
    {
        CandidateKind.NetToml => OfConfig(state, state.Config, withDhcp: true),
        CandidateKind.LastGood => state.LastGood is { } config ? OfConfig(state, config, withDhcp: false) : [],
        CandidateKind.Dhcp => state.Links.Find(candidate.Link) is { Carrier: true } && state.Dhcp.Find(candidate.Link)?.Lease is { } lease
            ? [new(candidate.Link, Bare(lease.Address), lease.Dns)] : [],
        _ => state.Links.Find(candidate.Link) is { Carrier: true } && state.Claims.Find(candidate.Link) is { Usable: true } claim
            ? [new(candidate.Link, claim.Address, [])] : [],
    };

    private static Values<ProbeSource> OfConfig(NetworkState state, NetConfig config, bool withDhcp)
    {
        var sources = new List<ProbeSource>();
        AddStatic(state, config, sources);
        if (withDhcp)
            AddLeases(state, sources);
        return sources.ToValues();
    }

    private static void AddStatic(NetworkState state, NetConfig config, List<ProbeSource> sources)
    {
        foreach (var link in state.Links.Items)
            if (link.Carrier && LinkRoles.Touchable(state.Config, link) && LinkRoles.ConfigOf(config, link) is { Mode: LinkMode.Static } table)
                foreach (var address in table.Addresses)
                    sources.Add(new(link.Name, Bare(address), table.Dns));
    }

    private static void AddLeases(NetworkState state, List<ProbeSource> sources)
    {
        foreach (var link in state.Links.Items)
            if (link.Carrier && LinkRoles.Touchable(state.Config, link) && LinkRoles.ConfigOf(state.Config, link) is { Mode: LinkMode.Dhcp }
                && state.Dhcp.Find(link.Name)?.Lease is { } lease)
                sources.Add(new(link.Name, Bare(lease.Address), lease.Dns));
    }

    /// <summary>The address of ADDRESS/PREFIX.</summary>
    public static string Bare(string address) => address.IndexOf('/') is >= 0 and var slash ? address[..slash] : address;
}
