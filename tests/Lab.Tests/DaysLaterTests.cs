namespace G8os.Lab.Tests;

/// <summary>One node whose clock, and the controller's, go three days on while it is off.</summary>
public sealed class DaysLater() : Site("test-days")
{
    protected override IReadOnlyDictionary<string, string> Files { get; } = new Dictionary<string, string>
    {
        ["lab.toml"] = """
            [segment.site]
            [controller.ac1]
            on = { site = "10.77.3.1/24" }
            [node.days]
            on = ["site"]
            net = "net.toml"
            join = true
            """,
        ["net.toml"] = """
            [controllers]
            trust = "lab"
            urls = ["https://10.77.3.1:8443"]
            [link.lan]
            match = { name = "eth0" }
            mode = "static"
            addresses = ["10.77.3.11/24"]
            """,
    };
}

/// <summary>Certificates are good for 24 h; a node that was off longer comes back by itself.</summary>
public sealed class DaysLaterTests(DaysLater site) : IClassFixture<DaysLater>
{
    private const int ThreeDays = 3 * 24 * 3600;

    [Fact]
    public async Task A_node_that_was_off_for_three_days_gets_a_new_certificate_and_is_managed()
    {
        const string fingerprint = "openssl x509 -inform der -in /mnt/etc/g8os/node.crt -noout -serial";
        var before = (await site.InAsync("days", fingerprint)).Ok();
        (await site.InAsync("days", $"echo {ThreeDays} > /etc/g8os/clock-shift")).Ok();
        (await site.G8Async("lab", "node", "stop", "--name", site.Name, "days")).Ok();
        (await site.G8Async("lab", "controller", "stop", "--name", site.Name, "ac1")).Ok();
        await File.WriteAllTextAsync($"/var/lib/g8os-lab/{site.Name}/controllers/ac1/clock-shift", $"{ThreeDays}");
        (await site.G8Async("lab", "controller", "start", "--name", site.Name, "ac1")).Ok();
        (await site.G8Async("lab", "node", "start", "--name", site.Name, "days")).Ok();
        await Shell.UntilAsync("the node has another certificate", TimeSpan.FromSeconds(60), async () => await site.InAsync("days", fingerprint) is { Code: 0 } now && now.Out != before);
        await site.ManagedAsync("days");
        var log = (await site.InAsync("days", "cat /run/g8os/log/core.log")).Ok();
        Assert.Contains("private files mounted", log);
        Assert.Contains("certificate good", log);
        var node = await site.NodeAsync("days");
        Assert.True(node.GetProperty("certificateNotAfter").GetDateTimeOffset() > DateTimeOffset.UtcNow.AddDays(3));
    }
}
