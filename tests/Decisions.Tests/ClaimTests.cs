using G8os.Decisions.Network;
using G8os.Model;
using Xunit;

namespace G8os.Decisions.Tests;

/// <summary>RFC 5227 by its section 1.1 constants.</summary>
public sealed class ClaimTests
{
    private const string Mac = "02:00:00:00:00:01";
    private const string Stranger = "02:ff:00:00:00:01";
    private static readonly Table<LinkStatus> Own = Table<LinkStatus>.Empty.With("eth0", Example.Link("eth0"));

    private ClaimState claim;
    private Jitter jitter = new(7);
    private long now = 1_000;

    public ClaimTests() => (claim, jitter) = ClaimMachine.Begin(Mac, 0, now, jitter);

    private List<SendArp> Tick(long at)
    {
        var effects = new List<Effect>();
        now = at;
        (claim, jitter) = ClaimMachine.Tick(claim, "eth0", now, jitter, effects);
        return effects.OfType<SendArp>().ToList();
    }

    private SendArp Next() => Assert.Single(Tick(claim.NextAt!.Value));

    private List<SendArp> Hear(string mac, string sender, string target)
    {
        var effects = new List<Effect>();
        (claim, jitter) = ClaimMachine.Hear(claim, "eth0", new ArpHeard("eth0", mac, sender, target) { At = now }, Own, jitter, effects);
        return effects.OfType<SendArp>().ToList();
    }

    private void Claim()
    {
        while (claim.Step != ClaimStep.Held)
            Next();
    }

    [Fact]
    public void Three_probes_one_to_two_seconds_apart_then_two_seconds_then_two_announcements()
    {
        var address = claim.Address;
        Assert.InRange(claim.NextAt!.Value - now, 0, 1_000);
        Assert.Equal(new SendArp("eth0", address, false), Next());
        var first = now;
        Assert.Equal(new SendArp("eth0", address, false), Next());
        Assert.InRange(now - first, 1_000, 2_000);
        var second = now;
        Assert.Equal(new SendArp("eth0", address, false), Next());
        Assert.InRange(now - second, 1_000, 2_000);
        Assert.False(claim.Usable);
        var third = now;
        Assert.Equal(new SendArp("eth0", address, true), Next());
        Assert.Equal(2_000, now - third);
        Assert.True(claim.Usable);
        var announced = now;
        Assert.Equal(new SendArp("eth0", address, true), Next());
        Assert.Equal(2_000, now - announced);
        Assert.Equal(ClaimStep.Held, claim.Step);
        Assert.Null(claim.NextAt);
        Assert.Empty(Tick(now + 3600_000));
    }

    [Fact]
    public void Nothing_is_sent_before_its_time()
    {
        Assert.Empty(Tick(claim.NextAt!.Value - 1));
        Next();
        Assert.Empty(Tick(claim.NextAt!.Value - 1));
    }

    [Theory]
    [InlineData(true, false)] // somebody uses it
    [InlineData(false, true)] // somebody else probes for it
    public void A_conflict_while_probing_moves_on_to_another_address(bool uses, bool wants)
    {
        Next();
        var old = claim.Address;
        Assert.Empty(Hear(Stranger, uses ? old : "0.0.0.0", wants ? old : "10.254.254.254"));
        Assert.NotEqual(old, claim.Address);
        Assert.Equal((ClaimStep.Probing, 0, 1), (claim.Step, claim.Sent, claim.Conflicts));
        Assert.InRange(claim.NextAt!.Value - now, 0, 1_000);
    }

    [Fact]
    public void A_conflict_in_the_two_seconds_before_the_announcement_counts()
    {
        Next();
        Next();
        Next();
        var old = claim.Address;
        now += 1_900;
        Hear(Stranger, old, old);
        Assert.NotEqual(old, claim.Address);
    }

    [Fact]
    public void Talk_of_others_is_no_conflict()
    {
        Next();
        var old = claim.Address;
        Hear(Stranger, "10.254.254.254", old); // a request for it: nobody has it yet
        Hear(Stranger, "0.0.0.0", "10.254.254.254");
        Assert.Equal(old, claim.Address);
    }

    [Fact]
    public void Our_own_packets_are_no_conflict_on_any_of_our_links()
    {
        Next();
        var old = claim.Address;
        Hear(Mac, "0.0.0.0", old);
        Hear(Mac, old, old);
        Claim();
        Assert.Empty(Hear(Mac, old, old));
        Assert.Equal(old, claim.Address);
    }

    [Fact]
    public void A_probe_for_our_address_is_no_conflict_the_kernel_answers_it()
    {
        Claim();
        Assert.Empty(Hear(Stranger, "0.0.0.0", claim.Address));
        Assert.True(claim.Usable);
    }

    [Fact]
    public void It_defends_once_in_ten_seconds_and_yields_to_the_second_conflict()
    {
        Claim();
        var old = claim.Address;
        Assert.Equal([new SendArp("eth0", old, true)], Hear(Stranger, old, old));
        now += 9_999;
        Assert.Empty(Hear(Stranger, old, old));
        Assert.NotEqual(old, claim.Address);
        Assert.False(claim.Usable);
    }

    [Fact]
    public void It_defends_again_after_ten_seconds()
    {
        Claim();
        var old = claim.Address;
        for (var turn = 0; turn < 5; turn++)
        {
            Assert.Single(Hear(Stranger, old, old));
            now += 10_000;
        }
        Assert.Equal(old, claim.Address);
    }

    [Fact]
    public void After_ten_conflicts_there_is_one_address_a_minute()
    {
        for (var turn = 1; turn < 10; turn++)
        {
            Next();
            Hear(Stranger, claim.Address, "10.254.254.254");
            Assert.InRange(claim.NextAt!.Value - now, 0, 1_000);
            Assert.False(claim.Resting(now));
        }
        for (var turn = 0; turn < 3; turn++)
        {
            Next();
            Assert.False(claim.Resting(now)); // the wait between probes is no rest
            Hear(Stranger, claim.Address, "10.254.254.254");
            Assert.Equal(60_000, claim.NextAt!.Value - now);
            Assert.True(claim.Resting(now));
        }
    }

    [Fact]
    public void No_address_comes_twice_before_all_253_were_tried()
    {
        foreach (var mac in new[] { Mac, Stranger, "52:54:00:aa:bb:01", "" })
        {
            var seen = new HashSet<int>();
            var octet = ClaimMachine.Begin(mac, 0, 0, jitter).State.Octet;
            for (var turn = 0; turn < 253; turn++, octet = ClaimMachine.NextOctet(mac, octet))
                Assert.True(octet is >= 1 and <= 253 && seen.Add(octet), $"{octet} comes again after {turn} for {mac}");
        }
    }

    [Fact]
    public void Machines_begin_and_go_on_differently()
    {
        var macs = Enumerable.Range(0, 1_000).Select(number => $"52:54:00:00:{number / 256:x2}:{number % 256:x2}").ToList();
        var firsts = macs.Select(mac => ClaimMachine.Begin(mac, 0, 0, jitter).State.Octet).ToList();
        Assert.True(firsts.Distinct().Count() > 200);
        Assert.All(firsts.GroupBy(octet => octet), group => Assert.InRange(group.Count(), 1, 20));
        Assert.True(macs.Select(mac => ClaimMachine.NextOctet(mac, 100)).Distinct().Count() > 150);
    }

    [Theory]
    [InlineData(77, 77)]
    [InlineData(1, 1)]
    [InlineData(253, 253)]
    public void The_remembered_address_is_tried_first(int remembered, int first) =>
        Assert.Equal(first, ClaimMachine.Begin(Mac, remembered, 0, jitter).State.Octet);

    [Theory]
    [InlineData(0)]
    [InlineData(254)]
    [InlineData(-3)]
    [InlineData(255)]
    public void Nonsense_is_not_remembered(int remembered) =>
        Assert.Equal(ClaimMachine.Begin(Mac, 0, 0, jitter).State.Octet, ClaimMachine.Begin(Mac, remembered, 0, jitter).State.Octet);

    [Fact]
    public void What_is_let_go_keeps_its_conflicts_and_nothing_else()
    {
        Assert.Null(ClaimMachine.Release(claim));
        Next();
        Hear(Stranger, claim.Address, "10.254.254.254");
        Next();
        var kept = ClaimMachine.Release(claim)!;
        Assert.Equal((claim.Octet, 1, ClaimStep.Probing, 0), (kept.Octet, kept.Conflicts, kept.Step, kept.Sent));
        var (again, _) = ClaimMachine.Again(kept, now + 90_000, jitter);
        Assert.InRange(again.NextAt!.Value, now + 90_000, now + 91_000);
    }
}
