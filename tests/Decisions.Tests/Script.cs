using System.Globalization;
using System.Text;
using G8os.Decisions.Boot;
using G8os.Decisions.Network;
using G8os.Model;
using G8os.Model.Network;
using G8os.Model.Wire;

namespace G8os.Decisions.Tests;

/// <summary>
/// A boot told in lines. Those that begin with &gt; are what happens; all others are what the machine does, and must be exactly that.
/// Times are seconds since the machine booted. Lines that begin with # are for the reader.
/// </summary>
internal sealed class Script
{
    private readonly StringBuilder told = new();
    private readonly List<LinkStatus> links = [];
    private readonly List<LinkConfig> tables = [];
    private readonly List<LinkConfig> lastGood = [];
    private readonly List<string> urls = [Example.Url];
    private FallbackConfig fallback = new();
    private BootState? state;
    private NetworkState? previous;
    private long now = 1_000;
    private StartProbe? probe;

    /// <summary>The script with the machine's lines as they really are.</summary>
    public static string Play(string text)
    {
        var script = new Script();
        foreach (var line in text.Split('\n').Select(line => line.TrimEnd()))
            if (line.Length == 0 || line[0] == '#')
                script.told.AppendLine(line);
            else if (line[0] == '>')
            {
                script.told.AppendLine(line);
                script.Do(line[1..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
            }
        return script.told.ToString().TrimEnd() + "\n";
    }

    private void Do(string[] words)
    {
        switch (words)
        {
            case ["link", var name, var carrier]: links.Add(Example.Link(name, carrier: carrier == "up")); break;
            case ["url", var url]: urls.Add(url); break;
            case ["net", "static", var name, var address, "via", var router]: tables.Add(Example.Static(name, address, router)); break;
            case ["net", var mode, var name]: tables.Add(Example.Of(name, Enum.Parse<LinkMode>(mode, ignoreCase: true))); break;
            case ["exclude", var name]: fallback = fallback with { Exclude = fallback.Exclude.With(name) }; break;
            case ["last-good", "static", var name, var address, "via", var router]: lastGood.Add(Example.Static(name, address, router)); break;
            case ["start", .. var found]: Start(found); break;
            case ["wait"]: Tick(); break;
            case ["wait", var seconds]: Pass((long)(double.Parse(seconds, CultureInfo.InvariantCulture) * 1_000)); break;
            case ["well", var seconds]: Pass((long)(double.Parse(seconds, CultureInfo.InvariantCulture) * 1_000), answered: true); break;
            case ["wait", "for", .. var what]: PassUntil(string.Join(' ', what)); break;
            default: Step(Event(words)); break;
        }
    }

    private void Start(string[] found)
    {
        var config = new NetConfig { Controllers = new() { Urls = urls.ToValues() }, Fallback = fallback, Links = tables.ToValues() };
        var started = new BootStarted
        {
            At = now,
            Network = new NetworkStarted
            {
                At = now,
                Config = config,
                LastGood = lastGood.Count > 0 ? config with { Links = lastGood.ToValues() } : null,
                Links = links.ToValues(),
                Seed = 1,
                Dhcp = previous?.Dhcp ?? [],
                Resumed = found.Contains("parked") ? previous?.Parked : null,
            },
            KeyHeld = found.Contains("key"),
            PrivateMounted = found.Contains("mounted"),
            CertificateValidFor = found.Contains("certificate") ? 20 * 3600_000L : 0,
            SshRunning = found.Contains("sshd"),
        };
        (var first, var effects) = BootMachine.Start(started);
        state = first;
        Tell(effects, null);
    }

    private Event Event(string[] words) => words switch
    {
        ["answered", var link, var address] => Ended(Verdict.Answered, new Uplink { Link = link, Address = address, Url = urls[0], Controller = "ac1" }),
        ["answered"] => Ended(Verdict.Answered, new Uplink { Link = probe!.Sources[0].Link, Address = probe.Sources[0].Address, Url = probe.Urls[0], Controller = "ac1" }),
        ["no-answer"] => Ended(Verdict.NoAnswer, null),
        ["server-fault"] => Ended(Verdict.ServerFault, null),
        ["stranger"] => Ended(Verdict.Stranger, null),
        ["carrier", var name, var carrier] => Carrier(name, carrier == "up"),
        ["lease", var link, var address, "router", var router] => new LeaseGranted(link, Example.Lease(address, router)) { At = now },
        ["lease-lost", var link] => new LeaseLost(link, "its time is over") { At = now },
        ["arp", var link, "from", var mac, "has", var address] => new ArpHeard(link, mac, address, "10.254.254.254") { At = now },
        ["arp", var link, "from", var mac, "asks", var address] => new ArpHeard(link, mac, "0.0.0.0", address) { At = now },
        ["enrolled", var standing] => new EnrollAnswered(Enum.Parse<Standing>(standing, ignoreCase: true), "node-1", $"the controller says {standing}") { At = now },
        ["unlocked"] => new Unlocked(false) { At = now },
        ["unlocked", "new"] => new Unlocked(true) { At = now },
        ["mounted"] => new PrivateMounted(0) { At = now },
        ["mounted", var hours] => new PrivateMounted(Hours(hours)) { At = now },
        ["private-lost"] => new PrivateLost("gocryptfs was killed") { At = now },
        ["key-refused"] => new KeyRefused("the key does not open it") { At = now },
        ["certificate", var hours] => new CertificateSeen(Hours(hours)) { At = now },
        ["session", "opened"] => new SessionOpened("ac1", "node-1") { At = now },
        ["session", "closed"] => new SessionClosed("the pings stopped", false) { At = now },
        ["session", "refused"] => new SessionClosed("the controller refused our certificate", true) { At = now },
        ["sshd", "runs"] => new SshStarted { At = now },
        ["sshd", "stopped"] => new SshStopped("sshd was killed") { At = now },
        ["sandboxes", "mounted"] => new SandboxesMounted { At = now },
        ["failed", var work, .. var reason] => new WorkFailed(Enum.Parse<Work>(work, ignoreCase: true), string.Join(' ', reason)) { At = now },
        _ => throw new FormatException($"the script says what nobody understands: {string.Join(' ', words)}"),
    };

    private static long Hours(string text) => (long)(double.Parse(text.TrimEnd('h'), CultureInfo.InvariantCulture) * 3600_000);

    private ProbeEnded Ended(Verdict verdict, Uplink? uplink) => new(probe!.Probe, verdict, $"{verdict}", uplink) { At = now };

    private LinksSeen Carrier(string name, bool carrier)
    {
        var at = links.FindIndex(link => link.Name == name);
        links[at] = links[at] with { Carrier = carrier };
        return new LinksSeen(links.ToValues()) { At = now };
    }

    private void Step(Event happened)
    {
        var before = state!.Phase;
        (state, var effects) = BootMachine.Step(state, happened);
        Tell(effects, before);
    }

    private void Tick()
    {
        now = Math.Max(now, BootMachine.NextDeadline(state!)!.Value);
        Step(new Ticked { At = now });
    }

    /// <summary>Ticks at each deadline; answers each probe when all is well.</summary>
    private void Pass(long milliseconds, bool answered = false)
    {
        var end = now + milliseconds;
        while (BootMachine.NextDeadline(state!) <= end)
        {
            var before = probe;
            Tick();
            if (answered && probe != before)
                Step(Event(["answered"]));
        }
        now = end;
    }

    /// <summary>Ticks until the machine says a line with these words.</summary>
    private void PassUntil(string words)
    {
        for (var turn = 0; turn < 2_000; turn++)
        {
            var from = told.Length;
            Tick();
            if (told.ToString(from, told.Length - from).Contains(words, StringComparison.Ordinal))
                return;
        }
        told.AppendLine(CultureInfo.InvariantCulture, $"            ... never: {words}");
    }

    private void Tell(IReadOnlyList<Effect> effects, Phase? before)
    {
        previous = state!.Network;
        foreach (var effect in effects)
        {
            if (effect is StartProbe started)
                probe = started;
            if (Words(effect) is { } words)
                told.AppendLine(CultureInfo.InvariantCulture, $"{now / 1000.0,9:F3}   {words}");
        }
        if (state.Phase != before)
            told.AppendLine(CultureInfo.InvariantCulture, $"{now / 1000.0,9:F3}   = {BootReport.Summary(state, now)}");
    }

    private static string? Words(Effect effect) => effect switch
    {
        Tell tell => $"{tell.What} ({tell.Evidence})",
        StartProbe one => $"-> probe {one.Candidate} from {string.Join(' ', one.Sources.Select(source => $"{source.Link}={source.Address}"))}",
        RememberParked { Parked: { } parked } => $"-> remember {parked.Candidate}",
        RememberParked => "-> forget the uplink",
        RememberLastGood => "-> write net.last-good.toml",
        UplinkFound or UplinkLost => null,
        StartDhcp one => $"-> start dhcp on {one.Link}",
        StopDhcp one => $"-> stop dhcp on {one.Link}",
        WatchArp one => $"-> listen on {one.Link}",
        UnwatchArp one => $"-> listen no more on {one.Link}",
        SendArp one => $"-> {(one.Announce ? "announce" : "ask for")} {one.Address} on {one.Link}",
        RememberRescue one => $"-> remember {one.Octet} for {one.Link}",
        CloseSession one => $"-> close the session: {one.Reason}",
        MountPrivate one => $"-> mount /mnt/etc{(one.MayCreate ? ", made if absent" : "")}",
        CancelProbe => "-> cancel the probe",
        _ => $"-> {effect.GetType().Name}",
    };
}
