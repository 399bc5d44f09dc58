using System.Globalization;
using System.Net;
using G8os.Model;
using G8os.Model.Network;
using G8os.Model.Toml;
using G8os.Model.Wire;

namespace G8os.Lab;

/// <summary>What follows from a lab file, without doing anything: addresses that are not written, arguments, net.toml files.</summary>
internal static class LabDrawing
{
    /// <summary>The word in [controllers] trust that stands for the pin of the lab's first controller.</summary>
    public const string TrustWord = "lab";
    /// <summary>Generated static addresses begin here.</summary>
    private const uint FirstGenerated = 10;
    /// <summary>So many addresses of a large subnet are looked at: all links of a lab and the controllers' addresses fit.</summary>
    private const uint MaxGenerated = 4096;

    /// <summary>The address of a segment's DHCP server: the highest that is neither leased nor taken. Null when none is left or no server is wanted.</summary>
    public static IpPrefix? DhcpServer(LabFile lab, LabSegment segment)
    {
        if (segment is not { Subnet: { } subnet, Dhcp: { } dhcp })
            return null;
        var taken = Taken(lab, segment, subnet);
        for (var host = subnet.LastHost; host >= 1; host--)
        {
            if ((host < dhcp.First || host > dhcp.Last) && !taken.Contains(host))
                return Prefix(subnet, host);
        }
        return null;
    }

    private static HashSet<uint> Taken(LabFile lab, LabSegment segment, Subnet subnet)
    {
        var taken = lab.Controllers.SelectMany(controller => controller.On).Where(on => on.Segment == segment.Name)
            .Select(on => subnet.NumberOf(on.Address.Address.ToString())).OfType<uint>().ToHashSet();
        if (segment.Dhcp?.Router is { } router && subnet.NumberOf(router) is { } number)
            taken.Add(number);
        return taken;
    }

    private static IpPrefix Prefix(Subnet subnet, uint host) => new(IPAddress.Parse(subnet.Host(host)), subnet.PrefixLength);

    /// <summary>The arguments of dnsmasq on a segment: in the foreground, DHCP only, nothing from the machine's own configuration.</summary>
    public static IReadOnlyList<string> Dnsmasq(LabSegment segment, LabPaths paths)
    {
        var (subnet, dhcp) = (segment.Subnet!.Value, segment.Dhcp!);
        return
        [
            "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--user=root", "--pid-file", "--interface=br0", "--bind-interfaces",
            "--no-resolv", "--no-hosts", "--no-ping", "--dhcp-authoritative", "--log-dhcp", "--log-facility=-",
            $"--dhcp-leasefile={paths.Leases(segment.Name)}",
            string.Create(CultureInfo.InvariantCulture, $"--dhcp-range={subnet.Host(dhcp.First)},{subnet.Host(dhcp.Last)},{subnet.Mask},{dhcp.LeaseSeconds}s"),
            // Without a value the option is not sent at all; without the line dnsmasq would send itself.
            dhcp.Router is null ? "--dhcp-option=option:router" : $"--dhcp-option=option:router,{dhcp.Router}",
            // No name server is here.
            "--dhcp-option=option:dns-server",
        ];
    }

    /// <summary>A controller's arguments.</summary>
    public static IReadOnlyList<string> Controller(LabFile lab, LabController controller, LabPaths paths) =>
    [
        "--data", paths.ControllerData(controller.Name), "--name", controller.Name, "--grid", lab.Name, "--ssh-key", paths.SshKey + ".pub",
        .. controller.On.Select(on => on.Address.Address.ToString()).Append("127.0.0.1").Append("localhost").Distinct().SelectMany(name => new[] { "--san", name }),
    ];

    /// <summary>A node's net.toml: the file's text with the pin in place of the word "lab", or a generated one when <paramref name="text"/> is null.</summary>
    public static string NetToml(LabFile lab, LabNode node, string? text, string pin) => text is null ? Model.Network.NetToml.Write(Generated(lab, node, pin)) : WithPin(text, pin);

    /// <summary>The text with the pin where [controllers] trust = "lab" stands; any other text, also a faulty one, stays as it is.</summary>
    public static string WithPin(string text, string pin)
    {
        var root = TomlDocument.Read(text, new TomlErrors(""), Model.Network.NetToml.MaxLength);
        if (root?.Find("controllers")?.Value.Table?.Find("trust")?.Value is not { Kind: TomlKind.String, Text: TrustWord } trust)
            return text;
        var at = 0;
        for (var line = 1; line < trust.Place.Line; line++)
            at = text.IndexOf('\n', at) + 1;
        at += trust.Place.Column - 1;
        var length = TrustWord.Length + 2;
        return text.Length >= at + length && text.AsSpan(at + 1, TrustWord.Length).SequenceEqual(TrustWord) ? $"{text[..at]}\"{pin}\"{text[(at + length)..]}" : text;
    }

    private static NetConfig Generated(LabFile lab, LabNode node, string pin)
    {
        var near = lab.Controllers.SelectMany(controller => controller.On).Where(on => node.On.Contains(on.Segment)).ToList();
        var addresses = near.Count > 0 ? near : [.. lab.Controllers.SelectMany(controller => controller.On)];
        return new()
        {
            Controllers = new()
            {
                Trust = pin,
                Urls = addresses.Select(on => $"https://{(on.Address.IsV6 ? $"[{on.Address.Address}]" : on.Address.Address)}:{Routes.ApiPort}")
                    .Distinct().Take(Model.Network.NetToml.MaxUrls).ToValues(),
            },
            Links = node.On.Select((segment, index) => Link(lab, node, lab.Segments.First(found => found.Name == segment), index)).OfType<LinkConfig>().ToValues(),
        };
    }

    private static LinkConfig? Link(LabFile lab, LabNode node, LabSegment segment, int index)
    {
        var link = new LinkConfig { Name = $"lan{index}", Match = new() { Mac = LabMac.Of(node.Name, index) }, Mode = LinkMode.Dhcp };
        if (segment.Dhcp is not null)
            return link;
        if (segment.Subnet is not { } subnet)
            return null;
        var taken = Taken(lab, segment, subnet);
        // From .10 on, then what is left below it.
        var free = Enumerable.Range(0, (int)Math.Min(subnet.LastHost, MaxGenerated)).Select(offset => ((uint)offset + FirstGenerated - 1) % subnet.LastHost + 1)
            .Where(host => !taken.Contains(host));
        // The place among all links on this segment, in the file's order, chooses the address.
        var links = lab.Nodes.SelectMany(each => each.On.Select((on, number) => (each.Name, number, on))).Where(each => each.on == segment.Name).ToList();
        var own = links.FindIndex(each => each.Name == node.Name && each.number == index);
        return free.Skip(own).FirstOrDefault() is var chosen and > 0 ? link with { Mode = LinkMode.Static, Addresses = [Prefix(subnet, chosen).ToString()] } : null;
    }
}
