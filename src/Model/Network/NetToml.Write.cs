using System.Globalization;
using System.Text;
using G8os.Model.Toml;

namespace G8os.Model.Network;

// The canonical text of a configuration: net.last-good.toml is written with it.
public static partial class NetToml
{
    /// <summary>The text that <see cref="Parse"/> reads back as an equal configuration. The same configuration always gives the same text.</summary>
    public static string Write(NetConfig config)
    {
        var text = new TomlText();
        text.Table("controllers");
        text.String("trust", config.Controllers.Trust);
        text.Strings("urls", config.Controllers.Urls);
        text.Table("fallback");
        text.Bare("dhcp", config.Fallback.Dhcp ? "true" : "false");
        text.Bare("rescue", config.Fallback.Rescue ? "true" : "false");
        if (config.Fallback.Exclude.Count > 0)
            text.Strings("exclude", config.Fallback.Exclude);
        foreach (var link in config.Links)
            WriteLink(text, link);
        return text.ToString();
    }

    private static void WriteLink(TomlText text, LinkConfig link)
    {
        text.Table("link", link.Name);
        var (kind, wanted) = link.Match switch
        {
            { Mac: { } mac } => ("mac", mac),
            { Path: { } path } => ("path", path),
            { Driver: { } driver } => ("driver", driver),
            _ => ("name", link.Match.Name ?? ""),
        };
        text.Bare("match", $"{{ {kind} = {TomlText.Quoted(wanted)} }}");
        text.String("mode", Modes[(int)link.Mode]);
        if (link.Addresses.Count > 0)
            text.Strings("addresses", link.Addresses);
        text.String("gateway", link.Gateway);
        if (link.Dns.Count > 0)
            text.Strings("dns", link.Dns);
        if (link.Mtu is { } mtu)
            text.Bare("mtu", mtu.ToString(CultureInfo.InvariantCulture));
        if (link.Routes.Count > 0)
            text.Bare("routes", WriteRoutes(link.Routes));
    }

    private static string WriteRoutes(Values<RouteConfig> routes)
    {
        var text = new StringBuilder("[\n");
        foreach (var route in routes)
        {
            text.Append("  { to = ").Append(TomlText.Quoted(route.To));
            if (route.Via is { } via)
                text.Append(", via = ").Append(TomlText.Quoted(via));
            if (route.Metric != 0)
                text.Append(CultureInfo.InvariantCulture, $", metric = {route.Metric}");
            text.Append(" },\n");
        }
        return text.Append(']').ToString();
    }
}
