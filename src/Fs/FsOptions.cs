using G8os.Model.Sandboxes;

namespace G8os.Fs;

/// <summary>Where this server keeps and finds things; the defaults are a node's.</summary>
internal sealed record FsOptions
{
    public const string Usage = """
        usage: g8os-fs serve [--objects DIR] [--state DIR] [--settings FILE] [--log FILE] <>/dev/fuse
        Standard input is the mounted connection of /dev/fuse. g8os-core starts this program.
        """;

    public string Objects { get; private init; } = FsPlaces.Objects;
    public string State { get; private init; } = FsPlaces.State;
    public string Settings { get; private init; } = FsPlaces.Settings;
    public string Log { get; private init; } = "/run/g8os/log/fs.log";

    public string Beat => Path.Combine(State, FsPlaces.Beat);
    public string Socket => Path.Combine(State, FsPlaces.Socket);

    /// <summary>Null for what is not understood.</summary>
    public static FsOptions? Parse(ReadOnlySpan<string> arguments)
    {
        if (arguments is not ["serve", ..])
            return null;
        var options = new FsOptions();
        for (var rest = arguments[1..]; rest.Length > 0; rest = rest[2..])
        {
            var read = rest switch
            {
                ["--objects", var directory, ..] => options with { Objects = directory },
                ["--state", var directory, ..] => options with { State = directory },
                ["--settings", var file, ..] => options with { Settings = file },
                ["--log", var file, ..] => options with { Log = file },
                _ => null,
            };
            if (read is null)
                return null;
            options = read;
        }
        return options;
    }
}
