using G8os.Model.Toml;

namespace G8os.Model.Network;

/// <summary>
/// Reads and writes net.toml (seed: /etc/g8os/net.toml; docs/net.toml.md). Unknown keys, wrong types and impossible combinations are errors
/// with file, line and column; one reading reports all of them, at most <see cref="TomlErrors.MaxErrors"/>, in the file's order.
/// </summary>
public static partial class NetToml
{
    /// <summary>At most 256 KiB are read; a longer text is an error.</summary>
    public const int MaxLength = 256 * 1024;

    /// <summary>Tables of the format that come with a later version.</summary>
    private static readonly string[] LaterTables = ["bond", "bridge", "vlan", "vxlan", "ovs", "rescue_ssh"];

    /// <summary>Judges a whole file. Never throws: the result holds a configuration or at least one error, never both.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">The name that errors carry.</param>
    public static NetTomlResult Parse(string text, string file)
    {
        var errors = new TomlErrors(file);
        var config = TomlDocument.Read(text, errors, MaxLength) is { } table ? ReadFile(new TomlReader(table, errors)) : null;
        return errors.Any ? new(null, errors.ToValues()) : new(config, []);
    }

    private static NetConfig? ReadFile(TomlReader file)
    {
        var controllers = file.Section("controllers");
        if (!file.Has("controllers"))
            file.Missing("controllers", """[controllers] with urls = ["https://192.0.2.1:8443"]""");
        var fallback = file.Section("fallback");
        var links = ReadLinks(file);
        var config = new NetConfig
        {
            Controllers = controllers is null ? new() { Urls = [] } : ReadControllers(controllers),
            Fallback = fallback is null ? new() : ReadFallback(fallback, links),
            Links = links,
        };
        foreach (var table in LaterTables)
            file.Later(table);
        file.End();
        return config;
    }
}
