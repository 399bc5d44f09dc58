using G8os.Decisions.Boot;
using G8os.Decisions.Network;
using G8os.Model;
using G8os.Model.Network;
using G8os.Model.Wire;

namespace G8os.Sim;

/// <summary>Where each node must have ended after the calm: worked out from the world, not from the machine.</summary>
public static class Outcome
{
    private const long Retry = 120_000;
    private const long LastGoodAfter = 15 * 60_000;

    public static void Check(Node node)
    {
        if (node.State is not { } state)
            throw new ViolationException("ACoreRuns", $"{node.Name} has no core at the end");
        node.Journal?.Check(node);
        if (Best(node) is { } best)
            Reached(node, state, best);
        else if (!Excused(node, state) && !Held(node, state))
            Demand(state.Phase == Phase.Network && (state.Network.Trial is not null || state.Network.RoundAt - node.Clock < Retry),
                "WithoutAWayTheSearchGoesOn", node, $"phase {state.Phase}, parked {state.Network.Parked?.Candidate}");
    }

    private static void Reached(Node node, BootState state, Candidate best)
    {
        if (Excused(node, state) || (Held(node, state) && (Watch.Order(node, state.Network.Parked!.Candidate) < Watch.Order(node, best) || IsCrowded(node, best))))
            return;
        Demand(state.Network.Parked is { Lost: false } parked && parked.Candidate == best, "ItEndsOnTheBestCandidate", node,
            $"best is {best}; it is {(state.Network.Parked is { } at ? $"on {at.Candidate}{(at.Lost ? " (lost)" : "")}" : "nowhere")}");
        if (Allowed(node))
            Demand(state.Phase == Phase.Managed && node.SessionOver is not null, "ItEndsManaged", node, $"phase {state.Phase}: {BootReport.Waiting(state, node.Clock)}");
        else
            Demand(state.Phase == Phase.Managed || state.Works.Items.Any(work => work.Deadline is not null || work.RetryAt - node.Clock < Retry), "ItTriesForEver", node, $"nothing is under way in phase {state.Phase}");
        if (best == Candidate.NetToml && node.OnNetTomlFor > LastGoodAfter)
            Demand(node.Disk.LastGood == node.Config, "TheLastGoodConfigurationIsWritten", node, "net.toml carried for more than 10 min");
    }

    private static bool Allowed(Node node) =>
        node.Membership is { Standing: Standing.Accepted, UnlockAllowed: true, KeyGood: true, MountWorks: true, Ssh: SshMode.Good, SandboxesWork: true, CertificatesRefused: false };

    /// <summary>It keeps a network that passed a probe before while the controllers there do not serve: so it shall (design: the probe).</summary>
    private static bool Excused(Node node, BootState state) =>
        state.Network.Parked is { Lost: false } parked && node.World.Controllers.Exists(one => one.Mode == ControllerMode.Refusing)
        && ProbeSources.Of(state.Network, parked.Candidate).Any(source => Urls(node, parked.Candidate).Any(url => node.World.Try(node, source.Link, source.Address, url).Verdict == Verdict.ServerFault));

    /// <summary>Where strangers hold addresses, one more is tried each 10 min: which rescue link it ends on is luck.</summary>
    private static bool IsCrowded(Node node, Candidate best) => best.Kind == CandidateKind.Rescue && node.Find(best.Link)?.Segment is { Strangers: > 0 };

    /// <summary>An address got before strangers took all others may go on to carry.</summary>
    private static bool Held(Node node, BootState state) =>
        state.Uplink is { } uplink && Segment.Octet(uplink.Address) is not null && node.World.Try(node, uplink.Link, uplink.Address, uplink.Url).Verdict == Verdict.Answered;

    private static Values<string> Urls(Node node, Candidate candidate) => candidate.Kind == CandidateKind.Rescue ? NetworkConstants.RescueUrls : node.Config.Controllers.Urls;

    /// <summary>The first candidate in the seed's order that carries in the world as it is.</summary>
    public static Candidate? Best(Node node)
    {
        if (Carries(node, node.Config) || node.Nics.Exists(nic => nic.DhcpByConfig && LeaseCarries(node.World, nic)))
            return Candidate.NetToml;
        if (node.State?.Network.LastGood is { } good && good != node.Config && Carries(node, good))
            return Candidate.LastGood;
        var links = node.Nics.Where(nic => !nic.Guarded && nic.Cabled).OrderBy(nic => nic.Index).ToList();
        if (node.Config.Fallback.Dhcp && links.Find(nic => !nic.DhcpByConfig && LeaseCarries(node.World, nic)) is { } leased)
            return Candidate.Dhcp(leased.Name);
        return node.Config.Fallback.Rescue && links.Find(nic => node.World.RescueWouldCarry(nic.Segment!) && nic.Segment!.Strangers < 100) is { } rescue
            ? Candidate.Rescue(rescue.Name) : null;
    }

    private static bool Carries(Node node, NetConfig config)
    {
        foreach (var nic in node.Nics)
            if (!nic.Guarded && nic.Cabled && LinkRoles.ConfigOf(config, nic.Status()) is { Mode: LinkMode.Static } table)
                foreach (var address in table.Addresses)
                    if (node.World.WouldCarry(nic.Segment!, ProbeSources.Bare(address), table.Gateway))
                        return true;
        return false;
    }

    private static bool LeaseCarries(World world, Nic nic) =>
        nic.Cabled && nic.Segment!.Dhcp == DhcpMode.Present && world.WouldCarry(nic.Segment, nic.Segment.Leased(100), nic.Segment.Leased(1));

    private static void Demand(bool good, string rule, Node node, string message)
    {
        if (!good)
            throw new ViolationException(rule, $"{node.Name} at the end: {message}");
    }
}
