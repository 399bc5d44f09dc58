using System.Diagnostics;
using G8os.Decisions;
using G8os.Decisions.Boot;
using G8os.Decisions.Network;
using G8os.Model.Wire;

namespace G8os.Sim;

/// <summary>The edges of the boot: enrolment, unlock, mount, certificate, session, sshd, sandboxes.</summary>
public sealed partial class Node
{
    private const long Hour = 3600_000;
    private const int PollHeld = 50_000;
    private OpenedSession? session;
    private bool enrolling;
    private int enrollPoll;

    private sealed record OpenedSession(Uplink Uplink, Candidate By) { public bool Ending { get; set; } }

    private long CertificateValidFor => Math.Max(0, Disk.CertificateUntil - World.Now - ClockSkew);
    private bool Healthy => World.IsCalm;

    private void Do(BootEffect effect)
    {
        switch (effect)
        {
            case Enroll: DoEnroll(); break;
            case RequestUnlock: Ask(Work.Unlock, 15_000, DoUnlock); break;
            case MountPrivate mount: DoMount(mount.MayCreate); break;
            case RequestCertificate: Ask(Work.Certificate, 15_000, DoCertificate); break;
            case OpenSession: DoOpenSession(State!.Uplink!); break;
            case CloseSession close: EndSession(close.Reason, false, chance.Between(1, 200)); break;
            case StartSsh: DoSsh(); break;
            case MountSandboxes: DoSandboxes(); break;
            default: throw new UnreachableException($"internal error: no edge does {effect.GetType().Name}");
        }
    }

    /// <summary>An answer that ends a work.</summary>
    private void Answer(Work work, long delay, Func<long, Event> happened) => Post(delay, happened, () => watch.Ended(work));

    private void Failed(Work work, long delay, string reason) => Answer(work, delay, at => new WorkFailed(work, reason) { At = at });

    /// <summary>One request over the uplink; then <paramref name="served"/> says how the controller answers.</summary>
    private void Ask(Work work, long limit, Action<Controller, long> served)
    {
        if (!Healthy && chance.Percent(3))
            return; // an edge that never answers
        var uplink = State!.Uplink!;
        var met = World.Try(this, uplink.Link, uplink.Address, uplink.Url);
        if (met is { Verdict: Verdict.Answered, Who: { } controller })
            served(controller, met.Delay + Slowness(limit - 2_000));
        else if (met.Verdict == Verdict.NoAnswer)
            Failed(work, chance.Between(3_000, limit), "no answer");
        else
            Failed(work, met.Delay, $"{met.Verdict}");
    }

    /// <summary>Sometimes an answer takes as long as it may, and other things happen meanwhile.</summary>
    private long Slowness(long most)
    {
        if (Healthy || !chance.Percent(6))
            return 0;
        if (chance.Percent(40))
            Incidents.Cut(this, chance.Between(most, most + 10_000));
        else if (chance.Percent(30))
            KillGocryptfs();
        return most;
    }

    private void DoEnroll() => Ask(Work.Enroll, 65_000, (_, delay) =>
    {
        if (Membership.Standing != Standing.Pending)
        {
            AnswerEnroll(delay);
            return;
        }
        enrolling = true;
        AnswerEnroll(delay + (chance.Percent(20) ? 2_000 : PollHeld));
    });

    /// <summary>Only the newest answer to one long-poll arrives.</summary>
    private void AnswerEnroll(long delay)
    {
        var (poll, mine) = (++enrollPoll, life);
        World.Agenda.In(delay, () =>
        {
            if (poll != enrollPoll || mine != life)
                return;
            enrolling = false;
            Answer(Work.Enroll, 1, at => new EnrollAnswered(Membership.Standing, Name, $"{Membership.Standing}") { At = at });
        });
    }

    /// <summary>An operator or the database decided; a long-poll under way is answered by it.</summary>
    public void Decide(Standing standing)
    {
        World.Trace.Note(World, $"{Name} is {standing}");
        Membership.Standing = standing;
        if (enrolling)
            AnswerEnroll(50);
        if (standing != Standing.Accepted)
            EndSession("revoked", true, chance.Between(100, 5_000));
    }

    private void DoUnlock(Controller controller, long delay)
    {
        if (Membership.Standing != Standing.Accepted)
            NotAccepted(Work.Unlock, delay);
        else if (!Membership.UnlockAllowed)
            Failed(Work.Unlock, delay, "the policy asks the operator");
        else
        {
            var mine = life;
            World.Agenda.In(delay, () => Init.KeyHeld |= mine == life);
            Answer(Work.Unlock, delay + 1, at => new Unlocked(Disk.CertificateUntil == 0) { At = at });
        }
    }

    /// <summary>As the real edges do: where the node stands, then the failure.</summary>
    private void NotAccepted(Work work, long delay)
    {
        Post(delay, at => new EnrollAnswered(Membership.Standing, "", "says the controller") { At = at }, () => watch.Ended(Work.Enroll)); // it looks like a poll's answer
        Failed(work, delay, $"{Membership.Standing}");
    }

    /// <summary>gocryptfs is init's child: it comes up even when the core that asked for it dies.</summary>
    private void DoMount(bool mayCreate)
    {
        var delay = chance.Between(20, 400);
        if (Init.Mounted)
            Answer(Work.Mount, 2, at => new PrivateMounted(CertificateValidFor) { At = at });
        else if (!Healthy && chance.Percent(2))
            return; // an edge that never answers
        else if (!Membership.MountWorks)
            Failed(Work.Mount, delay, "fusermount: no such device");
        else if (!Membership.KeyGood || (!Disk.PrivateMade && !mayCreate))
            Answer(Work.Mount, delay, at =>
            {
                Init.KeyHeld = false;
                return new KeyRefused(Disk.PrivateMade ? "the key does not open it" : "there is nothing to open, and nothing may be made") { At = at };
            });
        else
        {
            var boot = Init;
            World.Agenda.In(delay, () => (boot.Mounted, Disk.PrivateMade) = (true, true));
            Answer(Work.Mount, delay + 1, at => boot.Mounted ? new PrivateMounted(CertificateValidFor) { At = at } : new WorkFailed(Work.Mount, "gocryptfs ended") { At = at });
        }
    }

    public void KillGocryptfs()
    {
        if (!Init.Mounted)
            return;
        World.Trace.Note(this, "gocryptfs killed");
        Init.Mounted = false;
        Post(5, at => new PrivateLost("gocryptfs ended") { At = at });
    }

    private void DoCertificate(Controller controller, long delay)
    {
        if (Membership.Standing != Standing.Accepted)
            NotAccepted(Work.Certificate, delay);
        else if (!Init.Mounted)
            Failed(Work.Certificate, delay, "there is no node key");
        else
            Answer(Work.Certificate, delay, at =>
            {
                Disk.CertificateUntil = World.Now + (Membership.CertificateHours * Hour);
                return new CertificateSeen(CertificateValidFor) { At = at };
            });
    }

    private void TellCertificate()
    {
        if (Init.Mounted)
            Post(1, at => new CertificateSeen(CertificateValidFor) { At = at }, () =>
            {
                if (CertificateValidFor > BootRules.CertificateRenewal)
                    watch.Ended(Work.Certificate); // the machine cannot know that this is no answer
            });
    }

    /// <summary>The clock jumps by itself, by months or years.</summary>
    public void StepClock(long by)
    {
        World.Trace.Note(this, $"clock steps by {by / Hour / 24} days");
        ClockSkew += by;
        TellCertificate();
    }

    private void DoSsh()
    {
        if (!Init.Mounted || Membership.Ssh == SshMode.Fails)
        {
            Failed(Work.Ssh, chance.Between(20, 100), "sshd -t says no");
            return;
        }
        var boot = Init;
        var delay = chance.Between(30, 300);
        World.Agenda.In(delay, () => boot.SshRunning = true);
        Answer(Work.Ssh, delay + 1, at => new SshStarted { At = at });
        if (Membership.Ssh == SshMode.Flaps)
            World.Agenda.In(delay + chance.Between(2, 2_000), () => KillSshd(boot));
    }

    public void KillSshd() => KillSshd(Init);

    private void KillSshd(InitMemory boot)
    {
        if (!boot.SshRunning || boot != Init)
            return;
        World.Trace.Note(this, "sshd ended");
        boot.SshRunning = false;
        Post(5, at => new SshStopped("sshd ended") { At = at });
    }

    private void DoSandboxes()
    {
        if (!Healthy && chance.Percent(2))
            return; // an edge that never answers
        if (Membership.SandboxesWork)
            Answer(Work.Sandboxes, chance.Between(2, 100), at => new SandboxesMounted { At = at });
        else
            Failed(Work.Sandboxes, chance.Between(2, 100), "an object is missing");
    }
}
