using System.Text;
using G8os.Lab;
using G8os.Model.Toml;

namespace G8os.Fuzz;

/// <summary>A lab file: never throws, a lab or errors but not both; a lab holds what its comments promise.</summary>
internal static class LabFileTarget
{
    public static readonly string[] Words =
    [
        "name = ", "[segment.a]\n", "[segment.b]\n", "[controller.c]\n", "[node.n]\n", "subnet = \"10.77.1.0/24\"\n", "dhcp = { range = \"50-99\" }\n", "lease = \"2m\"", "router = ", "on = { a = \"10.77.1.1/24\" }\n",
        "on = [\"a\"]\n", "net = \"x.toml\"\n", "join = true\n", "vm = false\n", "labels = { site = \"a\" }\n", "\"10.77.1.0/30\"", "\"0.0.0.0/8\"", "\"2001:db8::1/64\"", "= ", ".", ",", "[", "]", "{", "}", "\"", "\n", "1-4294967295",
    ];

    public static void Run(ReadOnlySpan<byte> input)
    {
        var result = LabFile.Parse(Encoding.UTF8.GetString(input), "lab.toml");
        if (result.File is null == (result.Errors.Count == 0) || result.Errors.Count > TomlErrors.MaxErrors)
            throw new BrokenPromiseException($"lab: {result.File is not null}, errors: {result.Errors.Count}");
        foreach (var error in result.Errors)
            if (error.Line < 1 || error.Column < 1 || error.Message.Length == 0 || error.Message.Any(char.IsControl))
                throw new BrokenPromiseException($"an error that cannot be shown: {error}");
        if (result.File is { } lab)
            Check(lab);
    }

    private static void Check(LabFile lab)
    {
        var names = lab.Segments.Select(one => one.Name).Concat(lab.Controllers.Select(one => one.Name)).Concat(lab.Nodes.Select(one => one.Name)).ToList();
        if (!LabFile.IsName(lab.Name) || !names.All(LabFile.IsName) || names.Distinct(StringComparer.Ordinal).Count() != names.Count)
            throw new BrokenPromiseException($"names: {string.Join(' ', names)}");
        var segments = lab.Segments.Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        if (!lab.Nodes.All(node => node.On.Count is > 0 and <= LabFile.MaxLinks && node.On.All(segments.Contains))
            || !lab.Controllers.All(one => one.On.Count is > 0 and <= LabFile.MaxLinks && one.On.All(on => segments.Contains(on.Segment))))
            throw new BrokenPromiseException("a machine without links, or on a wire that is not there");
        if (lab.Nodes.Any(node => node.Labels.Count > 0 && !node.Join))
            throw new BrokenPromiseException("labels that no token carries");
    }
}
