using G8os.Model.Network;

namespace G8os.Core.Run;

/// <summary>The node's net.toml. A faulty one is told and the last good one is used: a typing error must not cut a node off.</summary>
internal static class Configuration
{
    /// <summary>The configuration and the faults of net.toml; null when neither file gives one.</summary>
    public static (NetConfig? Config, IReadOnlyList<string> Faults) Load()
    {
        var faults = new List<string>();
        if (!File.Exists(NodeFiles.NetToml))
            faults.Add($"{NodeFiles.NetToml} is missing: put one on the medium");
        else
        {
            var read = NetToml.Parse(File.ReadAllText(NodeFiles.NetToml), NodeFiles.NetToml);
            if (read.Config is { } config)
                return (config, []);
            faults.AddRange(read.Errors.Select(error => error.ToString()));
        }
        return (LastGood(), faults);
    }

    public static NetConfig? LastGood() =>
        File.Exists(NodeFiles.LastGood) ? NetToml.Parse(File.ReadAllText(NodeFiles.LastGood), NodeFiles.LastGood).Config : null;
}
