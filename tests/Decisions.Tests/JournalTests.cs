using G8os.Decisions.Boot;
using G8os.Decisions.Network;
using G8os.Model;
using G8os.Model.Network;
using G8os.Model.Wire;
using Xunit;

namespace G8os.Decisions.Tests;

/// <summary>What was written is read again, and leads to the same state.</summary>
public sealed class JournalTests
{
    private static readonly NetConfig Config = Example.Net(
        Example.Static("eth0", "192.0.2.10/24", "192.0.2.1") with { Mtu = 1400, Dns = ["192.0.2.53"], Routes = [new("198.51.100.0/24", "192.0.2.254", 200)] },
        Example.Of("eth1", LinkMode.Dhcp));

    /// <summary>A boot with everything in it: lines, and the last state.</summary>
    private static (List<string> Lines, BootState Last) Boot()
    {
        var lines = new List<string>();
        BootState state = null!;
        void Take(Event happened)
        {
            (state, _) = happened is BootStarted started ? BootMachine.Start(started) : BootMachine.Step(state, happened);
            lines.Add(BootJournal.Write(new JournalLine { Event = happened, Digest = BootJournal.Digest(state), Time = DateTimeOffset.UnixEpoch }));
        }
        var uplink = new Uplink { Link = "eth0", Address = "192.0.2.10", Url = Example.Url, Controller = "ac1", Dns = ["192.0.2.53"] };
        Take(new BootStarted
        {
            At = 5,
            Network = new NetworkStarted
            {
                At = 5,
                Config = Config,
                LastGood = Example.Net(Example.Static("eth0", "192.0.2.11/24")),
                Links = [Example.Link("eth0"), Example.Link("eth1"), Example.Link("eth2")],
                Seed = ulong.MaxValue,
                RescueOctets = Table<int>.Empty.With("eth2", 7),
                Dhcp = Table<DhcpStatus>.Empty.With("eth1", new DhcpStatus(Example.Lease("198.51.100.7/24", "198.51.100.1"))),
            },
            Name = "node-1",
        });
        Take(new LeaseGranted("eth1", Example.Lease("198.51.100.8/24") with { Dns = ["198.51.100.53"] }) { At = 100 });
        Take(new ProbeEnded(1, Verdict.Answered, "ac1", uplink) { At = 200 });
        Take(new EnrollAnswered(Standing.Accepted, "node-1", "token") { At = 300 });
        Take(new Unlocked(true) { At = 400 });
        Take(new KeyRefused("no") { At = 450 });
        Take(new WorkFailed(Work.Unlock, "busy \"quoted\" ü\n") { At = 470 });
        Take(new Ticked { At = 2_000 });
        Take(new Unlocked(true) { At = 2_100 });
        Take(new PrivateMounted(0) { At = 2_200 });
        Take(new CertificateSeen(86_400_000) { At = 2_300 });
        Take(new SessionOpened("ac1", "") { At = 2_400 });
        Take(new SshStarted { At = 2_500 });
        Take(new SandboxesMounted { At = 2_600 });
        Take(new UplinkDoubted("a ping") { At = 2_700 });
        Take(new LinksSeen([Example.Link("eth0", carrier: false), Example.Link("eth1")]) { At = 2_800 });
        Take(new ArpHeard("eth2", "02:ff:00:00:00:01", "10.254.254.7", "10.254.254.8") { At = 2_900 });
        Take(new LeaseLost("eth1", "over") { At = 3_000 });
        Take(new PrivateLost("killed") { At = 3_100 });
        Take(new SshStopped("killed") { At = 3_200 });
        Take(new SessionClosed("refused", true) { At = 3_300 });
        return (lines, state);
    }

    [Fact]
    public void A_replay_ends_in_the_same_state()
    {
        var (lines, last) = Boot();
        var replay = BootJournal.Run(lines);
        Assert.Null(replay.Fault);
        Assert.Equal(lines.Count, replay.Lines);
        Assert.Equal(last, replay.State);
        Assert.Contains(replay.Transitions, line => line.EndsWith("phase managed", StringComparison.Ordinal));
    }

    [Fact]
    public void A_snapshot_holds_everything()
    {
        var (_, last) = Boot();
        var line = BootJournal.Write(new JournalLine { Snapshot = last, Digest = BootJournal.Digest(last) });
        Assert.Equal(last, BootJournal.Run([line]).State);
        Assert.Contains("\"eth1\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public void The_digest_sees_links_leases_claims_and_works()
    {
        var (_, last) = Boot();
        var digests = new[]
        {
            last,
            last with { Works = last.Works.Without(nameof(Work.Ssh)) },
            last with { Network = last.Network with { Links = last.Network.Links.Without("eth1") } },
            last with { Network = last.Network with { Dhcp = last.Network.Dhcp.With("eth1", new DhcpStatus(Example.Lease("198.51.100.99/24"))) } },
            last with { Network = last.Network with { RescueOctets = last.Network.RescueOctets.With("eth2", 8) } },
            last with { Network = last.Network with { Claims = last.Network.Claims.With("eth2", new ClaimState { Mac = "x", Octet = 3 }) } },
        }.Select(BootJournal.Digest);
        Assert.Equal(6, digests.Distinct().Count());
    }

    [Fact]
    public void A_last_line_cut_by_a_crash_is_left_out()
    {
        var (lines, _) = Boot();
        var whole = BootJournal.Run(lines.Take(lines.Count - 1)).State;
        for (var length = 1; length < lines[^1].Length; length += 7)
        {
            var replay = BootJournal.Run([.. lines.Take(lines.Count - 1), lines[^1][..length]]);
            Assert.Null(replay.Fault);
            Assert.Equal(whole, replay.State);
        }
    }

    [Fact]
    public void A_cut_line_before_the_last_is_told()
    {
        var (lines, _) = Boot();
        lines[4] = lines[4][..20];
        var replay = BootJournal.Run(lines);
        Assert.StartsWith("line 5 is not a journal line", replay.Fault, StringComparison.Ordinal);
        Assert.Equal(4, replay.Lines);
    }

    [Fact]
    public void Another_path_is_told_with_both_digests()
    {
        var (lines, _) = Boot();
        lines[2] = lines[2].Replace("\"digest\":\"", "\"digest\":\"00", StringComparison.Ordinal);
        var replay = BootJournal.Run(lines);
        Assert.StartsWith("line 3: the state differs from the recorded one", replay.Fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"digest\":\"\"}")]
    [InlineData("{\"event\":{\"at\":1},\"digest\":\"\"}")]
    [InlineData("{\"event\":{\"event\":\"Unheard\",\"at\":1},\"digest\":\"\"}")]
    [InlineData("{\"event\":{\"event\":\"Ticked\",\"at\":1},\"digest\":\"\"}")]
    public void What_is_no_journal_is_told(string line)
    {
        var (lines, _) = Boot();
        Assert.NotNull(BootJournal.Run([line, .. lines]).Fault);
    }

    [Fact]
    public void Empty_lines_and_an_empty_journal_are_fine()
    {
        var (lines, last) = Boot();
        Assert.Equal(last, BootJournal.Run([.. lines, "", ""]).State);
        Assert.Null(BootJournal.Run([]).State);
    }
}
