using System.Security.Cryptography;
using System.Text.Json;

namespace G8os.Lab.Tests;

/// <summary>A sandbox from an operator's directory to a node's /sandbox: signed, seen at once, fetched when touched, and alive without its server.</summary>
[Collection(nameof(ThreeNodes))]
public sealed class SandboxMountTests(ThreeNodes site) : IDisposable
{
    private const string Node = "node-1", Place = "/sandbox/lazy";
    private readonly string directory = Directory.CreateTempSubdirectory("g8os-sandbox-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private string Disk(string file) => $"/var/lib/g8os-lab/{site.Name}/nodes/{Node}/disk/{file}";

    private string Stored(string content)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content)));
        return $"/var/lib/g8os-lab/{site.Name}/controllers/ac1/objects/{hash[..2]}/{hash[2..]}";
    }

    /// <summary>What the node's manifest will say one day; here it is written for it.</summary>
    private async Task WantAsync(string sandbox, bool signed = true)
    {
        var manifest = JsonDocument.Parse((await site.G8Async("sandbox", "show", sandbox, "--json")).Ok()).RootElement.GetProperty("signed");
        var document = signed ? manifest.GetRawText() : $$"""{"payload":{{manifest.GetProperty("payload").GetRawText()}},"signatures":[]}""";
        await File.WriteAllTextAsync(Disk("sandboxes.json"), $$"""[{"sandbox":"{{sandbox}}","manifest":{{document}},"tool":true,"pinned":false}]""");
    }

    private Task MountedAsync(bool mounted) => Shell.UntilAsync($"{Place} is {(mounted ? "" : "not ")}mounted", TimeSpan.FromSeconds(30),
        async () => (await site.InAsync(Node, $"grep -c ' {Place} .* overlay ' /proc/self/mountinfo")).Out.Trim() == (mounted ? "1" : "0"));

    [Fact]
    public async Task A_pushed_sandbox_is_mounted_and_lives_on()
    {
        await site.ManagedAsync(Node);
        foreach (var name in (string[])["cached", "corrupt", "late"])
            await File.WriteAllTextAsync(Path.Combine(Directory.CreateDirectory(Path.Combine(directory, "tree")).FullName, name), $"this is {name}");
        (await site.G8Async("sandbox", "build", Path.Combine(directory, "tree"), "--name", "lazy", "--as", "1", "-o", directory)).Ok();
        (await site.G8Async("sandbox", "push", Path.Combine(directory, "lazy@1"))).Ok();

        await WantAsync("lazy@1", signed: false);
        await Shell.UntilAsync("the refusal is told", TimeSpan.FromSeconds(30), async () => (await site.G8Async("explain", "node/" + Node)).Out.Contains("lazy@1 is not signed", StringComparison.Ordinal));
        await MountedAsync(false);
        await WantAsync("lazy@1");
        await MountedAsync(true);

        Assert.Equal("cached\ncorrupt\nlate\n", (await site.InAsync(Node, $"ls {Place}")).Ok());
        Assert.Equal("this is cached", (await site.InAsync(Node, $"cat {Place}/cached")).Ok());
        await File.WriteAllTextAsync(Stored("this is corrupt"), "that is corrupt");
        Assert.Contains("Input/output error", (await site.InAsync(Node, $"cat {Place}/corrupt")).Err);
        await File.WriteAllTextAsync(Stored("this is corrupt"), "this is corrupt");
        Assert.Equal("this is corrupt", (await site.InAsync(Node, $"cat {Place}/corrupt")).Ok());

        var late = (await site.InAsync(Node, $"kill -9 $(pidof g8os-fs); cat {Place}/cached {Place}/late")).Ok();
        Assert.Equal("this is cachedthis is late", late);
        await File.WriteAllTextAsync(Disk("sandboxes.json"), "[]");
        await MountedAsync(false);
    }
}
