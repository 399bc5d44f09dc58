using G8os.Decisions.Boot;
using G8os.Decisions.Network;
using G8os.Model.Network;
using G8os.Model.Wire;
using Xunit;

namespace G8os.Decisions.Tests;

/// <summary>Rules of the boot that are short in code; the stories are in scripts/.</summary>
public sealed class BootTests
{
    private const long Hour = 3600_000;
    private static readonly NetConfig Right = Example.Net(Example.Static("eth0", "192.0.2.10/24", "192.0.2.1"));
    private static readonly Uplink Uplink = new() { Link = "eth0", Address = "192.0.2.10", Url = Example.Url, Controller = "ac1" };

    private BootState state;
    private long now;
    private IReadOnlyList<Effect> last = [];

    public BootTests() => (state, last) = BootMachine.Start(new BootStarted { At = 0, Network = Example.Started(Right, Example.Link("eth0")) });

    private void Step(Event happened) => (state, last) = BootMachine.Step(state, happened);

    private void Answer(Verdict verdict = Verdict.Answered) =>
        Step(new ProbeEnded(state.Network.LastProbe, verdict, "a test", verdict == Verdict.Answered ? Uplink : null) { At = now });

    private void Managed(long certificate = 24 * Hour)
    {
        Answer();
        Step(new EnrollAnswered(Standing.Accepted, "node-1", "") { At = now });
        Step(new Unlocked(false) { At = now });
        Step(new PrivateMounted(certificate) { At = now });
        Step(new SessionOpened("ac1", "") { At = now });
        Step(new SshStarted { At = now });
        Step(new SandboxesMounted { At = now });
        Assert.Equal(Phase.Managed, state.Phase);
    }

    /// <summary>Ticks at each deadline; the uplink's re-tests are answered unless told otherwise.</summary>
    private int Pass(long milliseconds, Func<Effect, bool> counted, Verdict verdict = Verdict.Answered)
    {
        var (end, count) = (now + milliseconds, 0);
        while (BootMachine.NextDeadline(state) is { } due && due <= end)
        {
            now = Math.Max(now, due);
            Step(new Ticked { At = now });
            count += last.Count(counted);
            if (last.Any(effect => effect is StartProbe))
                Answer(verdict);
        }
        now = end;
        return count;
    }

    [Theory]
    [InlineData(Work.Enroll, 75_000)]
    [InlineData(Work.Unlock, 20_000)]
    [InlineData(Work.Mount, 60_000)]
    [InlineData(Work.Certificate, 20_000)]
    [InlineData(Work.Session, 20_000)]
    [InlineData(Work.Ssh, 30_000)]
    [InlineData(Work.Sandboxes, 60_000)]
    public void A_work_without_outcome_is_given_up_in_time_and_tried_again(Work work, long bound)
    {
        Answer();
        if (work > Work.Enroll)
            Step(new EnrollAnswered(Standing.Accepted, "", "") { At = now });
        if (work > Work.Unlock)
            Step(new Unlocked(false) { At = now });
        if (work > Work.Mount)
            Step(new PrivateMounted(work == Work.Certificate ? 0 : 24 * Hour) { At = now });
        if (work > Work.Session)
            Step(new SessionOpened("ac1", "") { At = now });
        Assert.Equal(now + bound, state.Works.Find(work.ToString())!.Deadline);
        Pass(bound, _ => false);
        Assert.Null(state.Works.Find(work.ToString())!.Deadline);
        Assert.Contains("no outcome", state.Works.Find(work.ToString())!.Reason, StringComparison.Ordinal);
        Pass(60_000, _ => false);
        Assert.NotNull(state.Works.Find(work.ToString())!.Deadline);
    }

    [Theory]
    [InlineData(Standing.Pending)]
    [InlineData(Standing.Refused)]
    [InlineData(Standing.Revoked)]
    public void Nothing_is_unlocked_for_a_node_that_is_not_accepted(Standing standing)
    {
        Answer();
        Step(new EnrollAnswered(standing, "", "no") { At = now });
        Assert.Equal(0, Pass(600_000, effect => effect is RequestUnlock or RequestCertificate or OpenSession));
        Assert.Equal(Phase.Unlock, state.Phase);
    }

    [Fact]
    public void Nothing_is_asked_of_anybody_before_a_controller_proved_itself()
    {
        Assert.Equal(0, Pass(600_000, effect => effect is BootEffect, Verdict.Stranger));
        Assert.Equal(Phase.Network, state.Phase);
    }

    [Fact]
    public void Sshd_waits_for_mount_and_session()
    {
        Answer();
        Step(new EnrollAnswered(Standing.Accepted, "", "") { At = now });
        Step(new Unlocked(false) { At = now });
        Step(new PrivateMounted(24 * Hour) { At = now });
        Assert.DoesNotContain(last, effect => effect is StartSsh);
        Step(new PrivateLost("gone") { At = now });
        Step(new SessionOpened("ac1", "") { At = now });
        Assert.DoesNotContain(last, effect => effect is StartSsh);
        Pass(1_000, _ => false);
        Step(new PrivateMounted(24 * Hour) { At = now });
        Assert.Contains(last, effect => effect is StartSsh);
    }

    [Fact]
    public void An_sshd_that_keeps_ending_is_started_ever_more_rarely()
    {
        Managed();
        var starts = 0;
        Step(new SshStopped("killed") { At = now });
        for (var end = now + (10 * 60_000L); now < end;)
            if (Pass(100, effect => effect is StartSsh) > 0)
            {
                starts++;
                Step(new SshStarted { At = now });
                Step(new SshStopped("killed") { At = now });
            }
        Assert.InRange(starts, 600 / 10, 140);
    }

    [Fact]
    public void After_a_quiet_minute_the_rest_is_short_again()
    {
        Managed();
        for (var turn = 0; turn < 12; turn++)
        {
            Step(new SshStopped("killed") { At = now });
            Pass(11_000, _ => false);
            Step(new SshStarted { At = now });
        }
        Step(new SshStopped("killed") { At = now });
        Pass(11_000, _ => false);
        Step(new SshStarted { At = now });
        Pass(61_000, _ => false);
        Step(new SshStopped("killed") { At = now });
        Assert.Equal(1, Pass(500, effect => effect is StartSsh));
    }

    [Fact]
    public void A_certificate_is_renewed_when_less_than_12_hours_are_left()
    {
        Managed(12 * Hour + 60_000);
        Assert.Equal(0, Pass(59_000, effect => effect is RequestCertificate));
        Assert.Equal(1, Pass(1_000, effect => effect is RequestCertificate));
        Assert.Equal(Phase.Managed, state.Phase);
    }

    [Fact]
    public void A_controller_that_issues_short_certificates_is_not_asked_in_a_loop()
    {
        Managed(6 * Hour);
        var asked = 1;
        for (var turn = 0; turn < 600; turn++)
            if (Pass(1_000, effect => effect is RequestCertificate) is var more && more > 0)
            {
                asked += more;
                Step(new CertificateSeen(6 * Hour) { At = now });
            }
        Assert.InRange(asked, 5, 40);
    }

    [Fact]
    public void A_clock_that_is_set_during_a_request_does_not_double_it()
    {
        Answer();
        Step(new EnrollAnswered(Standing.Accepted, "", "") { At = now });
        Step(new Unlocked(false) { At = now });
        Step(new PrivateMounted(0) { At = now });
        Assert.Contains(last, effect => effect is RequestCertificate);
        Step(new CertificateSeen(0) { At = now });
        Assert.DoesNotContain(last, effect => effect is RequestCertificate);
    }

    [Fact]
    public void Without_an_uplink_a_certificate_that_ends_does_not_make_it_spin()
    {
        Managed(12 * Hour + 5_000);
        Pass(120_000, _ => false, Verdict.NoAnswer);
        Assert.Equal(Phase.Network, state.Phase);
        Assert.True(BootMachine.NextDeadline(state) > now);
    }

    [Fact]
    public void A_session_is_closed_once_when_the_uplink_moves()
    {
        Managed();
        Step(new UplinkDoubted("a test") { At = now });
        Step(new ProbeEnded(state.Network.LastProbe, Verdict.Answered, "", Uplink with { Address = "192.0.2.11" }) { At = now });
        Assert.Single(last, effect => effect is CloseSession);
        Step(new Ticked { At = now });
        Assert.DoesNotContain(last, effect => effect is CloseSession);
        Step(new SessionClosed("moved", false) { At = now });
        Assert.Equal(1, Pass(5_000, effect => effect is OpenSession));
    }

    [Fact]
    public void Losing_every_controller_stops_nothing()
    {
        Managed();
        Pass(20 * 60_000, effect =>
        {
            Assert.False(effect is CloseSession or StartSsh or MountPrivate or MountSandboxes, $"{effect}");
            return false;
        }, Verdict.NoAnswer);
        Assert.True(state.PrivateMounted && state.SshRunning && state.SandboxesReady);
    }

    [Fact]
    public void Effects_and_events_hold_no_secret_by_type()
    {
        foreach (var type in typeof(BootMachine).Assembly.GetTypes().Where(type => type.Namespace is "G8os.Decisions.Boot" or "G8os.Decisions.Network" && (type.IsSubclassOf(typeof(Event)) || type.IsSubclassOf(typeof(Effect)) || type == typeof(BootState) || type == typeof(NetworkState))))
            foreach (var property in type.GetProperties())
                Assert.False(property.PropertyType == typeof(byte[]) || property.Name.Contains("Secret", StringComparison.Ordinal) || property.Name is "Key" or "Share", $"{type.Name}.{property.Name}");
    }

    [Fact]
    public void It_says_what_it_waits_for_and_what_is_next()
    {
        Assert.StartsWith("in phase network: reaches no controller; waits for a controller's answer on net.toml, 10 s", BootReport.Summary(state, 0), StringComparison.Ordinal);
        Answer();
        Step(new EnrollAnswered(Standing.Pending, "", "no token") { At = now });
        Assert.Contains("an operator to accept this node", BootReport.Waiting(state, now), StringComparison.Ordinal);
        Step(new EnrollAnswered(Standing.Revoked, "", "it was removed") { At = now });
        Assert.Equal("the controller, which says revoked (it was removed)", BootReport.Waiting(state, now));
        Step(new EnrollAnswered(Standing.Accepted, "", "") { At = now });
        Step(new WorkFailed(Work.Unlock, "the policy asks the operator") { At = now });
        Assert.Contains("(the policy asks the operator)", BootReport.Waiting(state, now), StringComparison.Ordinal);
        Assert.Equal("the uplink is re-tested in 60 s", BootReport.Next(state, now));
    }
}
