using System.Net.Sockets;
using System.Text.Json;
using G8os.Linux;
using G8os.Linux.Fuse;
using G8os.Linux.Mounts;
using G8os.Linux.Namespaces;
using G8os.Linux.Processes;
using G8os.Model;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;

namespace G8os.Fs.Tests;

/// <summary>A node's part for g8os-fs: a mount in a namespace of its own, a cache, settings, and the real program as a child that can be killed.</summary>
internal sealed class FsNode : IDisposable
{
    private readonly string home = Directory.CreateTempSubdirectory("g8os-fs-").FullName;
    private readonly MountNamespace space = MountNamespace.Create();
    private readonly Descriptor device = FuseDevice.Open();
    private readonly TestAuthority authority;
    private ChildProcess? server;
    private bool aborted;

    /// <param name="authority">Issues the node's certificate.</param>
    /// <param name="cacheBytes">A cache on a disk of its own of this size.</param>
    internal FsNode(TestAuthority authority, int? cacheBytes = null)
    {
        this.authority = authority;
        foreach (var directory in (string[])["mount", "objects", "state"])
            Directory.CreateDirectory(Path.Combine(home, directory));
        space.Run(() => FuseDevice.Mount(device, this["mount"], "objects"));
        if (cacheBytes is { } size)
            space.Run(() => MountPoint.Mount("cache", this["objects"], "tmpfs", data: $"size={size}"));
        using var certificate = authority.Node("0123456789abcdef");
        File.WriteAllBytes(this["node.crt"], certificate.RawData);
        using var key = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(certificate)!;
        File.WriteAllText(this["node.key"], key.ExportPkcs8PrivateKeyPem());
    }

    internal string this[string name] => Path.Combine(home, name);
    internal string Log => File.Exists(this["fs.log"]) ? File.ReadAllText(this["fs.log"]) : "";
    internal ChildProcess Server => server!;

    /// <summary>What the core would write; the mtime moves on even on a fast machine.</summary>
    internal void Tell(params string[] endpoints) => Tell(new FsSettings { Endpoints = endpoints.ToValues(), Certificate = this["node.crt"], Key = this["node.key"], Authority = authority.Anchor, Controllers = ["c1", "c2"] });

    internal void Tell(FsSettings settings)
    {
        var before = File.GetLastWriteTimeUtc(this["fs.json"]);
        File.WriteAllBytes(this["fs.json"], JsonSerializer.SerializeToUtf8Bytes(settings with { Certificate = this["node.crt"], Key = this["node.key"] }, WireJson.Default.FsSettings));
        if (File.GetLastWriteTimeUtc(this["fs.json"]) <= before)
            File.SetLastWriteTimeUtc(this["fs.json"], before.AddMilliseconds(1));
    }

    internal void Start()
    {
        var program = Environment.GetEnvironmentVariable("G8OS_FS") ?? Path.Combine(AppContext.BaseDirectory, "g8os-fs");
        using var output = new Descriptor(DescriptorIo.OpenAppend(this["output"], 0x180));
        server = space.Run(() => ChildProcess.Start(new()
        {
            Arguments = [program, "serve", "--objects", this["objects"], "--state", this["state"], "--settings", this["fs.json"], "--log", this["fs.log"]],
            Input = device.Number,
            Output = output.Number,
            Error = output.Number,
        }));
    }

    internal async Task Kill()
    {
        Server.Signal(Signals.Kill);
        await Server.Exited;
        Server.Dispose();
    }

    /// <summary>What the core does after 30 s without a server.</summary>
    internal Task Abort() => InsideAsync(() =>
    {
        FuseDevice.Abort(this["mount"]);
        return aborted = true;
    });

    /// <summary>Looks into the mount, or the cache, on a thread inside the namespace.</summary>
    internal Task<T> InsideAsync<T>(Func<T> look) => Task.Run(() => space.Run(look)).WaitAsync(Wait.Long);

    internal Task<byte[]> ReadAsync(ObjectHash hash) => InsideAsync(() => File.ReadAllBytes(Path.Combine(this["mount"], hash.Path)));

    internal Task<string> ReadTextAsync(ObjectHash hash) => InsideAsync(() => File.ReadAllText(Path.Combine(this["mount"], hash.Path)));

    /// <summary>Every file of the cache, with its path below it.</summary>
    internal Task<string[]> CachedAsync() => InsideAsync(() => Directory.GetFiles(this["objects"], "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(this["objects"], file)).Order().ToArray());

    /// <summary>Asks as the core does: one line there, one line back.</summary>
    internal async Task<string> AskAsync(string question)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(this["state/ask.sock"]));
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(question + "\n"));
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync().WaitAsync(Wait.Long) ?? "";
    }

    public void Dispose()
    {
        if (!aborted)
            space.Run(() => FuseDevice.Abort(this["mount"]));
        server?.Dispose();
        device.Dispose();
        space.Dispose();
        Directory.Delete(home, recursive: true);
    }
}
