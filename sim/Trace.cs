using System.Globalization;
using System.Text;
using G8os.Decisions;
using G8os.Decisions.Boot;
using G8os.Decisions.Network;
using G8os.Model;

namespace G8os.Sim;

/// <summary>What happened in a world: always as a hash, on request as text.</summary>
public sealed class Trace(TextWriter? text)
{
    private const ulong Prime = 1099511628211UL;

    /// <summary>Equal for two runs that went the same way.</summary>
    public ulong Hash { get; private set; } = 14695981039346656037UL;

    public long Steps { get; private set; }

    public void Step(Node node, Event happened, BootState after, Values<Effect> effects)
    {
        Steps++;
        Mix((ulong)node.World.Now);
        Mix(((ulong)node.Index << 32) | (uint)EventKind.Of(happened));
        Mix(((ulong)effects.Count << 8) | (uint)after.Phase);
        Mix(after.Network.Jitter.Seed);
        Mix(after.Jitter.Seed);
        if (text is null)
            return;
        Say(node, $"{Words(happened)}");
        foreach (var effect in effects)
            Say(node, effect is Tell tell ? $"    - {tell.What}: {tell.Evidence}" : $"    → {Words(effect)}");
    }

    /// <summary>A line beside the steps: what the world did.</summary>
    public void Note(World world, string what)
    {
        Mix((ulong)world.Now ^ ((ulong)what.Length << 48));
        text?.WriteLine($"{Time(world.Now)}  ===== {what}");
    }

    public void Note(Node node, string what)
    {
        if (text is not null)
            Say(node, what);
    }

    private void Say(Node node, string what) => text!.WriteLine($"{Time(node.World.Now)}  {node.Name} [{Place(node)}]  {what}");

    private static string Place(Node node) => node.State is { } state ? $"{state.Phase}/{Coverage.SearchPlace(state.Network)}".ToLowerInvariant() : "no core";

    private static string Time(long now) => (now / 1000.0).ToString("F3", CultureInfo.InvariantCulture).PadLeft(9);

    private void Mix(ulong value) => Hash = (Hash ^ value) * Prime ^ (Hash >> 29);

    private static string Words(Event happened) => happened switch
    {
        LinksSeen seen => $"LinksSeen {string.Join(' ', seen.Links.Select(link => $"{link.Name}{(link.Carrier ? "+" : "-")}"))}",
        BootStarted started => $"BootStarted{Words(started)}",
        LeaseGranted granted => $"LeaseGranted {granted.Link} {granted.Lease.Address} router {granted.Lease.Router}",
        ProbeEnded ended => $"ProbeEnded {ended.Probe} {ended.Verdict}{(ended.Uplink is { } uplink ? $" {uplink.Link} {uplink.Address} {uplink.Controller}" : "")}",
        _ => Short(happened),
    };

    private static string Words(BootStarted started)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $" key {started.KeyHeld} mounted {started.PrivateMounted} certificate {started.CertificateValidFor / 60_000} min sshd {started.SshRunning}");
        if (started.Network.Resumed is { } resumed)
            text.Append(CultureInfo.InvariantCulture, $" resumes {resumed.Candidate} {resumed.Uplink.Address}");
        foreach (var (link, status) in started.Network.Dhcp)
            text.Append(CultureInfo.InvariantCulture, $" dhcp {link} {status.Lease?.Address ?? "no lease"}");
        return text.ToString();
    }

    private static string Words(Effect effect) => effect switch
    {
        StartProbe probe => $"StartProbe {probe.Probe} {probe.Candidate} from {string.Join(' ', probe.Sources.Select(one => $"{one.Link}={one.Address}"))}",
        RememberLastGood => nameof(RememberLastGood),
        RememberParked parked => $"RememberParked {parked.Parked?.Candidate}",
        UplinkFound found => $"UplinkFound {found.Uplink.Link} {found.Uplink.Address} {found.Uplink.Controller}",
        _ => Short(effect),
    };

    private static string Short(object record) => record.ToString()!.Replace(" { ", " ", StringComparison.Ordinal).Replace(" }", "", StringComparison.Ordinal);
}
