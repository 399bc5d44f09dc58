using System.Diagnostics;
using G8os.Cli;
using G8os.Store.Tests.Erofs;

namespace G8os.Store.Tests.Build;

/// <summary>An operator's way with sandboxes, typed, at a real controller.</summary>
public sealed class PushTests : IDisposable
{
    private readonly Scratch scratch = new();
    private Process? controller;

    [Fact]
    public async Task ASandboxIsPushedListedShownVerifiedAndTakenBack()
    {
        var login = await StartAsync();
        Assert.Equal(0, (await TypeAsync("login", login)).Code);
        new RandomTree(3).Make(scratch["site"], 80);
        await BuildAsync("1");
        var first = await TypeAsync("sandbox", "push", scratch["site@1"]);
        Assert.True(first.Code == 0, first.Error);
        Assert.Matches("^site@1 is in the grid: ([0-9]+) of \\1 objects sent, ", first.Out);

        // Of the second version only what is new goes over the wire: one file and the image.
        File.WriteAllText(scratch["site/new"], "new");
        await BuildAsync("2");
        Assert.Contains(": 2 of ", (await TypeAsync("sandbox", "push", scratch["site@2"])).Out, StringComparison.Ordinal);
        Assert.Contains(": 0 of ", (await TypeAsync("sandbox", "push", scratch["site@2"])).Out, StringComparison.Ordinal);

        Assert.Equal("site@1\nsite@2\n", (await TypeAsync("sandbox", "ls", "-o", "name")).Out);
        Assert.Contains("sandbox        site@2\n", (await TypeAsync("sandbox", "show", "site")).Out, StringComparison.Ordinal);
        Assert.StartsWith("site@1 is whole and signed by sha256:", (await TypeAsync("sandbox", "verify", "site@1")).Out, StringComparison.Ordinal);
        Assert.Equal(0, (await TypeAsync("sandbox", "rm", "site@2")).Code);
        Assert.Equal(3, (await TypeAsync("sandbox", "show", "site@2")).Code);
        Assert.StartsWith("0 objects removed", (await TypeAsync("sandbox", "gc")).Out, StringComparison.Ordinal);
    }

    private async Task BuildAsync(string version) =>
        Assert.Equal(0, (await TypeAsync("sandbox", "build", scratch["site"], "--as", version, "-o", scratch.Path)).Code);

    /// <summary>An operator with a home of their own.</summary>
    private async Task<(int Code, string Out, string Error)> TypeAsync(params string[] args)
    {
        using StringWriter output = new(), error = new();
        using var here = new Surroundings
        {
            Out = output, Error = error, OutBytes = Stream.Null, ErrorBytes = Stream.Null,
            Variable = name => name is "HOME" or "XDG_CONFIG_HOME" ? scratch.Path : Environment.GetEnvironmentVariable(name),
        };
        return (await CliProgram.RunAsync(args, here), output.ToString(), error.ToString());
    }

    /// <summary>Starts a controller on ports of its choice; the login string it prints.</summary>
    private async Task<string> StartAsync()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "g8os-controller.dll");
        controller = Process.Start(new ProcessStartInfo("dotnet", [program, "--data", scratch.Make("data"), "--bind", "127.0.0.1", "--api-port", "0", "--plain-port", "0", "--session-port", "0"])
        {
            RedirectStandardOutput = true,
        })!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await controller.StandardOutput.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.StartsWith("login ", StringComparison.Ordinal))
                return line["login ".Length..];
        }
        throw new InvalidOperationException("the controller did not start");
    }

    public void Dispose()
    {
        controller?.Kill();
        controller?.WaitForExit();
        controller?.Dispose();
        scratch.Dispose();
    }
}
