using System.Text.Json;
using G8os.Decisions.Apps;
using G8os.Linux.Files;
using G8os.Model;
using G8os.Model.Sandboxes;

namespace G8os.Core.Run.Apps;

/// <summary>Where an app's parts lie, and its life as the next core reads it.</summary>
internal static class AppFiles
{
    private const uint OwnerOnly = 0x180;
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static string Kept(string app) => Path.Combine(NodeFiles.Apps, app);
    public static string Data(string app) => Path.Combine(Kept(app), "data");
    public static string Log(string app) => Path.Combine(Kept(app), "log");
    public static string Bundle(string app) => Path.Combine(NodeFiles.Bundles, app);
    public static string Config(string app) => Path.Combine(Bundle(app), "config.json");
    /// <summary>SHA-256 of the config.json as it was written.</summary>
    public static string ConfigDigest(string app) => Path.Combine(Bundle(app), "config.digest");
    public static string Cgroup(string app) => "g8os-app-" + app;
    public static string Root(string sandbox) => SandboxRef.TryParse(sandbox, out var one) ? SandboxPlaces.Root(one) : throw new IOException($"\"{sandbox}\" is not NAME@VERSION");
    private static string Life(string app) => Path.Combine(NodeFiles.Bundles, app + ".json");

    public static void MakeDirectories()
    {
        foreach (var directory in new[] { NodeFiles.Bundles, NodeFiles.Runc })
            Directory.CreateDirectory(directory, Private);
        try
        {
            Directory.CreateDirectory(NodeFiles.Apps, Private);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            CoreLog.Write($"cannot make {NodeFiles.Apps}: {fault.Message}; no app can be started"); // the node goes on without its disk
        }
    }

    /// <summary>Names of apps that have data, a bundle or a life here.</summary>
    public static Values<string> Names()
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var parent in new[] { NodeFiles.Apps, NodeFiles.Bundles }.Where(Directory.Exists))
            foreach (var directory in Directory.GetDirectories(parent))
                names.Add(Path.GetFileName(directory));
        foreach (var file in Directory.GetFiles(NodeFiles.Bundles, "*.json"))
            names.Add(Path.GetFileNameWithoutExtension(file));
        return names.Where(name => SandboxRef.IsName(name)).ToValues();
    }

    /// <summary>The life a core of this boot wrote; null without one, or when it is damaged: then its container is made anew.</summary>
    public static AppLife? ReadLife(string app)
    {
        try
        {
            return File.Exists(Life(app)) ? JsonSerializer.Deserialize(File.ReadAllBytes(Life(app)), AppJson.Default.AppLife) : null;
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException)
        {
            CoreLog.Write($"{Life(app)} is damaged; app {app} is started anew");
            return null;
        }
    }

    public static void WriteLife(AppLife life) => AtomicFile.Write(Life(life.Name), JsonSerializer.SerializeToUtf8Bytes(life, AppJson.Default.AppLife), OwnerOnly);

    public static void ForgetLife(string app) => File.Delete(Life(app));
}
