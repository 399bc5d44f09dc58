using G8os.Decisions.Network;
using G8os.Model;
using G8os.Model.Network;
using Xunit;

namespace G8os.Decisions.Tests;

/// <summary>The search for an uplink, step by step.</summary>
public sealed class SearchTests
{
    private static readonly NetConfig Right = Example.Net(Example.Static("eth0", "192.0.2.10/24", "192.0.2.1"));
    private static readonly LinkStatus[] TwoLinks = [Example.Link("eth0"), Example.Link("eth1")];

    private static Search Parked() => new Search(Example.Started(Right, TwoLinks)).Answer();

    /// <summary>Parked by DHCP on eth1.</summary>
    private static Search ParkedOnDhcp()
    {
        var search = new Search(Example.Started(Right, TwoLinks)).Answer(Verdict.NoAnswer);
        search.FailUntil(Candidate.Dhcp("eth1"), TrialStep.Address);
        search.Step(at => new LeaseGranted("eth1", Example.Lease("198.51.100.7/24", "198.51.100.1")) { At = at });
        return search.Answer();
    }

    private static void Lose(Search search)
    {
        search.Step(at => new UplinkDoubted("a test") { At = at }).Answer(Verdict.NoAnswer);
        search.Pass(3_000, one => one.State.Check is not null).Answer(Verdict.NoAnswer);
        Assert.True(search.State.Parked!.Lost);
    }

    [Fact]
    public void The_seed_s_order_is_kept_and_goes_round_for_ever()
    {
        var good = Example.Net(Example.Static("eth1", "198.51.100.10/24"));
        var search = new Search(Example.Started(Right, TwoLinks) with { LastGood = good });
        var order = new List<Candidate>();
        search.Pass(400_000, one =>
        {
            if (one.State.Trial is { } trial && (order.Count == 0 || order[^1] != trial.Candidate))
                order.Add(trial.Candidate);
            return false;
        });
        Candidate[] round = [Candidate.NetToml, Candidate.LastGood, Candidate.Dhcp("eth0"), Candidate.Dhcp("eth1"), Candidate.Rescue("eth0"), Candidate.Rescue("eth1")];
        Assert.Equal(round.Concat(round), order.Take(12));
    }

    [Fact]
    public void The_last_good_configuration_is_not_tried_when_it_is_the_present_one()
    {
        var search = new Search(Example.Started(Right, TwoLinks) with { LastGood = Right });
        Assert.DoesNotContain(Candidate.LastGood, search.State.Queue);
    }

    [Fact]
    public void Guarded_links_are_no_candidates_and_fallbacks_can_be_switched_off()
    {
        var config = Right with { Links = [.. Right.Links, Example.Of("eth1", LinkMode.None)], Fallback = new() { Exclude = ["eth2"], Rescue = false } };
        var search = new Search(Example.Started(config, Example.Link("eth0"), Example.Link("eth1"), Example.Link("eth2"), Example.Link("eth3")));
        Assert.Equal([Candidate.Dhcp("eth0"), Candidate.Dhcp("eth3")], search.State.Queue);
    }

    [Fact]
    public void A_lease_on_which_no_controller_answers_is_given_back()
    {
        var search = new Search(Example.Started(Right, TwoLinks)).Answer(Verdict.NoAnswer);
        search.FailUntil(Candidate.Dhcp("eth1"), TrialStep.Address);
        search.Step(at => new LeaseGranted("eth1", Example.Lease("198.51.100.7/24")) { At = at }).Answer(Verdict.Stranger);
        Assert.Contains(new StopDhcp("eth1"), search.Last);
        Assert.False(search.State.Dhcp.Has("eth1"));
    }

    [Fact]
    public void Without_any_dhcp_server_a_rescue_address_is_there_within_60_s_and_asked_on_link_2_within_90_s()
    {
        var search = new Search(Example.Started(Right, TwoLinks));
        search.FailUntil(Candidate.Rescue("eth0"), TrialStep.Probe);
        Assert.InRange(search.Now, 0, 60_000);
        search.FailUntil(Candidate.Rescue("eth1"), TrialStep.Probe);
        Assert.InRange(search.Now, 0, 90_000);
    }

    [Fact]
    public void The_rescue_controller_is_asked_by_https_first()
    {
        var search = new Search(Example.Started(Right, TwoLinks));
        search.FailUntil(Candidate.Rescue("eth0"), TrialStep.Probe);
        Assert.Equal(["https://10.254.254.254:8443", "http://10.254.254.254:8080"], search.Of<StartProbe>().Last().Urls);
        search.Answer();
        var octet = search.State.Claims.Find("eth0")!.Octet;
        Assert.Contains(new RememberRescue("eth0", octet), search.Last);
    }

    [Fact]
    public void One_miss_is_forgiven_two_begin_a_round_beside_the_parked_address()
    {
        var search = ParkedOnDhcp();
        search.Step(at => new UplinkDoubted("a test") { At = at }).Answer(Verdict.NoAnswer);
        Assert.False(search.State.Parked!.Lost);
        search.Pass(3_000, one => one.State.Check is not null).Answer();
        Assert.Equal(0, search.State.Parked!.Misses);

        Lose(search);
        Assert.Equal(Candidate.Dhcp("eth1"), search.State.Trial?.Candidate);
        search.FailUntil(Candidate.Rescue("eth0"), TrialStep.Address);
        Assert.NotNull(search.State.Dhcp.Find("eth1")?.Lease);
        Assert.Contains("198.51.100.7/24", NetworkPlanner.Desired(search.State).Links.Find("eth1")!.Addresses);
    }

    [Fact]
    public void The_address_of_a_lost_uplink_goes_when_another_candidate_wins()
    {
        var search = ParkedOnDhcp();
        Lose(search);
        search.FailUntil(Candidate.NetToml, TrialStep.Probe).Answer();
        Assert.Contains(new StopDhcp("eth1"), search.Last);
        Assert.Equal(Candidate.NetToml, search.State.Parked?.Candidate);
    }

    [Fact]
    public void A_server_s_fault_keeps_the_network()
    {
        var search = ParkedOnDhcp();
        for (var turn = 0; turn < 30; turn++)
            search.Pass(60_000, one => one.State.Check is not null).Answer(Verdict.ServerFault);
        Assert.False(search.State.Parked!.Lost);
        Assert.Equal(1, search.State.Round);
    }

    [Fact]
    public void A_server_s_fault_on_the_network_that_carried_us_ends_the_search_and_better_ones_are_looked_at_later()
    {
        var search = ParkedOnDhcp();
        Lose(search);
        search.Answer(Verdict.ServerFault);
        Assert.False(search.State.Parked!.Lost);
        Assert.Equal(search.Now + NetworkConstants.BetterRetest, search.State.Parked.BetterAt);
    }

    [Fact]
    public void A_server_s_fault_on_a_network_never_proved_is_a_failure()
    {
        var search = new Search(Example.Started(Right, TwoLinks)).Answer(Verdict.ServerFault);
        Assert.Null(search.State.Parked);
        Assert.Equal(Candidate.Dhcp("eth0"), search.State.Trial?.Candidate);
    }

    [Fact]
    public void Better_candidates_are_tried_after_ten_minutes_beside_the_working_one()
    {
        var search = ParkedOnDhcp();
        var began = search.Now;
        search.Pass(11 * 60_000, one =>
        {
            if (one.State.Check is not null)
                one.Answer();
            return one.State.Trial is not null;
        });
        Assert.Equal(10 * 60_000, search.Now - began);
        Assert.Equal(Candidate.NetToml, search.State.Trial?.Candidate);
        Assert.False(search.State.Parked!.Lost);
        search.Answer();
        Assert.Equal(Candidate.NetToml, search.State.Parked?.Candidate);
        Assert.Null(search.State.Parked!.BetterAt);
    }

    [Fact]
    public void Only_better_ones_are_tried_then()
    {
        var search = ParkedOnDhcp();
        search.Pass(11 * 60_000, one =>
        {
            if (one.State.Check is not null)
                one.Answer();
            return one.State.Trial is not null;
        });
        Assert.Equal([Candidate.Dhcp("eth0")], search.State.Queue);
    }

    [Fact]
    public void Net_toml_that_carried_for_ten_minutes_is_written_down_once()
    {
        var search = Parked();
        search.Pass(30 * 60_000, one =>
        {
            if (one.State.Check is not null)
                one.Answer();
            return false;
        });
        Assert.Equal(Right, Assert.Single(search.Of<RememberLastGood>()).Config);
    }

    [Fact]
    public void A_doubt_during_a_re_test_brings_another_one_at_once()
    {
        var search = Parked();
        search.Pass(61_000, one => one.State.Check is not null);
        var first = search.State.Check!.Probe;
        search.Step(at => new LinksSeen([Example.Link("eth0", carrier: false), Example.Link("eth1")]) { At = at });
        search.Step(at => new ProbeEnded(first, Verdict.Answered, "late", search.State.Parked!.Uplink) { At = at });
        search.Pass(1);
        Assert.Equal(1, search.State.Parked!.Misses);
    }

    [Fact]
    public void A_re_test_asks_over_the_present_uplink_only_and_over_all_after_a_miss()
    {
        var config = Example.Net(Example.Static("eth0", "192.0.2.10/24", "192.0.2.1"), Example.Static("eth1", "198.51.100.10/24", "198.51.100.1"));
        var search = new Search(Example.Started(config, TwoLinks)).Answer(link: "eth1");
        search.Pass(61_000, one => one.State.Check is not null);
        Assert.Equal("eth1", Assert.Single(search.Of<StartProbe>().Last().Sources).Link);
        search.Answer(Verdict.NoAnswer).Pass(3_000, one => one.State.Check is not null);
        Assert.Equal(["eth1", "eth0"], search.Of<StartProbe>().Last().Sources.Select(source => source.Link));
        search.Answer(link: "eth0");
        Assert.Equal("eth0", search.State.Parked!.Uplink.Link);
    }

    [Fact]
    public void An_answer_to_a_lease_that_is_gone_does_not_park()
    {
        var search = new Search(Example.Started(Right, TwoLinks)).Answer(Verdict.NoAnswer);
        search.FailUntil(Candidate.Dhcp("eth1"), TrialStep.Address);
        search.Step(at => new LeaseGranted("eth1", Example.Lease("198.51.100.7/24")) { At = at });
        search.Step(at => new LeaseLost("eth1", "NAK") { At = at }).Answer();
        Assert.Null(search.State.Parked);
    }

    [Fact]
    public void News_of_a_stopped_client_and_answers_to_old_probes_change_nothing()
    {
        var search = Parked();
        var before = search.State;
        search.Step(at => new LeaseGranted("eth1", Example.Lease("198.51.100.7/24")) { At = at });
        search.Step(at => new LeaseLost("eth1", "late") { At = at });
        search.Step(at => new ProbeEnded(77, Verdict.Answered, "late", before.Parked!.Uplink) { At = at });
        search.Step(at => new ArpHeard("eth1", "02:ff:00:00:00:01", "10.254.254.7", "10.254.254.8") { At = at });
        Assert.Equal(before, search.State);
    }

    [Fact]
    public void Net_toml_s_own_dhcp_link_is_waited_for_when_its_static_one_fails()
    {
        var config = Example.Net(Example.Static("eth0", "192.0.2.10/24", "192.0.2.1"), Example.Of("eth1", LinkMode.Dhcp));
        var search = new Search(Example.Started(config, TwoLinks));
        Assert.Contains(new StartDhcp("eth1"), search.Last);
        search.Answer(Verdict.NoAnswer);
        Assert.Equal((Candidate.NetToml, TrialStep.Address), (search.State.Trial!.Candidate, search.State.Trial.Step));
        search.Step(at => new LeaseGranted("eth1", Example.Lease("198.51.100.7/24", "198.51.100.1")) { At = at }).Answer(link: "eth1");
        Assert.Equal(Candidate.NetToml, search.State.Parked?.Candidate);
        Assert.DoesNotContain(search.Of<StopDhcp>(), stop => stop.Link == "eth1");
    }

    [Fact]
    public void Late_carrier_is_waited_for_five_seconds_and_gained_carrier_ends_a_pause()
    {
        var search = new Search(Example.Started(Right, Example.Link("eth0", carrier: false)));
        Assert.Equal(TrialStep.Carrier, search.State.Trial?.Step);
        search.Pass(60_000, one => one.State.RoundAt is not null);
        Assert.Equal(5_000, search.Now);
        search.Step(at => new LinksSeen([Example.Link("eth0")]) { At = at });
        Assert.Equal((2, Candidate.NetToml), (search.State.Round, search.State.Trial!.Candidate));
    }

    [Fact]
    public void Pauses_grow_to_a_minute_and_stay_short_after_a_session_was_lost()
    {
        var search = new Search(Example.Started(Right, Example.Link("eth0", carrier: false)));
        var pauses = new List<long>();
        while (pauses.Count < 60)
        {
            search.Pass(200_000, one => one.State.RoundAt is not null);
            pauses.Add(search.State.RoundAt!.Value - search.Now);
            search.Pass(pauses[^1]);
        }
        Assert.InRange(pauses[0], 250, 2_000);
        Assert.All(pauses, pause => Assert.InRange(pause, 250, 60_000));
        Assert.Contains(pauses, pause => pause > 30_000);
        search.Step(at => new UplinkDoubted("the session broke") { At = at });
        for (var turn = 0; turn < 5; turn++)
        {
            search.Pass(200_000, one => one.State.RoundAt > one.Now);
            Assert.InRange(search.State.RoundAt!.Value - search.Now, 250, turn == 0 ? 60_000 : 5_000);
            search.Pass(search.State.RoundAt.Value - search.Now);
        }
    }

    [Fact]
    public void Conflicts_are_remembered_over_rounds_and_nobody_speaks_for_a_kept_claim()
    {
        var search = new Search(Example.Started(Right, Example.Link("eth0")));
        var tried = new List<string>();
        for (var round = 0; round < 6; round++)
        {
            search.FailUntil(Candidate.Rescue("eth0"), TrialStep.Address);
            search.Pass(61_000, one =>
            {
                if (one.State.Trial?.Candidate != Candidate.Rescue("eth0"))
                    return true;
                if (one.Last.OfType<SendArp>().FirstOrDefault() is { } sent && (tried.Count == 0 || tried[^1] != sent.Address))
                {
                    tried.Add(sent.Address);
                    one.Step(at => new ArpHeard("eth0", "02:ff:00:00:00:01", sent.Address, "0.0.0.0") { At = at });
                }
                return false;
            });
            var sentBefore = search.Of<SendArp>().Count();
            search.Pass(600_000, one => one.State.Trial?.Candidate == Candidate.Rescue("eth0"));
            Assert.Equal(sentBefore, search.Of<SendArp>().Count());
        }
        Assert.True(tried.Count > 10);
        Assert.Equal(tried.Count, tried.Distinct().Count());
    }

    [Fact]
    public void A_rescue_address_given_up_is_forgotten_for_the_next_core()
    {
        var search = new Search(Example.Started(Right, Example.Link("eth0")));
        search.FailUntil(Candidate.Rescue("eth0"), TrialStep.Probe).Answer().Pass(5_000);
        var address = search.State.Claims.Find("eth0")!.Address;
        search.Step(at => new ArpHeard("eth0", "02:ff:00:00:00:01", address, address) { At = at });
        Assert.Equal(new SendArp("eth0", address, true), Assert.Single(search.Last.OfType<SendArp>()));
        search.Step(at => new ArpHeard("eth0", "02:ff:00:00:00:01", address, address) { At = at });
        Assert.Contains(new RememberParked(null), search.Last);
        Assert.DoesNotContain(address + "/24", NetworkPlanner.Desired(search.State).Links.Find("eth0")!.Addresses);
    }

    [Fact]
    public void A_new_core_takes_up_the_uplink_and_its_address()
    {
        var before = ParkedOnDhcp();
        var lease = before.State.Dhcp.Find("eth1")!;
        var search = new Search(Example.Started(Right, TwoLinks) with
        {
            At = 900_000,
            Dhcp = Table<DhcpStatus>.Empty.With("eth0", new DhcpStatus(null)).With("eth1", lease),
            Resumed = before.State.Parked,
        });
        Assert.Contains("198.51.100.7/24", NetworkPlanner.Desired(search.State).Links.Find("eth1")!.Addresses);
        Assert.Equal("198.51.100.7", search.Of<StartProbe>().Single().Sources.Single().Address);
        Assert.Contains(new StopDhcp("eth0"), search.Last); // the old core was trying it
        Assert.DoesNotContain(new StopDhcp("eth1"), search.Last);
        search.Answer();
        Assert.Equal(Candidate.Dhcp("eth1"), search.State.Parked?.Candidate);
    }

    [Fact]
    public void A_new_core_takes_up_a_rescue_address_without_asking_again()
    {
        var before = new Search(Example.Started(Right, Example.Link("eth0")));
        before.FailUntil(Candidate.Rescue("eth0"), TrialStep.Probe).Answer();
        var search = new Search(Example.Started(Right, Example.Link("eth0")) with { At = 500_000, Resumed = before.State.Parked });
        Assert.Contains(before.State.Parked!.Uplink.Address + "/24", NetworkPlanner.Desired(search.State).Links.Find("eth0")!.Addresses);
        Assert.Contains(new WatchArp("eth0"), search.Last);
        Assert.DoesNotContain(search.Last, effect => effect is SendArp);
    }

    [Fact]
    public void Hardware_that_was_pulled_out_and_came_back_is_new_hardware()
    {
        var search = ParkedOnDhcp();
        search.Step(at => new LinksSeen([Example.Link("eth0"), Example.Link("eth1") with { Index = 9 }]) { At = at });
        Assert.Contains(new StopDhcp("eth1"), search.Last);
        search.Pass(1);
        Assert.Equal(1, search.State.Parked!.Misses);
    }

    [Fact]
    public void There_is_a_deadline_in_every_state()
    {
        var search = new Search(Example.Started(Right));
        for (var step = 0; step < 500; step++)
        {
            var due = Assert.NotNull(NetworkMachine.NextDeadline(search.State));
            search.Pass(Math.Max(1, due - search.Now));
        }
    }
}
