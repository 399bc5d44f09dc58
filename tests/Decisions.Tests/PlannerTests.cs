using G8os.Decisions.Network;
using G8os.Model;
using G8os.Model.Network;
using Xunit;

namespace G8os.Decisions.Tests;

/// <summary>What the kernel is asked for, against a kernel of a few lines.</summary>
public sealed class PlannerTests
{
    private static readonly NetConfig Two = Example.Net(Example.Static("eth0", "192.0.2.10/24", "192.0.2.1"), Example.Of("eth1", LinkMode.Dhcp));

    private static NetStatus Apply(NetStatus kernel, NetChange change) => change switch
    {
        BringUp up => kernel with { Links = Raise(kernel.Links, up.Link) },
        SetMtu mtu => kernel with { Links = kernel.Links.With(NameOf(kernel, mtu.Link), kernel.Links.Find(NameOf(kernel, mtu.Link))! with { Mtu = mtu.Mtu }) },
        AddAddress add => kernel with { Addresses = kernel.Addresses.With(new LinkAddress(add.Link, add.Address)) },
        RemoveAddress remove => kernel with { Addresses = kernel.Addresses.Where(one => one != new LinkAddress(remove.Link, remove.Address)).ToValues() },
        // one route per destination, table and metric
        AddRoute add => kernel with { Routes = [.. kernel.Routes.Where(one => (one.To, one.Table, one.Metric) != (add.Route.To, add.Route.Table, add.Route.Metric)), add.Route] },
        RemoveRoute remove => kernel with { Routes = kernel.Routes.Where(one => one != remove.Route).ToValues() },
        AddRule add => kernel with { Rules = kernel.Rules.With(add.Rule) },
        RemoveRule remove => kernel with { Rules = kernel.Rules.Where(one => one != remove.Rule).ToValues() },
        _ => throw new InvalidOperationException($"{change}"),
    };

    private static string NameOf(NetStatus kernel, int link) => kernel.Links.Items.Single(one => one.Index == link).Name;

    private static Table<LinkStatus> Raise(Table<LinkStatus> links, int link)
    {
        foreach (var (name, status) in links)
            if (status.Index == link)
                return links.With(name, status with { Up = true });
        return links;
    }

    private static NetStatus Fresh(NetworkState state) => new() { Links = state.Links };

    private static NetStatus Make(NetStatus kernel, NetworkState state) =>
        NetworkPlanner.Plan(NetworkPlanner.Desired(state), kernel).Aggregate(kernel, Apply);

    private static NetworkState State(NetConfig config, params LinkStatus[] links) => new Search(Example.Started(config, links)).State;

    [Fact]
    public void A_done_plan_leaves_nothing_to_do()
    {
        var search = new Search(Example.Started(Two, Example.Link("eth0", up: false), Example.Link("eth1"), Example.Link("eth2")));
        var kernel = Fresh(search.State);
        for (var step = 0; step < 200; step++)
        {
            kernel = Make(kernel with { Links = search.State.Links }, search.State);
            Assert.Empty(NetworkPlanner.Plan(NetworkPlanner.Desired(search.State), kernel));
            if (search.State.Trial is { Step: TrialStep.Address, Candidate.Kind: CandidateKind.Dhcp } trial)
                search.Step(at => new LeaseGranted(trial.Candidate.Link, Example.Lease("198.51.100.7/24", "198.51.100.1")) { At = at });
            else if (step == 120 && search.State.Trial is { Step: TrialStep.Probe })
                search.Answer();
            else
                search.Pass(Math.Max(1, NetworkMachine.NextDeadline(search.State)!.Value - search.Now));
        }
    }

    [Fact]
    public void It_adds_before_it_removes()
    {
        var state = State(Two, Example.Link("eth0"), Example.Link("eth1"));
        var kernel = Make(Fresh(state), state);
        var other = Example.Net(Example.Static("eth0", "198.51.100.10/24", "198.51.100.1"), Example.Static("eth1", "203.0.113.4/24"));
        var plan = NetworkPlanner.Plan(NetworkPlanner.Desired(state with { Config = other }), kernel);
        var firstRemoved = plan.ToList().FindIndex(change => change is RemoveAddress or RemoveRoute or RemoveRule);
        var lastAdded = plan.ToList().FindLastIndex(change => change is AddAddress or AddRoute or AddRule);
        Assert.InRange(lastAdded, 0, firstRemoved - 1);
    }

    [Fact]
    public void None_excluded_and_unknown_links_are_left_alone()
    {
        var config = Two with
        {
            Links = [.. Two.Links, Example.Of("eth2", LinkMode.None), Example.Static("eth3", "192.0.2.99/24")],
            Fallback = new() { Exclude = ["eth3"] },
        };
        var state = State(config, Example.Link("eth0"), Example.Link("eth1"), Example.Link("eth2", up: false), Example.Link("eth3", up: false));
        Assert.Equal(["eth0", "eth1"], NetworkPlanner.Desired(state).Links.Keys);
        var kernel = Fresh(state) with { Addresses = [new(4, "192.0.2.50/24"), new(5, "192.0.2.51/24"), new(99, "192.0.2.52/24")] };
        Assert.DoesNotContain(NetworkPlanner.Plan(NetworkPlanner.Desired(state), kernel), change => change is RemoveAddress or BringUp);
    }

    [Fact]
    public void Every_address_has_a_table_of_its_own_and_the_parked_one_wins()
    {
        var search = new Search(Example.Started(Two, Example.Link("eth0"), Example.Link("eth1")));
        search.Step(at => new LeaseGranted("eth1", Example.Lease("198.51.100.7/24", "198.51.100.1")) { At = at });
        var waiting = NetworkPlanner.Desired(search.State);
        Assert.All(waiting.Routes.Where(route => route.Table == NetworkPlanner.MainTable), route => Assert.True(route.Metric >= 1_000));
        search.Answer();
        var parked = NetworkPlanner.Desired(search.State);
        Assert.Equal(["192.0.2.10", "198.51.100.7"], parked.Rules.Select(rule => rule.From).Order());
        Assert.Equal(2, parked.Rules.Select(rule => rule.Table).Distinct().Count());
        Assert.All(parked.Routes.Where(route => route.Table == NetworkPlanner.MainTable), route => Assert.True(route.Metric < 1_000));
    }

    [Fact]
    public void A_trial_adds_its_address_beside_the_others_and_takes_it_away_again()
    {
        var search = new Search(Example.Started(Two, Example.Link("eth0"), Example.Link("eth1"), Example.Link("eth2")));
        var before = Make(Fresh(search.State), search.State);
        search.FailUntil(Candidate.Dhcp("eth2"), TrialStep.Address);
        search.Step(at => new LeaseGranted("eth2", Example.Lease("203.0.113.9/24", "203.0.113.1")) { At = at });
        var during = Make(before, search.State);
        Assert.Equal([.. before.Addresses, new LinkAddress(4, "203.0.113.9/24")], during.Addresses);
        Assert.True(before.Routes.All(during.Routes.Contains));
        Assert.DoesNotContain(during.Routes, route => route.Table == NetworkPlanner.MainTable && route.Link == 4); // not yet for everybody
        search.Answer(Verdict.NoAnswer);
        Assert.Equal(before.Addresses, Make(during, search.State).Addresses);
    }

    [Fact]
    public void The_last_good_router_is_used_for_an_address_both_have()
    {
        var typo = Example.Net(Example.Static("eth0", "192.0.2.10/24", "192.0.2.99"));
        var search = new Search(Example.Started(typo, Example.Link("eth0")) with { LastGood = Two });
        Assert.Equal("192.0.2.99", Router(search.State));
        search.Answer(Verdict.NoAnswer);
        Assert.Equal(Candidate.LastGood, search.State.Trial?.Candidate);
        Assert.Equal("192.0.2.1", Router(search.State));
        search.Answer();
        Assert.Equal("192.0.2.1", Router(search.State));
    }

    private static string? Router(NetworkState state)
    {
        var spec = NetworkPlanner.Desired(state);
        var rule = Assert.Single(spec.Rules, rule => rule.From == "192.0.2.10");
        return spec.Routes.Single(route => route.Table == rule.Table && route.To == "0.0.0.0/0").Via;
    }

    [Fact]
    public void Two_addresses_of_one_subnet_share_its_route()
    {
        var config = Example.Net(Example.Static("eth0", "192.0.2.10/24", "192.0.2.1") with { Addresses = ["192.0.2.10/24", "192.0.2.11/24", "2001:db8::10/64"] });
        var state = State(config, Example.Link("eth0"));
        var kernel = Make(Fresh(state), state);
        Assert.Empty(NetworkPlanner.Plan(NetworkPlanner.Desired(state), kernel));
        Assert.Equal(3, kernel.Addresses.Count);
        Assert.Contains(kernel.Routes, route => route.To == "2001:db8::/64");
    }

    [Theory]
    [InlineData("192.0.2.10/24", "192.0.2.0/24")]
    [InlineData("192.0.2.131/25", "192.0.2.128/25")]
    [InlineData("198.51.100.7/32", "198.51.100.7/32")]
    [InlineData("10.1.2.3/8", "10.0.0.0/8")]
    [InlineData("192.0.2.10/0", "0.0.0.0/0")]
    [InlineData("2001:db8:1:2:3::4/64", "2001:db8:1:2::/64")]
    public void The_network_of_an_address(string address, string network) => Assert.Equal(network, NetworkPlanner.Network(address));
}
