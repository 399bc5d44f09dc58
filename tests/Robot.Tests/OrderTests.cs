using System.Globalization;
using System.Text;

namespace G8os.Robot.Tests;

/// <summary>Files merge and their order does not matter: the same documents give the same grid however they are spread and given.</summary>
public sealed class OrderTests
{
    private const int Worlds = 200;

    [Fact]
    public void TheOrderInWhichFilesAreGivenChangesNothing()
    {
        for (var seed = 0; seed < Worlds; seed++)
        {
            var random = new Random(seed);
            var files = Spread(random, Documents(random, faulty: true));
            var (one, two) = (Read(files), Read([.. files.OrderBy(_ => random.Next())]));
            Assert.Equal(Text(one), Text(two));
        }
    }

    [Fact]
    public void HowDocumentsAreSpreadOverFilesDoesNotChangeTheGrid()
    {
        for (var seed = 0; seed < Worlds; seed++)
        {
            var random = new Random(seed);
            var documents = Documents(random, faulty: false);
            var (one, two) = (Read(Spread(random, documents)), Read(Spread(random, [.. documents.OrderBy(_ => random.Next())])));
            Assert.NotEmpty(Repository.Grid(one).Services);
            Assert.Equal(Text(one), Text(two));
        }
    }

    [Fact]
    public void FaultyDocumentsAreFaultyHoweverTheyAreSpread()
    {
        for (var seed = 0; seed < Worlds; seed++)
        {
            var random = new Random(seed);
            var documents = Documents(random, faulty: true);
            Assert.Equal(Read(Spread(random, documents)).Grid is null, Read(Spread(random, [.. documents.OrderBy(_ => random.Next())])).Grid is null);
        }
    }

    private static AysResult Read((string, string)[] files) => Repository.Read(files);

    /// <summary>All of a result, as text.</summary>
    private static string Text(AysResult result)
    {
        var text = new StringBuilder().AppendJoin('\n', result.Lines);
        foreach (var node in result.Grid?.Nodes.Values ?? [])
            text.Append('\n').Append(node);
        foreach (var service in result.Grid?.Services.Values ?? [])
            text.Append('\n').Append(service);
        return text.ToString();
    }

    private static (string, string)[] Spread(Random random, string[] documents)
    {
        var files = new SortedDictionary<string, StringBuilder>(StringComparer.Ordinal);
        foreach (var document in documents)
        {
            var path = string.Create(CultureInfo.InvariantCulture, $"blueprints/{(random.Next(2) == 0 ? "" : "deep/er/")}{random.Next(4)}.y{(random.Next(2) == 0 ? "a" : "")}ml");
            if (!files.TryGetValue(path, out var text))
                files[path] = text = new();
            text.Append(text.Length > 0 ? "---\n" : "").Append(document);
        }
        return [.. files.Select(file => (file.Key, file.Value.ToString()))];
    }

    private static string[] Documents(Random random, bool faulty)
    {
        var nodes = random.Next(1, 6);
        var apps = random.Next(1, 12);
        // Producers are made before their consumers, so that there is no circle unless a fault makes one.
        return
        [
            .. Enumerable.Range(0, nodes).Select(i => $"kind: node\nname: n-{i}\nmacs: [\"52:54:00:00:00:{i:x2}\"]\n"),
            .. Enumerable.Range(0, apps).Select(i => App(random, i, nodes, faulty && random.Next(3) == 0)),
        ];
    }

    private static string App(Random random, int number, int nodes, bool faulty)
    {
        var several = random.Next(2) == 0;
        var chosen = Enumerable.Range(0, nodes).Where(_ => random.Next(2) == 0).DefaultIfEmpty(0).Select(i => $"n-{i}").ToArray();
        var producers = Enumerable.Range(0, number).Where(_ => random.Next(3) == 0).ToArray();
        var port = 8000 + number;
        var (name, reference) = (number, number + 1);
        if (faulty)
        {
            port = random.Next(2) == 0 ? 8000 : port;
            name = random.Next(2) == 0 ? number / 2 : number;
            producers = random.Next(2) == 0 ? [.. producers, reference] : producers;
        }
        return $"kind: app\nname: a-{name}\n{(several ? $"nodes: [{string.Join(", ", chosen)}]" : $"node: {chosen[0]}")}\nsandbox: hello\n"
            + $"process: {{ exec: /usr/bin/hello, args: [\"${{node.name}}\"] }}\nports: [{port}]\n"
            + (producers.Length == 0 ? "" : $"consumes: {{ {string.Join(", ", producers.Select(p => $"c{p}: {{ ref: a-{p} }}"))} }}\n")
            + (faulty && random.Next(4) == 0 ? "surprise: true\n" : "");
    }
}
