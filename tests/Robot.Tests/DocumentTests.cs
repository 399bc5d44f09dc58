namespace G8os.Robot.Tests;

/// <summary>What docs/robot.md shows can be pushed.</summary>
public sealed class DocumentTests
{
    private const string Fence = "```";

    [Fact]
    public void TheBlueprintsOfTheFormatCompile()
    {
        var blocks = File.ReadAllText(Checkout.PathOf("docs", "robot.md")).Split(Fence).Where(block => block.StartsWith("yaml\n", StringComparison.Ordinal)).Select(block => block[5..]).ToArray();
        var blueprints = string.Join("---\n", blocks[1..]);
        Assert.Contains("kind: node", blueprints, StringComparison.Ordinal);
        Assert.Contains("kind: app", blueprints, StringComparison.Ordinal);
        const string Others = """
            kind: node
            name: gent-02
            macs: ["52:54:00:aa:bb:02"]
            ---
            kind: app
            name: shop-db
            node: gent-02
            sandbox: postgres
            process: { exec: /usr/bin/postgres }
            ports: [5432]
            """;
        var grid = Repository.Grid(Repository.Read(("ays.yaml", blocks[0]), ("blueprints/shown.yaml", blueprints), ("blueprints/others.yaml", Others)));
        Assert.Contains("192.0.2.12:5432", grid.Services["shop-api@gent-01"].App.Process.Args);
    }
}
