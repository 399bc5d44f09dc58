using G8os.Model.Sandboxes;

namespace G8os.Decisions.Sandboxes;

/// <summary>
/// What to do next so that what is seen of a node's sandboxes becomes what is wanted: at most one thing for each of them, and for the server of missing
/// objects. Asked again after each. Times in milliseconds.
/// </summary>
public static class SandboxPlanner
{
    /// <summary>Subject of what concerns g8os-fs and its mount.</summary>
    public const string ServerSubject = "g8os-fs";
    /// <summary>Without a beat for so long the server counts as hung.</summary>
    public const long HungAfter = 10_000;
    /// <summary>Readers wait no longer for a server: then its mount is given up and made anew.</summary>
    public const long GoneAfter = 30_000;
    /// <summary>A server that said so lately answers: trees can be mounted over it.</summary>
    public const long UpWithin = 5_000;
    private const string Erofs = "erofs", Overlay = "overlay";

    public static IReadOnlyList<SandboxEffect> Plan(SandboxesSpec spec, SandboxStatus status)
    {
        var effects = new List<SandboxEffect>();
        Unmount(spec, status, effects);
        if (Server(spec, status) is { } server && Free(status, server))
            effects.Add(server);
        foreach (var sandbox in spec.Sandboxes)
            if (effects.All(effect => effect is not UnmountPlace unmount || !IsOf(sandbox, unmount.Place)) && Next(sandbox, status) is { } next && Free(status, next))
                effects.Add(next);
        return effects;
    }

    /// <summary>The server answers now, over a mount that init holds.</summary>
    public static bool IsUp(ServerStatus server) => server is { Device: not null, Held: true, RunningFor: not null, Quiet: < UpWithin };

    private static bool Free(SandboxStatus status, SandboxEffect effect) => !status.Occupied.Contains(effect.Subject);

    private static SandboxEffect? Server(SandboxesSpec spec, SandboxStatus status) => status.Server switch
    {
        { Device: null, Held: false, RunningFor: null } => spec.Sandboxes.Count > 0 ? new MountObjects() : null,
        { Device: null } or { Held: false } => new AbortObjects(),
        { Quiet: > GoneAfter } => new AbortObjects(),
        { RunningFor: null } => new StartServer(),
        { RunningFor: > HungAfter, Quiet: > HungAfter } => new KillServer(),
        _ => null,
    };

    /// <summary>Everything at our places that is not wanted there, the last mounted first. A tree over a mount of g8os-fs that is gone can read nothing new.</summary>
    private static void Unmount(SandboxesSpec spec, SandboxStatus status, List<SandboxEffect> effects)
    {
        for (var i = status.Mounts.Count - 1; i >= 0; i--)
            if (status.Mounts[i] is var mount && !spec.Sandboxes.Any(sandbox => IsWanted(sandbox, mount, status)))
                effects.Add(new UnmountPlace(mount.Place));
    }

    private static bool IsWanted(SandboxSpec sandbox, MountSeen mount, SandboxStatus status) => mount.Type switch
    {
        Erofs => mount.Place == SandboxPlaces.Meta(sandbox.Ref) && mount.Source == ImageFile(sandbox, status),
        // One over a connection that is gone still reads what is in the cache: it stays until there is something better.
        Overlay => mount.Source.StartsWith(sandbox.Source(""), StringComparison.Ordinal)
            && (!IsUp(status.Server) || mount.Source == sandbox.Source(status.Server.Device!))
            && ((sandbox.Tool && mount.Place == SandboxPlaces.Tool(sandbox.Ref.Name)) || (sandbox.Pinned && mount.Place == SandboxPlaces.Root(sandbox.Ref))),
        _ => false,
    };

    private static bool IsOf(SandboxSpec sandbox, string place) =>
        place == SandboxPlaces.Meta(sandbox.Ref) || place == SandboxPlaces.Root(sandbox.Ref) || (sandbox.Tool && place == SandboxPlaces.Tool(sandbox.Ref.Name));

    private static SandboxEffect? Next(SandboxSpec sandbox, SandboxStatus status)
    {
        var up = IsUp(status.Server);
        if (!status.Images.Contains(sandbox.Image))
            return up ? new FetchImage(sandbox) : null;
        if (!status.Has(SandboxPlaces.Meta(sandbox.Ref), Erofs, ImageFile(sandbox, status)))
            return new MountImage(sandbox);
        if (sandbox.Tool && up && !IsMounted(sandbox, SandboxPlaces.Tool(sandbox.Ref.Name), status))
            return new MountTree(sandbox, SandboxPlaces.Tool(sandbox.Ref.Name), status.Server.Device!);
        if (!sandbox.Pinned)
            return null;
        if (!up)
            return null;
        if (!status.Complete.Contains(sandbox.Image))
            return new PinObjects(sandbox);
        return IsMounted(sandbox, SandboxPlaces.Root(sandbox.Ref), status) ? null : new MountTree(sandbox, SandboxPlaces.Root(sandbox.Ref), status.Server.Device!);
    }

    internal static bool IsMounted(SandboxSpec sandbox, string place, SandboxStatus status) =>
        status.Server.Device is { } device && status.Has(place, Overlay, sandbox.Source(device));

    private static string ImageFile(SandboxSpec sandbox, SandboxStatus status) => $"{status.Cache}/{sandbox.Image.Path}";
}
