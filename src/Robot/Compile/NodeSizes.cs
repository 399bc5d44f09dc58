using System.Text.Json;
using G8os.Decisions.Grid;
using G8os.Model.Grid;
using G8os.Model.Toml;
using G8os.Model.Wire;
using G8os.Robot.Blueprints;

namespace G8os.Robot.Compile;

/// <summary>What a node runs is one signed document of limited size: one that cannot be signed is refused while somebody looks.</summary>
internal static class NodeSizes
{
    /// <summary>Bytes of a node's specs. The rest of its manifest is for the manifests of its sandboxes.</summary>
    private const int MaxSpecs = NodeManifest.MaxBytes / 2;

    public static void Check(GridSpec grid, Dictionary<string, AppBlueprint> apps, AysErrors errors)
    {
        var sizes = grid.Nodes.Keys.ToDictionary(node => node, _ => 0, StringComparer.Ordinal);
        foreach (var service in grid.Services.Values)
        {
            var before = sizes[service.Node];
            sizes[service.Node] += JsonSerializer.SerializeToUtf8Bytes(service.App, WireJson.Default.AppSpec).Length;
            if (before <= MaxSpecs && sizes[service.Node] > MaxSpecs)
                errors.Add(apps[service.App.Name].Name.Place, $"with {Words.Quote(service.App.Name)} the apps of node {Words.Quote(service.Node)} are written down in more than {MaxSpecs / 1024} KiB; shorten arguments and variables, or move an app");
        }
    }
}
