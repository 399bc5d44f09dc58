namespace G8os.Fuzz;

/// <summary>All targets. A new one is a line here, a Run of its own, and a folder of inputs that it reads well.</summary>
internal static class Targets
{
    public static readonly Target[] All =
    [
        new("net-toml", NetTomlTarget.Run, NetTomlTarget.Words),
        new("erofs", ErofsTarget.Run, ErofsTarget.Words),
        new("ays", AysTarget.Run, AysTarget.Words),
        new("fuse", FuseTarget.Run, FuseTarget.Words),
    ];

    public static Target? Find(string name) => Array.Find(All, target => target.Name == name);
}
