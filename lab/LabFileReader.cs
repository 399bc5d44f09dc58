using System.Globalization;
using System.Net;
using System.Net.Sockets;
using G8os.Model;
using G8os.Model.Toml;

namespace G8os.Lab;

/// <summary>Turns the tables of a lab file into a <see cref="LabFile"/>; faults go to the errors and leave their thing out.</summary>
internal sealed class LabFileReader(TomlErrors errors)
{
    private const int MinLeaseSeconds = 120;
    private const int MaxLeaseSeconds = 7 * 24 * 3600;

    private readonly LabFileKeys keys = new(errors);
    private readonly Dictionary<string, LabSegment> segments = new(StringComparer.Ordinal);
    /// <summary>What each name stands for: "segment", "controller", "node".</summary>
    private readonly Dictionary<string, (string Kind, TomlPlace Place)> names = new(StringComparer.Ordinal);

    public LabFile Read(TomlTable root)
    {
        keys.Known(root, "name", "segment", "controller", "node");
        var name = keys.Text(root, "name");
        if (name is { } given)
            CheckName("lab", given.Text, given.Place);
        // Segments first: the others refer to them wherever they stand in the file.
        foreach (var (entry, table) in Tables(root, "segment", LabFile.MaxSegments))
            segments[entry.Key] = Segment(entry.Key, table);
        var places = new LabFileAddresses(errors, segments);
        var controllers = Tables(root, "controller", LabFile.MaxControllers).Select(found => Controller(found.Entry.Key, found.Table, places)).ToValues();
        var nodes = Tables(root, "node", LabFile.MaxNodes).Select(found => Node(found.Entry, found.Table, places)).ToValues();
        if (controllers.Count == 0 && !errors.Any)
            errors.Add(TomlPlace.Start, "a lab needs a controller: add [controller.ac1] with on = { SEGMENT = \"ADDRESS/PREFIX\" }");
        return new()
        {
            Name = name?.Text ?? LabFile.DefaultName,
            Segments = segments.Values.ToValues(),
            Controllers = controllers,
            Nodes = nodes,
        };
    }

    /// <summary>The tables [kind.NAME], in the file's order.</summary>
    private List<(TomlEntry Entry, TomlTable Table)> Tables(TomlTable root, string kind, int most)
    {
        var found = new List<(TomlEntry, TomlTable)>();
        if (keys.Table(root, kind) is not { } parent)
            return found;
        foreach (var entry in parent.Entries)
        {
            if (entry.Value.Table is not { } table)
                errors.Add(entry.Value.Place, $"expected a table [{kind}.{Words.Quote(entry.Key)[1..^1]}], found {entry.Value.Article}");
            else if (CheckName(kind, entry.Key, entry.Place))
                found.Add((entry, table));
        }
        if (found.Count > most)
            errors.Add(parent.Place, $"a lab has at most {most} {kind}s; this one has {found.Count}");
        return found;
    }

    private bool CheckName(string kind, string name, TomlPlace place)
    {
        if (!IsName(name))
        {
            errors.Add(place, $"bad {kind} name {Words.Quote(name)}: 1 to {LabFile.MaxNameLength} of a-z, 0-9 and -, neither first nor last a -");
            return false;
        }
        if (kind != "lab" && !names.TryAdd(name, (kind, place)))
        {
            errors.Add(place, $"{Words.Quote(name)} is the {names[name].Kind} of line {names[name].Place.Line} already; every name in a lab is used once");
            return false;
        }
        return true;
    }

    internal static bool IsName(string name) =>
        name.Length is > 0 and <= LabFile.MaxNameLength && name[0] != '-' && name[^1] != '-'
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');

    private LabSegment Segment(string name, TomlTable table)
    {
        keys.Known(table, "subnet", "dhcp");
        Subnet? subnet = null;
        if (keys.Text(table, "subnet") is { } text)
        {
            if (Subnet.TryParse(text.Text, out var parsed, out var reason))
                subnet = parsed;
            else
                errors.Add(text.Place, $"bad subnet {Words.Quote(text.Text)}: {reason}");
        }
        return new(name, subnet, keys.Table(table, "dhcp") is { } dhcp ? Dhcp(dhcp, subnet, table.Find("subnet") is not null) : null);
    }

    private LabDhcp? Dhcp(TomlTable table, Subnet? subnet, bool subnetWritten)
    {
        keys.Known(table, "range", "lease", "router");
        if (subnet is not { } net)
        {
            if (!subnetWritten)
                errors.Add(table.Place, "dhcp needs a subnet: add subnet = \"10.77.1.0/24\" to this segment");
            return null;
        }
        var lease = keys.Text(table, "lease") is { } written ? Lease(written) : MinLeaseSeconds;
        var router = keys.Text(table, "router");
        if (router is { } given && net.NumberOf(given.Text) is null or 0)
            errors.Add(given.Place, $"the router {Words.Quote(given.Text)} is no address of {net}");
        if (keys.Needed(table, "range") is not { } range)
            return null;
        var parts = range.Text.Split('-');
        if (parts.Length != 2 || !Number(parts[0], out var first) || !Number(parts[1], out var last))
            errors.Add(range.Place, $"bad range {Words.Quote(range.Text)}: expected two host numbers of {net}, like \"50-99\"");
        else if (first < 1 || first > last || last > net.LastHost)
            errors.Add(range.Place, $"bad range {Words.Quote(range.Text)}: host numbers of {net} go from 1 to {net.LastHost}, the lower one first");
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

    private LabController Controller(string name, TomlTable table, LabFileAddresses places)
    {
        keys.Known(table, "on");
        var on = new List<LabAddress>();
        var links = keys.Table(table, "on");
        if (links is null && table.Find("on") is null)
            errors.Add(table.Place, $"{table.Title} needs on = {{ SEGMENT = \"ADDRESS/PREFIX\" }}");
        foreach (var entry in links?.Entries ?? [])
        {
            if (!places.IsSegment(entry.Key, entry.Place) || keys.Text(links!, entry.Key) is not { } text)
                continue;
            if (Address(entry.Key, text) is { } address && places.Take(name, address, text.Place))
                on.Add(address);
        }
        if (links is not null && links.Entries.Count is 0 or > LabFile.MaxLinks)
            errors.Add(links!.Place, $"a controller is on 1 to {LabFile.MaxLinks} segments");
        places.TakeMacs(name, links?.Entries.Count ?? 0, table.Place);
        return new(name, on.ToValues());
    }

    private LabAddress? Address(string segment, TomlString text)
    {
        var slash = text.Text.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0 && IPAddress.TryParse(text.Text[..slash], out var address) && address.ScopeIdIsNone()
            && Number(text.Text[(slash + 1)..], out var prefix) && prefix >= 1 && prefix <= (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
            && string.Equals(address.ToString(), text.Text[..slash], StringComparison.OrdinalIgnoreCase))
            return new(segment, address.ToString(), (int)prefix);
        errors.Add(text.Place, $"bad address {Words.Quote(text.Text)}: expected ADDRESS/PREFIX, like \"10.77.1.1/24\"");
        return null;
    }

    private LabNode Node(TomlEntry entry, TomlTable table, LabFileAddresses places)
    {
        keys.Known(table, "on", "net", "join", "vm");
        if (table.Find("on") is null)
            errors.Add(table.Place, $"{table.Title} needs on = [\"SEGMENT\"], the segments of eth0, eth1, …");
        var on = keys.Texts(table, "on");
        if (on is { Count: 0 } or { Count: > LabFile.MaxLinks })
            errors.Add(table.Find("on")!.Value.Place, $"a node has 1 to {LabFile.MaxLinks} links");
        foreach (var segment in on ?? [])
            places.IsSegment(segment.Text, segment.Place);
        places.TakeMacs(entry.Key, on?.Count ?? 0, table.Place);
        if (keys.Truth(table, "vm") is true)
            errors.Add(table.Find("vm")!.Value.Place, "vm nodes need the image, which this version does not build; leave vm out");
        var net = keys.Text(table, "net");
        if (net is { Text: "" })
            errors.Add(net.Value.Place, "net is the name of a net.toml, relative to this file; leave it out for a generated one");
        return new(entry.Key, (on ?? []).Select(segment => segment.Text).ToValues(), net?.Text, keys.Truth(table, "join") ?? false);
    }
}

file static class Addresses
{
    public static bool ScopeIdIsNone(this IPAddress address) => address.AddressFamily != AddressFamily.InterNetworkV6 || address.ScopeId == 0;
}
