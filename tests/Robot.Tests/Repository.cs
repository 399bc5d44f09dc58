using System.Text;
using G8os.Decisions.Grid;
using G8os.Model;

namespace G8os.Robot.Tests;

/// <summary>Repositories out of texts, read by a controller with a few sandboxes and addresses.</summary>
internal static class Repository
{
    public const string Commit = "9f1c5a0e7d3b42689f1c5a0e7d3b42689f1c5a0e";

    public static readonly AysSurroundings Known = new()
    {
        Sandboxes = Table<Values<string>>.Empty.With("hello", ["0.9", "1.0", "1.1"]).With("shop-api", ["2.8.0", "2.9.0"]).With("postgres", ["17.2"])
            .With("os-tools", ["1.0"]).With("jumpscale", ["1.1", "1.2"]).With("g8os", ["0.1"]).With("ovs", ["3.3"]),
        Addresses = Table<string>.Empty.With("gent-01", "192.0.2.11").With("gent-02", "192.0.2.12").With("gent-03", ""),
    };

    public const string Nodes = """
        kind: node
        name: gent-01
        macs: ["52:54:00:aa:bb:01"]
        ---
        kind: node
        name: gent-02
        macs: ["52:54:00:aa:bb:02"]
        ---
        kind: node
        name: gent-03
        macs: ["52:54:00:aa:bb:03"]
        """;

    public static AysResult Read(params (string Path, string Text)[] files) =>
        AysRepository.Read(Commit, files.ToDictionary(file => file.Path, file => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(file.Text)), Known);

    /// <summary>One blueprint beside the three nodes.</summary>
    public static AysResult ReadApp(string text) => Read(("blueprints/nodes.yaml", Nodes), ("blueprints/app.yaml", text));

    public static GridSpec Grid(AysResult result)
    {
        Assert.Equal("", string.Join('\n', result.Lines));
        return result.Grid!;
    }

    /// <summary>The files of a folder by their paths below it.</summary>
    public static Dictionary<string, ReadOnlyMemory<byte>> Load(string folder) =>
        Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(folder, file), file => (ReadOnlyMemory<byte>)File.ReadAllBytes(file));
}
