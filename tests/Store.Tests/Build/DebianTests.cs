using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using G8os.Cli;
using G8os.Linux.Mounts;
using G8os.Linux.Namespaces;
using G8os.Store.Build;

namespace G8os.Store.Tests.Build;

/// <summary>The example sandbox as it is shipped: built through apt, mounted, and run by runc as a read-only root.</summary>
public sealed class DebianTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private readonly Scratch scratch = new();

    [Fact]
    public async Task HelloIsReproducibleAndAnswersUnderRunc()
    {
        await BuildAsync("one", "1.0");
        await BuildAsync("two", "1.0");
        await BuildAsync("one", "2.0");
        var sandbox = LocalSandbox.Open(scratch["one/hello@1.0"]);
        Assert.Equal(sandbox.Manifest, LocalSandbox.Open(scratch["two/hello@1.0"]).Manifest);
        Assert.Empty(sandbox.Verify());
        Assert.NotEqual(sandbox.Manifest.Image, LocalSandbox.Open(scratch["one/hello@2.0"]).Manifest.Image);

        var port = FreePort();
        var answer = "";
        using var mounts = MountNamespace.Create();
        mounts.Run(() =>
        {
            SandboxMount.Mount(sandbox.ImageFile, [sandbox.Objects.Root], scratch.Make("names"), scratch.Make("bundle/rootfs"));
            File.WriteAllText(scratch["bundle/config.json"], Bundle(port));
            using var runc = Process.Start(new ProcessStartInfo("runc", ["--root", scratch["runc"], "run", "--bundle", scratch["bundle"], $"hello-{port}"]) { RedirectStandardError = true })!;
            answer = Ask(port, runc);
            runc.Kill(entireProcessTree: false);
            Runc("kill", "KILL", port);
            runc.WaitForExit();
            Runc("delete", null, port);
        });
        Assert.Equal("hello 1.0 from node-7\n", answer);
    }

    private async Task BuildAsync(string output, string version)
    {
        using StringWriter said = new(), error = new();
        var code = await CliProgram.RunAsync(["sandbox", "build", Path.Combine(Checkout.Root, "sandboxes", "hello"), "-o", scratch[output], "--as", version, "--cache", scratch["cache"]], said, error);
        Assert.True(code == 0, error.ToString());
        Assert.StartsWith($"{scratch[output]}/hello@{version}: ", said.ToString(), StringComparison.Ordinal);
    }

    private static string Ask(int port, Process runc)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        for (var end = Stopwatch.StartNew(); ; Wait.AMoment())
        {
            try
            {
                using var answer = http.Send(new(HttpMethod.Get, $"http://127.0.0.1:{port}/"));
                return new StreamReader(answer.Content.ReadAsStream()).ReadToEnd();
            }
            catch (HttpRequestException) when (end.Elapsed < Limit && !runc.HasExited)
            {
                continue;
            }
        }
    }

    private void Runc(string verb, string? signal, int port)
    {
        using var runc = Process.Start(new ProcessStartInfo("runc", ["--root", scratch["runc"], verb, $"hello-{port}", .. signal is null ? (string[])[] : [signal]]) { RedirectStandardError = true })!;
        runc.WaitForExit();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Bundle(int port) => $$"""
        {
          "ociVersion": "1.0.2",
          "process": { "user": { "uid": 65534, "gid": 65534 }, "args": ["/usr/bin/hello"], "env": ["PATH=/usr/bin", "PORT={{port}}", "NODE=node-7"], "cwd": "/", "noNewPrivileges": true },
          "root": { "path": "rootfs", "readonly": true },
          "mounts": [{ "destination": "/proc", "type": "proc", "source": "proc" }, { "destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "mode=755"] }],
          "linux": { "namespaces": [{ "type": "pid" }, { "type": "mount" }, { "type": "ipc" }, { "type": "uts" }] }
        }
        """;

    public void Dispose() => scratch.Dispose();
}
