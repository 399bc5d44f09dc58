using System.Globalization;
using System.Text.Json;
using G8os.Core.Init;

namespace G8os.Core.Run.Apps;

/// <summary>
/// The runc program, run by init: a container's first process is left to init when <c>create</c> ends, which owns it from then on under a name of ours.
/// </summary>
internal sealed class Runc(Children children)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>What runc keeps of a container.</summary>
    public static string StateOf(string app) => Path.Combine(NodeFiles.Runc, app);

    /// <summary>It knows the container.</summary>
    public static bool Knows(string app) => File.Exists(Path.Combine(StateOf(app), "state.json"));

    /// <summary>Makes the container; its first process waits for <see cref="StartAsync"/>. Its pid.</summary>
    public async Task<int> CreateAsync(string app)
    {
        var pidFile = Path.Combine(AppFiles.Bundle(app), "pid");
        File.Delete(pidFile);
        await RunAsync(app, AppFiles.Log(app), "create", "--bundle", AppFiles.Bundle(app), "--pid-file", pidFile, app);
        return int.Parse(await File.ReadAllTextAsync(pidFile), CultureInfo.InvariantCulture);
    }

    public Task StartAsync(string app) => RunAsync(app, null, "start", app);

    /// <summary>Kills what runs of it and forgets it; one it does not know is no error.</summary>
    public Task DeleteAsync(string app) => RunAsync(app, null, "delete", "--force", app);

    /// <param name="app">The container's name.</param>
    /// <param name="output">Where the container's output goes.</param>
    /// <param name="words">Command and arguments.</param>
    private async Task RunAsync(string app, string? output, params string[] words)
    {
        var log = Path.Combine(NodeFiles.Bundles, $"{app}.{words[0]}.log");
        File.Delete(log);
        var status = await children.RunAsync(new SpawnRequest
        {
            Name = "",
            Argv = ["runc", "--root", NodeFiles.Runc, "--log", log, "--log-format", "json", .. words],
            Stdout = output,
            Stderr = output,
        }, Limit);
        var said = Said(log);
        File.Delete(log);
        if (status != 0)
            throw new IOException($"runc {words[0]}: {(said.Length > 0 ? said : WaitStatus.Say(status))}");
    }

    /// <summary>The last error in runc's log.</summary>
    private static string Said(string log)
    {
        var said = "";
        if (File.Exists(log))
            foreach (var line in File.ReadLines(log))
                said = Message(line) ?? said;
        return said;
    }

    private static string? Message(string line)
    {
        try
        {
            using var parsed = JsonDocument.Parse(line);
            return parsed.RootElement.TryGetProperty("level", out var level) && level.GetString() is "error" or "fatal" && parsed.RootElement.TryGetProperty("msg", out var message)
                ? message.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
