using G8os.Cli.Read;
using G8os.Cli.Show;
using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os node show</summary>
internal static class NodeShow
{
    private const double Gibibyte = 1024.0 * 1024 * 1024;

    public static Verb Verb => new("node show", "Show one node.", command =>
    {
        var node = Arguments.Node();
        var json = ListingOptions.JsonOption();
        command.Arguments.Add(node);
        command.Options.Add(json);
        return async call =>
        {
            using var client = call.Connect();
            var view = await client.NodeAsync(NodeName.Bare(call.Get(node)), call.Cancel);
            call.Here.Out.Write(call.Get(json) ? Json.Pretty(view, WireJson.Default.NodeView) + "\n" : Draw(view, call.Here));
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os node show node-1", "g8os node show 3f9c --json"],
    };

    internal static string Draw(NodeView node, Surroundings here)
    {
        using var drawing = new Drawing(here);
        var facts = node.Facts;
        (string Name, Cell Value)[] all =
        [
            ("Name", Paint.OrDash(node.Name)),
            ("Id", node.Id),
            ("State", Paint.State(node.State)),
            ("Phase", Paint.Phase(node.Phase)),
            ("Waiting", node.Waiting),
            ("Uplink", node.Uplink.Length == 0 ? Paint.OrDash("") : $"{node.Uplink} by {node.Candidate}"),
            ("Address", Paint.OrDash(node.Address)),
            ("Last seen", Paint.OrDash(RelativeTime.Of(node.LastSeen, here.Now()))),
            ("Certificate", node.CertificateNotAfter is { } end ? $"ends {RelativeTime.Of(end, here.Now())}" : Paint.OrDash("")),
            ("Assigned", node.Assigned ? "yes" : "no: no commit of the AYS repository names it"),
            ("Labels", Paint.OrDash(Labels.Join(node.Labels))),
            ("MACs", Paint.OrDash(string.Join(", ", node.Macs))),
            ("Fingerprint", Paint.OrDash(node.Fingerprint)),
            ("Hostname", facts.Hostname),
            ("Machine", facts.Cpus == 0 ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture,
                $"{facts.Cpus} CPUs, {facts.MemoryBytes / Gibibyte:0.#} GiB memory")),
            ("Kernel", facts.Kernel),
            ("Core", facts.Version),
            ("Serial", facts.DmiSerial),
            ("Disks", string.Join(", ", facts.DiskSerials)),
        ];
        drawing.Facts(all.Where(f => f.Value.Text.Length > 0));
        return drawing.ToString();
    }
}
