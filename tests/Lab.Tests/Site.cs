using System.Text.Json;

namespace G8os.Lab.Tests;

/// <summary>A lab of its own for a test class: drawn before its tests, removed without a trace after them.</summary>
public abstract class Site(string name) : IAsyncLifetime
{
    private readonly string directory = Directory.CreateTempSubdirectory("g8os-lab-").FullName;

    public string Name => name;

    /// <summary>The lab file and the files beside it.</summary>
    protected abstract IReadOnlyDictionary<string, string> Files { get; }

    protected virtual bool WaitForNodes => true;

    /// <summary>Added to <c>lab up</c>.</summary>
    protected virtual string[] UpOptions => [];

    /// <summary>Where the lab file lies.</summary>
    public string Folder => directory;

    /// <summary>Another directory for labs than the machine's own; null for that.</summary>
    protected virtual string? LabRoot => null;

    /// <summary>This lab's operator: a context of its own.</summary>
    public IReadOnlyDictionary<string, string> Environment
    {
        get
        {
            var own = new Dictionary<string, string> { ["XDG_CONFIG_HOME"] = Path.Combine(directory, "config"), ["NO_COLOR"] = "1" };
            if (LabRoot is { } root)
                own["G8OS_LAB_ROOT"] = root;
            return own;
        }
    }

    public async Task InitializeAsync()
    {
        foreach (var (file, text) in Files)
            await File.WriteAllTextAsync(Path.Combine(directory, file), text);
        await G8Async("lab", "down", "--name", name);
        var up = await UpAsync(UpOptions);
        if (WaitForNodes && up.Code != 0)
        {
            var logs = await LogsAsync();
            await DisposeAsync();
            Assert.Fail($"the lab did not come up: exit code {up.Code}\n{up.All}\n{logs}");
        }
    }

    public Task<Said> UpAsync(params string[] options) => G8Async(["lab", "up", Path.Combine(directory, "lab.toml"), "--name", name, .. options]);

    public async Task DisposeAsync()
    {
        await G8Async("lab", "down", "--name", name);
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>./g8os with these arguments, in this lab's context.</summary>
    public Task<Said> G8Async(params string[] arguments) => Shell.RunAsync(Shell.G8os, arguments, environment: Environment);

    public System.Diagnostics.Process Start(params string[] arguments) => Shell.Start(Shell.G8os, arguments, Environment);

    /// <summary>A shell command inside a node, past the grid.</summary>
    public Task<Said> InAsync(string node, string command) => G8Async("lab", "exec", "--name", name, node, "--", "/bin/sh", "-c", command);

    public async Task<JsonElement> NodeAsync(string node)
    {
        var said = await G8Async("node", "ls", "--json");
        if (said.Code != 0)
            return default;
        foreach (var one in JsonDocument.Parse(said.Out).RootElement.EnumerateArray())
            if (one.GetProperty("name").GetString() == node)
                return one;
        return default;
    }

    public async Task<string> PhaseAsync(string node) =>
        await NodeAsync(node) is { ValueKind: JsonValueKind.Object } one && one.GetProperty("state").GetString() == "online" ? one.GetProperty("phase").GetString()! : "";

    public Task ManagedAsync(string node, int seconds = 60) =>
        Shell.UntilAsync($"{node} is managed", TimeSpan.FromSeconds(seconds), async () => await PhaseAsync(node) == "managed");

    private async Task<string> LogsAsync()
    {
        var text = "";
        foreach (var log in Directory.Exists($"/var/lib/g8os-lab/{name}") ? Directory.GetFiles($"/var/lib/g8os-lab/{name}", "*.log", SearchOption.AllDirectories) : [])
            text += $"--- {log}\n{string.Join('\n', File.ReadLines(log).TakeLast(40))}\n";
        return text;
    }
}
