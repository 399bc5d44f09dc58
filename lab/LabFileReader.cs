using System.Globalization;
using G8os.Model;
using G8os.Model.Network;
using G8os.Model.Toml;

namespace G8os.Lab;

/// <summary>Turns the tables of a lab file into a <see cref="LabFile"/>; faults go to the errors and leave their thing out.</summary>
internal sealed class LabFileReader(TomlErrors errors)
{
    private const int MinLeaseSeconds = 120;
    private const int MaxLeaseSeconds = 7 * 24 * 3600;

    private readonly Dictionary<string, LabSegment> segments = new(StringComparer.Ordinal);
    /// <summary>What each name stands for: "segment", "controller", "node".</summary>
    private readonly Dictionary<string, (string Kind, int Line)> names = new(StringComparer.Ordinal);

    public LabFile Read(TomlTable root)
    {
        var reader = new TomlReader(root, errors);
        var name = reader.String("name");
        if (name is { } given)
            CheckName("lab", given);
        // Segments first: the others refer to them wherever they stand in the file.
        foreach (var (segment, table) in Named(reader, "segment", LabFile.MaxSegments))
            segments[segment] = Segment(segment, table);
        var places = new LabFileAddresses(errors, segments);
        var controllers = Named(reader, "controller", LabFile.MaxControllers).Select(found => Controller(found.Name, found.Table, places)).ToValues();
        var nodes = Named(reader, "node", LabFile.MaxNodes).Select(found => Node(found.Name, found.Table, places)).ToValues();
        reader.End();
        if (controllers.Count == 0 && !errors.Any)
            errors.Add(TomlPlace.Start, "a lab needs a controller: add [controller.ac1] with on = { SEGMENT = \"ADDRESS/PREFIX\" }");
        var lab = new LabFile { Name = name?.Text ?? LabFile.DefaultName, Segments = segments.Values.ToValues(), Controllers = controllers, Nodes = nodes };
        if (!errors.Any && lab.Segments.FirstOrDefault(segment => segment.Dhcp is not null && LabDrawing.DhcpServer(lab, segment) is null) is { } full)
            errors.Add(TomlPlace.Start, $"no address is left for the dhcp server of segment {full.Name}: make its range smaller");
        return lab;
    }

    /// <summary>The tables [kind.NAME] whose names are good, in the file's order.</summary>
    private List<(string Name, TomlReader Table)> Named(TomlReader root, string kind, int most) =>
        [.. root.Named(kind, most).Where(found => CheckName(kind, found.Name)).Select(found => (found.Name.Text, found.Section))];

    private bool CheckName(string kind, TomlString name)
    {
        if (!LabFile.IsName(name.Text))
            errors.Add(name.Place, $"bad {kind} name {Words.Quote(name.Text)}: 1 to {LabFile.MaxNameLength} of a-z, 0-9 and -, neither first nor last a -");
        else if (kind == "lab" || names.TryAdd(name.Text, (kind, name.Place.Line)))
            return true;
        else
            errors.Add(name.Place, $"{Words.Quote(name.Text)} is the {names[name.Text].Kind} of line {names[name.Text].Line} already; every name in a lab is used once");
        return false;
    }

    private LabSegment Segment(string name, TomlReader table)
    {
        Subnet? subnet = null;
        var written = table.String("subnet");
        if (written is { } text)
        {
            if (Subnet.TryParse(text.Text, out var parsed, out var reason))
                subnet = parsed;
            else
                errors.Add(text.Place, $"bad subnet {Words.Quote(text.Text)}: {reason}");
        }
        var dhcp = table.Section("dhcp");
        if (dhcp is not null && written is null)
            errors.Add(table.PlaceOf("dhcp"), $"dhcp needs a subnet: add subnet = \"10.77.1.0/24\" to {table.Table.Title}");
        table.End();
        return new(name, subnet, dhcp is not null && subnet is { } net ? Dhcp(dhcp, net) : null);
    }

    private LabDhcp? Dhcp(TomlReader table, Subnet subnet)
    {
        var lease = table.String("lease") is { } written ? Lease(written) : MinLeaseSeconds;
        var router = table.String("router");
        var range = table.String("range");
        table.End();
        if (router is { } given && (subnet.NumberOf(given.Text) is not { } host || host < 1 || host > subnet.LastHost))
            errors.Add(given.Place, $"the router {Words.Quote(given.Text)} is no host address of {subnet}");
        if (!table.Has("range"))
            table.Missing("range", "range = \"50-99\"");
        if (range is not { } numbers)
            return null;
        var parts = numbers.Text.Split('-');
        if (parts.Length != 2 || !Number(parts[0], out var first) || !Number(parts[1], out var last))
            errors.Add(numbers.Place, $"bad range {Words.Quote(numbers.Text)}: expected two host numbers of {subnet}, like \"50-99\"");
        else if (first < 1 || first > last || last > subnet.LastHost)
            errors.Add(numbers.Place, $"bad range {Words.Quote(numbers.Text)}: host numbers of {subnet} go from 1 to {subnet.LastHost}, the lower one first");
        else
            return new(first, last, lease, router?.Text);
        return null;
    }

    private static bool Number(string text, out uint number) =>
        uint.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private int Lease(TomlString written)
    {
        var unit = written.Text.Length > 1 ? written.Text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 } : 0;
        if (unit == 0 || !Number(written.Text[..^1], out var count))
            errors.Add(written.Place, $"bad lease {Words.Quote(written.Text)}: expected a time like \"2m\" or \"1h\"");
        else if ((ulong)count * (ulong)unit is < MinLeaseSeconds or > MaxLeaseSeconds)
            errors.Add(written.Place, $"bad lease {Words.Quote(written.Text)}: dnsmasq gives leases from 2m; at most 168h");
        else
            return (int)count * unit;
        return MinLeaseSeconds;
    }

    private LabController Controller(string name, TomlReader table, LabFileAddresses places)
    {
        var on = new List<LabAddress>();
        var links = table.Section("on");
        foreach (var entry in links?.Table.Entries ?? [])
        {
            if (links!.String(entry.Key) is not { } text || !places.IsSegment(new(entry.Key, entry.Place)))
                continue;
            if (!IpPrefix.TryParse(text.Text, out var prefix) || prefix.Length == 0)
                errors.Add(text.Place, $"bad address {Words.Quote(text.Text)}: expected ADDRESS/PREFIX, like \"10.77.1.1/24\"");
            else if (places.Take(name, entry.Key, prefix, text.Place))
                on.Add(new(entry.Key, prefix));
        }
        if (!table.Has("on"))
            table.Missing("on", "on = { site = \"10.77.1.1/24\" }");
        else if (links is { Table.Entries.Count: 0 or > LabFile.MaxLinks })
            errors.Add(table.PlaceOf("on"), $"a controller is on 1 to {LabFile.MaxLinks} segments");
        table.End();
        places.TakeMacs(name, links?.Table.Entries.Count ?? 0, table.Table.Place);
        return new(name, on.ToValues());
    }

    private LabNode Node(string name, TomlReader table, LabFileAddresses places)
    {
        var on = table.Strings("on", LabFile.MaxLinks);
        if (!table.Has("on"))
            table.Missing("on", "on = [\"site\"], the segments of eth0, eth1, …");
        else if (on.Count == 0 && !errors.Any)
            errors.Add(table.PlaceOf("on"), $"a node has 1 to {LabFile.MaxLinks} links");
        foreach (var segment in on)
            places.IsSegment(segment);
        places.TakeMacs(name, on.Count, table.Table.Place);
        var net = table.String("net");
        if (net is { Text: "" })
            errors.Add(net.Value.Place, "net is the name of a net.toml, relative to this file; leave it out for a generated one");
        var join = table.Boolean("join") ?? false;
        if (table.Boolean("vm") is true)
            errors.Add(table.PlaceOf("vm"), "vm nodes need the image, which this version does not build; leave vm out");
        var labels = Labels(table);
        if (labels.Count > 0 && !join)
            errors.Add(table.PlaceOf("labels"), $"labels come with a join token: add join = true to {table.Table.Title}, or give them with g8os node accept --label");
        var publish = table.Integers("publish", 1, ushort.MaxValue, LabFile.MaxPublish);
        table.End();
        return new(name, on.Select(segment => segment.Text).ToValues(), net?.Text, join, labels, publish.Distinct().ToValues());
    }

    private Table<string> Labels(TomlReader node)
    {
        var labels = new Table<string>();
        if (node.Section("labels") is not { } table)
            return labels;
        foreach (var entry in table.Table.Entries)
        {
            if (table.String(entry.Key) is not { } value)
                continue;
            if (NodeLabels.Fault(entry.Key, value.Text) is { } fault)
                errors.Add(entry.Place, fault);
            labels = labels.With(entry.Key, value.Text);
        }
        if (table.Table.Entries.Count > NodeLabels.Max)
            errors.Add(node.PlaceOf("labels"), $"a node has at most {NodeLabels.Max} labels; there are {table.Table.Entries.Count}");
        return labels;
    }
}
