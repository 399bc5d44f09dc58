namespace G8os.Lab.Tests;

/// <summary>The README's lab: static, DHCP after a wrong net.toml, rescue LAN.</summary>
public sealed class ThreeNodes() : Site("test-three")
{
    protected override IReadOnlyDictionary<string, string> Files { get; } =
        Directory.GetFiles(Path.Combine(Shell.Root, "lab/examples"))
            .ToDictionary(path => Path.GetFileName(path) == "three.toml" ? "lab.toml" : Path.GetFileName(path), File.ReadAllText);
}

/// <summary>One class fixture for all tests of the three nodes; they run one after the other.</summary>
[CollectionDefinition(nameof(ThreeNodes))]
public sealed class ThreeNodesCollection : ICollectionFixture<ThreeNodes>;
