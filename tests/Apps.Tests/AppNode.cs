using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using G8os.Core.Init;
using G8os.Decisions.Apps;
using G8os.Decisions.Keys;
using G8os.Linux.Cgroups;
using G8os.Linux.Processes;
using G8os.Model;
using G8os.Model.Apps;
using G8os.Model.Grid;
using G8os.Model.Wire;
using Xunit;

namespace G8os.Apps.Tests;

/// <summary>
/// A node that no controller reaches: g8os-core init as pid 1 of its own namespaces, its identity, grid.json and node manifest written by the test, which
/// holds the keys. Sandboxes are real ones, with a busybox in them; their objects are put into the node's cache by the test instead of a controller.
/// </summary>
internal sealed class AppNode : IDisposable
{
    public const string One = "box@1", Two = "box@2";
    private static int count;
    private readonly CgroupTree cgroups = CgroupTree.Detect();
    private readonly string cgroup = $"g8lab/apps-{Environment.ProcessId}-{Interlocked.Increment(ref count)}";
    private readonly ECDsa boot = ECDsa.Create(ECCurve.NamedCurves.nistP256), root = ECDsa.Create(ECCurve.NamedCurves.nistP256), signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string disk = Directory.CreateDirectory(Path.Combine(Checkout, "artifacts", "apps-tests", $"{Environment.ProcessId}-{Interlocked.Increment(ref count)}")).FullName;
    private readonly Box one, two;
    private readonly ChildProcess launcher;
    private readonly InitClient init = null!;
    private long generation;

    public AppNode()
    {
        (one, two) = (new Box("1", disk + "/box-1"), new Box("2", disk + "/box-2"));
        Directory.CreateDirectory(disk + "/disk");
        launcher = ChildProcess.Start(new() { Arguments = ["sh", Path.Combine(AppContext.BaseDirectory, "node.sh"), Core, cgroup, disk + "/disk"], Error = 2 });
        try
        {
            Until(() => FirstProcess() > 0, "the node's mounts");
            Pid = FirstProcess();
            MakeIdentity();
            Bring(One);
            Write("/etc/g8os/net.toml", $"[controllers]\nurls = [\"https://192.0.2.1:8443\"]\ntrust = \"{P256.KeyId(root.ExportSubjectPublicKeyInfo())}\"\n");
            Until(() => File.Exists(Of("/run/g8os/init.sock")), "init's socket");
            init = InitClient.Connect(Of("/run/g8os/init.sock"));
            Until(() => CorePid() > 0 && Log.Contains("fingerprint", StringComparison.Ordinal), "the core", () => Log);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    private static string Checkout { get; } = FindCheckout();

    public static string Core { get; } = Find();

    /// <summary>Of the node's init, as this machine counts.</summary>
    public int Pid { get; }

    public string Log => Text("/run/g8os/log/core.log");

    public IEnumerable<ChildEntry> Children => init.List();

    /// <summary>A path of the node, as this machine reaches it.</summary>
    public string Of(string inside) => RootOf(Pid) + inside;

    public string Text(string inside) => File.Exists(Of(inside)) ? File.ReadAllText(Of(inside)) : "";

    public string Output(string app) => Text($"/var/lib/g8os/apps/{app}/log");

    public AppLife? Life(string app)
    {
        var text = Text($"/run/g8os/apps/{app}.json");
        return text.Length > 0 ? JsonSerializer.Deserialize(text, AppJson.Default.AppLife) : null;
    }

    public AppState StateOf(string app) => Life(app) is { } life ? AppReport.Of(life).State : AppState.Absent;

    public bool IsReady(string app) => Life(app) is { } life && AppReport.Of(life).Ready;

    public string Reason(string app) => Life(app) is { } life ? AppReport.Of(life).Reason : "";

    /// <summary>Pid of its container's first process inside the node; 0 when none runs.</summary>
    public int PidOf(string app) => init.List().SingleOrDefault(child => child.Running && child.Name.StartsWith($"app-{app}.", StringComparison.Ordinal))?.Pid ?? 0;

    public int CorePid() => init.List().SingleOrDefault(child => child is { Name: "core", Running: true })?.Pid ?? 0;

    /// <summary>A newer manifest on the node's disk, and another core that reads it.</summary>
    public async Task Want(params AppSpec[] apps)
    {
        WriteManifest(apps);
        await KillCore();
    }

    public void WriteManifest(params AppSpec[] apps)
    {
        var manifest = new NodeManifest { Node = P256.NodeId(boot.ExportSubjectPublicKeyInfo()), Name = "box", Generation = ++generation, Commit = "c0ffee", Apps = apps.ToValues() };
        manifest = manifest with { Sandboxes = new[] { one, two }.Select(box => box.Assignment(signer)).Where(box => apps.Any(app => app.Sandbox == box.Sandbox)).ToValues() };
        Write("/var/lib/g8os/manifest.json", JsonSerializer.Serialize(ManifestJudge.Sign(manifest, signer), WireJson.Default.SignedDocument));
    }

    public async Task KillCore()
    {
        var before = CorePid();
        Run("kill", "-9", before.ToString(CultureInfo.InvariantCulture));
        await Wait.Until(() => CorePid() is > 0 and var next && next != before, "the next core", () => Log);
    }

    public async Task Ready(string app) => await Wait.Until(() => IsReady(app), $"{app} to be ready", () => $"{StateOf(app)} {Reason(app)}\n{Log}\n{Output(app)}");

    /// <summary>Runs a command inside the node; its output.</summary>
    public string Run(params string[] command) =>
        ChildProcess.Run(["nsenter", "--target", Pid.ToString(CultureInfo.InvariantCulture), "--pid", "--mount", "--net", "--ipc", "--uts", .. command]).Output;

    public void Write(string inside, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Of(inside))!);
        File.WriteAllText(Of(inside) + ".new", text);
        File.Move(Of(inside) + ".new", Of(inside), overwrite: true);
    }

    /// <summary>The node's cache gets what the sandbox is made of.</summary>
    public void Bring(string sandbox) => (sandbox == One ? one : two).Bring(disk + "/disk/objects");

    /// <summary>A shell command in the box.</summary>
    public static AppSpec Shell(string name, string script, string sandbox = One) =>
        new() { Name = name, Sandbox = sandbox, Process = new ProcessSpec { Exec = "/bin/busybox", Args = ["sh", "-c", script] } };

    /// <summary>What the node holds now, of all that an app could leave: files (but the core's own logs), mounts, cgroups, processes, ports.</summary>
    public Values<string> Traces()
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var line in Run("find", "/run", "/var/lib", "-not", "-path", "/run/g8os/log/*", "-not", "-name", "*transitions.jsonl", "-not", "-path", "/var/lib/g8os/journal/*").Split('\n'))
            found.Add("file " + line);
        foreach (var line in File.ReadLines($"/proc/{Pid}/mountinfo"))
            found.Add("mount " + line.Split(' ')[4]);
        foreach (var tree in cgroups.Roots)
            foreach (var directory in Directory.GetDirectories($"{tree}/{cgroup}", "*", SearchOption.AllDirectories))
                found.Add("cgroup " + directory);
        foreach (var line in Run("ps", "-eo", "args").Split('\n'))
            found.Add("process " + line.Trim());
        foreach (var line in File.ReadLines($"/proc/{Pid}/net/tcp").Concat(File.ReadLines($"/proc/{Pid}/net/tcp6")).Where(line => line.Contains(" 0A ", StringComparison.Ordinal)))
            found.Add("port " + line.Split(':')[2].Split(' ')[0]);
        return found.ToValues();
    }

    /// <summary>The same value in all hierarchies that have such a file of the app's cgroup.</summary>
    public string Limit(string app, string file) =>
        cgroups.Roots.Select(tree => $"{tree}/{cgroup}/g8os-app-{app}/{file}").Where(File.Exists).Select(path => File.ReadAllText(path).Trim()).FirstOrDefault("");

    private void MakeIdentity()
    {
        Write("/var/lib/g8os/identity/boot.key", boot.ExportPkcs8PrivateKeyPem());
        var document = new GridDocument
        {
            Version = 1,
            Name = "test",
            Root = Base64(root),
            IssuingCertificate = Convert.ToBase64String([1]),
            Controllers = [],
            SealKey = Base64(root),
            SshCa = "",
            NodeManifestKey = Base64(signer),
            SandboxPublishers = [Base64(signer)],
            TimeFloor = DateTimeOffset.UnixEpoch,
        };
        var payload = JsonSerializer.SerializeToUtf8Bytes(document, WireJson.Default.GridDocument);
        Write("/var/lib/g8os/grid.json", JsonSerializer.Serialize(new SignedDocument { Payload = Convert.ToBase64String(payload), Signatures = [] }, WireJson.Default.SignedDocument));
    }

    private static string RootOf(int pid) => $"/proc/{pid}/root";

    private static string Base64(ECDsa key) => Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());

    /// <summary>Pid of what unshare has forked, once its mounts are made; 0 before.</summary>
    private int FirstProcess() => Directory.GetDirectories($"/proc/{launcher.Id}/task")
        .SelectMany(task => File.ReadAllText(task + "/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(int.Parse)
        .FirstOrDefault(pid => File.Exists(RootOf(pid) + "/run/g8os-test-ready"));

    private static void Until(Func<bool> condition, string what, Func<string>? seen = null) => Wait.Until(condition, what, seen).GetAwaiter().GetResult();

    private static string FindCheckout()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(directory.FullName + "/global.json"))
            directory = directory.Parent;
        return directory!.FullName;
    }

    private static string Find()
    {
        var core = Environment.GetEnvironmentVariable("G8OS_CORE") ?? Checkout + "/artifacts/publish/g8os-core";
        Assert.True(File.Exists(core), $"cannot find g8os-core at {core}: run eng/build.sh, or set G8OS_CORE to a published one");
        return core;
    }

    public void Dispose()
    {
        init?.Dispose();
        launcher.Dispose();
        cgroups.KillAll(cgroup, Wait.Long);
        cgroups.Remove(cgroup);
        foreach (var key in new[] { boot, root, signer })
            key.Dispose();
        Directory.Delete(disk, recursive: true);
    }
}
