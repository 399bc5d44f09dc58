using G8os.Model;
using G8os.Model.Network;
using G8os.Model.Wire;

namespace G8os.Sim;

/// <summary>Makes a world from a seed: wires, controllers, nodes with right and wrong net.toml files.</summary>
public static class WorldMaker
{
    private const long Minute = 60_000;

    public static World Make(ulong seed, Coverage coverage, Trace trace)
    {
        var world = new World(seed, coverage, trace);
        var chance = new Chance(seed * 0x9E3779B97F4A7C15 + 1);
        world.CalmAt = (chance.Percent(80) ? chance.Between(3, 11) : chance.Between(12, 20)) * Minute;
        var controllers = chance.Of(0, 1, 1, 1, 2, 2, 3);
        for (var index = 0; index < controllers; index++)
            world.Controllers.Add(new Controller(index));
        var segments = 1 + chance.Below(3);
        for (var index = 0; index < segments; index++)
            world.Segments.Add(new Segment(index));
        foreach (var segment in world.Segments)
            Lay(segment, controllers, chance);
        var nodes = chance.Of(1, 1, 1, 2, 2, 3, 4);
        for (var index = 0; index < nodes; index++)
            world.Nodes.Add(MakeNode(world, index, chance.Fork((ulong)index + 7)));
        if (chance.Percent(2))
        {
            var node = world.Nodes[chance.Below(nodes)];
            node.Journal = new Journal(DiskKey(seed));
        }
        Incidents.Plan(world, chance.Fork(99));
        foreach (var node in world.Nodes)
            world.Agenda.At(chance.Between(0, 8_000), node.PowerOn);
        return world;
    }

    /// <summary>What init would hold: it must turn up nowhere.</summary>
    private static string DiskKey(ulong seed) => $"{seed * 0xD6E8FEB86659FD93:x16}{seed ^ 0xA5A5A5A5A5A5A5A5:x16}";

    public static void Lay(Segment segment, int controllers, Chance chance)
    {
        segment.Dhcp = chance.Of(DhcpMode.Present, DhcpMode.Present, DhcpMode.Present, DhcpMode.Absent, DhcpMode.Absent, DhcpMode.Late, DhcpMode.Nak);
        segment.LeaseSeconds = (int)chance.Between(120, 600);
        segment.Routed = 0;
        segment.Rescue = 0;
        for (var index = 0; index < controllers; index++)
        {
            if (chance.Percent(55))
                segment.Routed |= 1 << index;
            if (chance.Percent(35))
                segment.Rescue |= 1 << index;
        }
        segment.Strangers = chance.Of(0, 0, 0, 0, 20, 60, 97, 100);
        segment.StrangerSalt = chance.Below(1 << 20);
        segment.ArpLoss = chance.Of(0, 0, 0, 10);
    }

    private static Node MakeNode(World world, int index, Chance chance)
    {
        var guarded = new List<bool>();
        var tables = new List<LinkConfig?>();
        var excluded = new List<string>();
        var wires = new List<Segment?>();
        var links = 1 + chance.Below(4);
        for (var link = 0; link < links; link++)
        {
            var wire = chance.Percent(12) ? null : world.Segments[chance.Below(world.Segments.Count)];
            var table = Table(chance, wire ?? world.Segments[0], Mac(world.Seed, index, link), index, link);
            var exclude = chance.Percent(8);
            if (exclude)
                excluded.Add(table is not null && chance.Percent(50) ? table.Name : $"eth{link}");
            wires.Add(wire);
            tables.Add(table);
            guarded.Add(exclude || table?.Mode == LinkMode.None);
        }
        var config = new NetConfig
        {
            Controllers = new() { Urls = Urls(world) },
            Fallback = new() { Dhcp = chance.Percent(92), Rescue = chance.Percent(92), Exclude = excluded.ToValues() },
            Links = tables.OfType<LinkConfig>().OrderBy(table => table.Name, StringComparer.Ordinal).ToValues(),
        };
        var node = new Node(world, index, config, chance.Fork(3));
        for (var link = 0; link < links; link++)
        {
            var nic = new Nic(node, $"eth{link}", link + 2, Mac(world.Seed, index, link)) { Segment = wires[link], Guarded = guarded[link], Table = tables[link] };
            node.Nics.Add(nic);
            wires[link]?.Nics.Add(nic);
        }
        node.Disk.LastGood = LastGood(config, node, chance);
        Belongs(node, chance);
        return node;
    }

    private static Values<string> Urls(World world) =>
        world.Controllers.Count == 0 ? ["https://ac1.example.org:8443"] : world.Controllers.Select(controller => controller.Url).ToValues();

    private static string Mac(ulong seed, int node, int link) => $"02:{(byte)(seed >> 16):x2}:{(byte)(seed >> 8):x2}:{(byte)seed:x2}:{node + 1:x2}:{link + 1:x2}";

    /// <summary>A link's table in net.toml: absent, right, or wrong in one of the usual ways.</summary>
    private static LinkConfig? Table(Chance chance, Segment wire, string mac, int node, int link)
    {
        var host = 20 + (node * 4) + link;
        var right = new LinkConfig
        {
            Name = $"lan{link}",
            Match = new() { Mac = mac },
            Mode = LinkMode.Static,
            Addresses = [$"{wire.Static(host)}/24"],
            Gateway = wire.StaticRouter,
        };
        return chance.Below(12) switch
        {
            0 or 1 or 2 => right,
            3 => right with { Addresses = [.. right.Addresses, "2001:db8::10/64"] },
            4 => right with { Gateway = wire.Static(99) }, // nobody routes there
            5 or 6 => right with { Addresses = [$"198.51.100.{host}/24"], Gateway = "198.51.100.1" }, // another site's file
            7 => right with { Addresses = [.. right.Addresses, $"{wire.Static(host + 100)}/24"] },
            8 => new() { Name = right.Name, Match = right.Match, Mode = LinkMode.Dhcp },
            9 => new() { Name = right.Name, Match = right.Match, Mode = LinkMode.None },
            10 => new() { Name = right.Name, Match = right.Match, Mode = LinkMode.Slaac },
            _ => null,
        };
    }

    /// <summary>None, the same, or the one that worked before somebody edited net.toml.</summary>
    private static NetConfig? LastGood(NetConfig config, Node node, Chance chance)
    {
        if (chance.Percent(60))
            return null;
        if (chance.Percent(30))
            return config;
        var nic = node.Nics[chance.Below(node.Nics.Count)];
        if (nic.Guarded || nic.Segment is not { } wire)
            return null;
        var table = new LinkConfig
        {
            Name = "lan0",
            Match = new() { Mac = nic.Mac },
            Mode = LinkMode.Static,
            Addresses = [$"{wire.Static(20 + (node.Index * 4) + nic.Index - 2)}/24"],
            Gateway = wire.StaticRouter,
        };
        return config with { Links = [table] };
    }

    private static void Belongs(Node node, Chance chance)
    {
        var membership = node.Membership;
        membership.Standing = chance.Of(Standing.Accepted, Standing.Accepted, Standing.Accepted, Standing.Pending, Standing.Pending, Standing.Refused);
        membership.UnlockAllowed = !chance.Percent(10);
        membership.MountWorks = !chance.Percent(6);
        membership.KeyGood = !chance.Percent(5);
        membership.Ssh = chance.Percent(10) ? chance.Of(SshMode.Fails, SshMode.Flaps) : SshMode.Good;
        membership.SandboxesWork = !chance.Percent(6);
        membership.CertificateHours = chance.Percent(6) ? 11 : 24;
        membership.CertificatesRefused = chance.Percent(6);
        node.ClockSkew = chance.Percent(15) ? chance.Of(-3L, 2, 40) * 365 * 24 * 3600_000 : 0;
        if (!chance.Percent(40))
            return;
        node.Disk.PrivateMade = true; // it was here before
        node.Disk.CertificateUntil = chance.Between(1, 24) * 3600_000;
        membership.Standing = Standing.Accepted;
    }
}
