namespace G8os.Lab.Tests;

/// <summary>The README's lab: static, DHCP after a wrong net.toml, rescue LAN.</summary>
public sealed class ThreeNodes() : Site("test-three")
{
    /// <summary>The files of lab/examples, three.toml as the lab file.</summary>
    public static IReadOnlyDictionary<string, string> Drawing { get; } =
        Directory.GetFiles(Path.Combine(Shell.Root, "lab/examples"))
            .ToDictionary(path => Path.GetFileName(path) == "three.toml" ? "lab.toml" : Path.GetFileName(path), File.ReadAllText);

    protected override IReadOnlyDictionary<string, string> Files => Drawing;
}

/// <summary>One class fixture for all tests of the three nodes; they run one after the other.</summary>
[CollectionDefinition(nameof(ThreeNodes))]
public sealed class ThreeNodesCollection : ICollectionFixture<ThreeNodes>;
