using System.Text;

namespace G8os.Robot.Tests;

/// <summary>Every limit at its edge: what is at it is read, what is beyond is refused by name.</summary>
public sealed class LimitTests
{
    private static string App(string name, string more = "", string nodes = "node: gent-01") =>
        $"kind: app\nname: {name}\n{nodes}\nsandbox: hello\nprocess: {{ exec: /usr/bin/hello }}\n{more}";

    private static string Node(int number) => $"kind: node\nname: n-{number}\nmacs: [\"52:54:00:{number >> 16:x2}:{number >> 8 & 255:x2}:{number & 255:x2}\"]\n";

    private static string Documents(IEnumerable<string> documents) => string.Join("---\n", documents);

    private static void Refused(AysResult result, string message)
    {
        Assert.Null(result.Grid);
        Assert.Contains(result.Errors, error => error.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void BytesOfAFile()
    {
        var app = App("hello");
        var padding = AysLimits.MaxFileBytes - Encoding.UTF8.GetByteCount(app) - 1;
        Repository.Grid(Repository.ReadApp(app + "#" + new string('x', padding)));
        Refused(Repository.ReadApp(app + "#" + new string('x', padding + 1)), $"has {AysLimits.MaxFileBytes + 1} bytes; at most {AysLimits.MaxFileBytes}");
    }

    [Fact]
    public void DocumentsOfAFile()
    {
        string Text(int count) => string.Concat(Enumerable.Repeat("---\n", count - 1)) + "---\n" + App("hello");
        Repository.Grid(Repository.ReadApp(Text(AysLimits.MaxDocuments)));
        Refused(Repository.ReadApp(Text(AysLimits.MaxDocuments + 1)), $"more than {AysLimits.MaxDocuments} documents");
    }

    [Fact]
    public void Depth()
    {
        // The document itself is the first of them.
        string Text(int depth) => $"kind: app\ndeep: {new string('[', depth - 1)}{new string(']', depth - 1)}\n";
        Assert.DoesNotContain("deep.", Repository.ReadApp(Text(AysLimits.MaxDepth)).Errors.ToString(), StringComparison.Ordinal);
        Refused(Repository.ReadApp(Text(AysLimits.MaxDepth + 1)), $"nested more than {AysLimits.MaxDepth} deep");
        Refused(Repository.ReadApp($"kind: app\ndeep: {new string('[', 200_000)}"), $"nested more than {AysLimits.MaxDepth} deep");
        Refused(Repository.ReadApp("kind: app\ndeep: " + string.Concat(Enumerable.Repeat("{a: ", 40_000))), $"nested more than {AysLimits.MaxDepth} deep");
        Refused(Repository.ReadApp(string.Concat(Enumerable.Repeat("- ", 100_000))), $"nested more than {AysLimits.MaxDepth} deep");
    }

    [Fact]
    public void FilesAndTheirBytes()
    {
        AysResult Files(int count, int bytes) => Repository.Read([.. Enumerable.Range(0, count).Select(i => ($"blueprints/{i}.yaml", $"#{new string('x', bytes - 1)}"))]);
        Repository.Grid(Files(AysLimits.MaxFiles, 10));
        Refused(Files(AysLimits.MaxFiles + 1, 10), $"more than {AysLimits.MaxFiles} blueprints");
        var large = AysLimits.MaxFileBytes;
        Refused(Files(AysLimits.MaxBytes / large + 1, large), "16 MiB of them; nothing is read");
        // No UTF-8 is refused soon, so that the files at the limit cost no time.
        var strange = Enumerable.Range(0, AysLimits.MaxBytes / large).ToDictionary(i => $"blueprints/{i}.yaml", _ => (ReadOnlyMemory<byte>)Enumerable.Repeat((byte)0xff, large).ToArray());
        Assert.All(AysRepository.Read(Repository.Commit, strange, Repository.Known).Errors, error => Assert.Contains("no UTF-8", error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void NodesAndServices()
    {
        (string, string)[] Files(int nodes, int apps, int each) =>
        [
            .. Enumerable.Range(0, nodes).Chunk(500).Select(chunk => ($"blueprints/nodes-{chunk[0]}.yaml", Documents(chunk.Select(Node)))),
            ("blueprints/apps.yaml", Documents(Enumerable.Range(0, apps).Select(i => App($"a-{i}", "", $"nodes: [{string.Join(", ", Enumerable.Range(0, each).Select(n => $"n-{n}"))}]")))),
        ];
        Assert.Equal(AysLimits.MaxServices, Repository.Grid(Repository.Read(Files(AysLimits.MaxNodes, 10, AysLimits.MaxNodes))).Services.Count);
        Refused(Repository.Read(Files(AysLimits.MaxNodes + 1, 1, 1)), $"there are {AysLimits.MaxNodes + 1} nodes; a grid has at most {AysLimits.MaxNodes}");
        Refused(Repository.Read(Files(AysLimits.MaxNodes, 11, AysLimits.MaxNodes)), $"it has at most {AysLimits.MaxServices}");
    }

    [Fact]
    public void ListsAndMaps()
    {
        string Ports(int count) => App("hello", $"ports: [{string.Join(", ", Enumerable.Range(1, count))}]");
        Repository.Grid(Repository.ReadApp(Ports(AysLimits.MaxPorts)));
        Refused(Repository.ReadApp(Ports(AysLimits.MaxPorts + 1)), $"ports: at most {AysLimits.MaxPorts} items are read");
        string Labels(int count) => Node(1) + $"labels: {{ {string.Join(", ", Enumerable.Range(1, count).Select(i => $"l{i}: x"))} }}";
        Repository.Grid(Repository.Read(("blueprints/n.yaml", Labels(AysLimits.MaxLabels))));
        Refused(Repository.Read(("blueprints/n.yaml", Labels(AysLimits.MaxLabels + 1))), $"labels: at most {AysLimits.MaxLabels} keys are read");
    }

    [Fact]
    public void TextsAndNodeManifests()
    {
        string Args(int count, int length) => App("hello").Replace("/hello }", $"/hello, args: [{string.Join(", ", Enumerable.Repeat(new string('x', length), count))}] }}", StringComparison.Ordinal);
        Repository.Grid(Repository.ReadApp(Args(30, AysLimits.MaxText)));
        Refused(Repository.ReadApp(Args(1, AysLimits.MaxText + 1)), $"of at most {AysLimits.MaxText} characters; found {AysLimits.MaxText + 1}");
        var split = Documents(Enumerable.Range(0, 3).Select(i => Args(30, AysLimits.MaxText).Replace("name: hello", $"name: hello-{i}", StringComparison.Ordinal)));
        Refused(Repository.Read(("blueprints/nodes.yaml", Repository.Nodes), ("blueprints/0.yaml", split[..split.LastIndexOf("---", StringComparison.Ordinal)]),
            ("blueprints/1.yaml", split[(split.LastIndexOf("---", StringComparison.Ordinal) + 4)..])), "the apps of node \"gent-01\" are written down in more than 256 KiB");
    }

    [Fact]
    public void Producers()
    {
        string All(string name) => App(name, "", $"nodes: [{string.Join(", ", Enumerable.Range(0, 600).Select(n => $"n-{n}"))}]");
        AysResult Consuming(string consumes) => Repository.Read(("blueprints/nodes.yaml", Documents(Enumerable.Range(0, 600).Select(Node))),
            ("blueprints/apps.yaml", Documents([All("one"), All("two"), App("three", $"consumes: {{ {consumes} }}\n", "node: n-1")])));
        Assert.Equal(600, Repository.Grid(Consuming("a: { ref: one }")).Services["three"].Producers.Count);
        Refused(Consuming("a: { ref: one }, b: { ref: two }"), "three would wait for 1200 instances of apps; at most 1000 are awaited");
    }

    [Fact]
    public void MoreErrorsThanAreToldAreCounted()
    {
        var result = Repository.ReadApp(Documents(Enumerable.Range(0, 900).Select(i => App($"a-{i}", "x: 1\ny: 2\n"))));
        Assert.Equal((AysLimits.MaxErrors, 1_800 - AysLimits.MaxErrors), (result.Errors.Count, result.More));
        Assert.Equal("and 1750 more", result.Lines.Last());
    }

    [Fact]
    public void ThousandsOfMisspeltNamesTakeNoLongerThanAFew()
    {
        var apps = Enumerable.Range(0, 900).Select(i => App($"a-{i}", string.Concat("consumes: { ", string.Join(", ", Enumerable.Range(0, 20).Select(c => $"c{c}: {{ ref: b-{i}-{c} }}")), " }\n"), "node: gent-9"));
        var result = Repository.Read(("blueprints/nodes.yaml", Repository.Nodes), ("blueprints/0.yaml", Documents(apps.Take(300))), ("blueprints/1.yaml", Documents(apps.Skip(300).Take(300))),
            ("blueprints/2.yaml", Documents(apps.Skip(600))));
        Assert.Equal(900 * 21, result.Errors.Count + result.More);
    }

    [Fact]
    public void LongChainsOfConsumersAreWalked()
    {
        var chain = Enumerable.Range(0, 900).Select(i => App($"a-{i}", i == 0 ? "" : $"consumes: {{ it: {{ ref: a-{i - 1} }} }}\n", $"node: gent-0{1 + i % 3}"));
        Assert.Equal(900, Repository.Grid(Repository.ReadApp(Documents(chain))).Services.Count);
        var circle = Documents(chain).Replace("name: a-0\n", "name: a-0\nconsumes: { it: { ref: a-899 } }\n", StringComparison.Ordinal);
        Assert.Contains("a-0 → a-899 → a-898", Assert.Single(Repository.ReadApp(circle).Errors).Message, StringComparison.Ordinal);
    }
}
