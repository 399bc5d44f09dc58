using G8os.Decisions;
using G8os.Decisions.Boot;
using G8os.Decisions.Network;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Sim;

/// <summary>Rules of the boot.</summary>
public sealed partial class Watch
{
    /// <summary>Starts of one work within a minute; more is no back-off.</summary>
    private const int StartsPerMinuteMax = 40;
    private const long Minute = 60_000;
    /// <summary>How long each work may take before it may be begun again, as the design says; by <see cref="Work"/>.</summary>
    private static readonly long[] Bounds = [75_000, 20_000, 60_000, 20_000, 20_000, 30_000, 60_000];
    private readonly SortedSet<string> proved = new(StringComparer.Ordinal);
    private readonly long[] busyUntil = new long[Bounds.Length];
    private readonly Queue<long>[] starts = [.. Bounds.Select(_ => new Queue<long>())];
    private Standing? standing;
    private long netTomlSince;
    private bool mounted, keyHeld, secured, closing;

    private void StartBoot(BootStarted started)
    {
        proved.Clear();
        Array.Clear(busyUntil);
        standing = null;
        if (started.Network.Resumed is { } resumed)
            Proved(resumed.Uplink); // to the core before this one, in this boot
        (mounted, keyHeld, secured, closing) = (started.PrivateMounted, started.KeyHeld, started.SshRunning, false);
    }

    /// <summary>A controller proved itself to the edge over this uplink.</summary>
    public void Proved(Uplink uplink) => proved.Add($"{uplink.Link} {uplink.Address} {uplink.Controller}");

    /// <summary>An answer that ends a work is on its way into the machine.</summary>
    public void Ended(Work work) => busyUntil[(int)work] = 0;

    /// <summary>For how long this core has been parked on net.toml without a break.</summary>
    public long OnNetTomlFor(Node node) => node.World.Now - netTomlSince;

    public void SessionEnded() => closing = false;

    private void Told(Event happened)
    {
        switch (happened)
        {
            case EnrollAnswered answered: standing = answered.Standing; break;
            case Unlocked: keyHeld = true; break;
            case KeyRefused: keyHeld = false; break;
            case PrivateMounted: mounted = true; break;
            case PrivateLost: mounted = false; break;
            case SessionOpened: (secured, standing, closing) = (true, Standing.Accepted, false); break;
        }
    }

    private void CheckBoot(Node node, BootState? before, Event happened, BootState after, Values<Effect> effects)
    {
        foreach (var effect in effects)
        {
            if (effect is Enroll or RequestUnlock or RequestCertificate or OpenSession)
                NothingIsSentBeforeAControllerProvedItself(node, after, effect);
            if (effect is RequestUnlock)
                Require(standing == Standing.Accepted, node, $"the unlock is asked for while {standing?.ToString() ?? "nobody knows us"}", rule: "UnlockOnlyWhenAccepted");
            if (effect is MountPrivate)
                Require(keyHeld, node, $"mount without a key", rule: "MountOnlyWithTheKey");
            if (effect is StartSsh)
                Require(mounted && secured, node, $"sshd is started with /mnt/etc {(mounted ? "" : "not ")}mounted, {(secured ? "" : "not ")}secured", rule: "SshOnlyWhenMountedAndSecured");
            if (effect is CloseSession)
                ASessionIsClosedForAReason(node, after);
            if (WorkOf(effect) is { } work)
                AWorkIsDoneOnceAndRests(node, work);
        }
        if (after.Network.Parked is not { Lost: false, Candidate.Kind: CandidateKind.NetToml } || before?.Network.Parked is not { Lost: false, Candidate.Kind: CandidateKind.NetToml })
            netTomlSince = node.World.Now;
        if (happened is not (SessionClosed or PrivateLost or SshStopped or EnrollAnswered or KeyRefused))
            ManagedStays(node, before, happened, after);
    }

    private void NothingIsSentBeforeAControllerProvedItself(Node node, BootState after, Effect effect)
    {
        Require(after.Network.Parked is { Lost: false }, node, $"{effect.GetType().Name} without an uplink");
        var uplink = after.Network.Parked!.Uplink;
        Require(proved.Contains($"{uplink.Link} {uplink.Address} {uplink.Controller}"), node, $"{effect.GetType().Name} over {uplink.Link} {uplink.Address}, which nobody proved");
    }

    private void AWorkIsDoneOnceAndRests(Node node, Work work)
    {
        var now = node.World.Now;
        Require(now >= busyUntil[(int)work], node, $"{work} is begun a second time while it is under way");
        busyUntil[(int)work] = now + Bounds[(int)work];
        var recent = starts[(int)work];
        recent.Enqueue(now);
        while (recent.Peek() < now - Minute)
            recent.Dequeue();
        Require(recent.Count <= StartsPerMinuteMax, node, $"{work} was begun {recent.Count} times within a minute");
    }

    private void ASessionIsClosedForAReason(Node node, BootState after)
    {
        Require(!closing && node.SessionOver is not null, node, $"there is no session to close, or it is being closed already");
        closing = true;
        if (node.World.Now < node.World.CalmAt + Settled)
            return;
        var over = node.SessionOver!;
        var works = node.World.Try(node, over.Link, over.Address, over.Url).Verdict == Verdict.Answered;
        var moved = after.Network.Parked?.Candidate != node.SessionBy;
        Require(!works || moved, node, $"the session over {over.Link} {over.Address} works and is closed for {after.Uplink?.Link} {after.Uplink?.Address}");
    }

    /// <summary>In the calm a managed node leaves that phase only because something it needs broke.</summary>
    private void ManagedStays(Node node, BootState? before, Event happened, BootState after)
    {
        if (node.World.Now < node.World.CalmAt + Settled || before is not { Phase: Phase.Managed } || after.Phase == Phase.Managed || after.Uplink is null)
            return;
        Broken(node, nameof(ManagedStays), $"{happened.GetType().Name} led from managed to {after.Phase}");
    }

    private static Work? WorkOf(Effect effect) => effect switch
    {
        Enroll => Work.Enroll,
        RequestUnlock => Work.Unlock,
        MountPrivate => Work.Mount,
        RequestCertificate => Work.Certificate,
        OpenSession => Work.Session,
        StartSsh => Work.Ssh,
        MountSandboxes => Work.Sandboxes,
        _ => null,
    };
}
