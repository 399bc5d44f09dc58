using G8os.Model.Grid;
using G8os.Model.Wire;

namespace G8os.Model.Sandboxes;

/// <summary>A sandbox that this node shall have, as its node manifest says; kept in /var/lib/g8os/sandboxes.json.</summary>
/// <param name="Sandbox">NAME@VERSION.</param>
/// <param name="Manifest">Its own signed manifest; judged before anything of it is mounted.</param>
/// <param name="Tool">Seen at /sandbox/NAME, its bytes come when they are touched.</param>
/// <param name="Pinned">Apps run out of it: all its objects are local before it is seen at <see cref="SandboxPlaces.Root"/>.</param>
public sealed record SandboxWanted(string Sandbox, SignedDocument Manifest, bool Tool, bool Pinned)
{
    /// <summary>The sandboxes of a node manifest.</summary>
    public static Values<SandboxWanted> Of(NodeManifest manifest) => manifest.Sandboxes
        .Select(one => new SandboxWanted(one.Sandbox, one.Manifest, one.Tool, !one.Tool || manifest.Apps.Any(app => app.Sandbox == one.Sandbox))).ToValues();
}

/// <summary>Where a node mounts sandboxes.</summary>
public static class SandboxPlaces
{
    /// <summary>Tools, by name.</summary>
    public const string Tools = "/sandbox";
    /// <summary>Everything else, by NAME@VERSION; gone with the boot.</summary>
    public const string All = "/run/g8os/sandboxes";

    /// <summary>Tools whose programs are found by name, in the order of PATH, after the image's own.</summary>
    private static readonly string[] inPath = ["os-tools", "g8os", "ovs"];
    private static readonly string[] programs = ["usr/sbin", "usr/bin", "sbin", "bin"];

    /// <summary>PATH of jobs and ssh sessions.</summary>
    public static string Path { get; } = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:"
        + string.Join(':', inPath.SelectMany(tool => programs.Select(directory => $"{Tools}/{tool}/{directory}")));

    /// <summary>Where a tool is seen.</summary>
    public static string Tool(string name) => $"{Tools}/{name}";
    /// <summary>The whole tree, for apps; the directory exists only while it is mounted and complete.</summary>
    public static string Root(SandboxRef sandbox) => $"{All}/{sandbox}/root";
    /// <summary>The EROFS image: names without bytes.</summary>
    public static string Meta(SandboxRef sandbox) => $"{All}/{sandbox}/meta";
}
