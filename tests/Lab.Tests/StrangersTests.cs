using System.Text.Json;

namespace G8os.Lab.Tests;

/// <summary>A lab whose nodes must not simply come up: no token, an error in net.toml, a wrong pin.</summary>
public sealed class Strangers() : Site("test-strangers")
{
    protected override bool WaitForNodes => false;

    protected override IReadOnlyDictionary<string, string> Files { get; } = new Dictionary<string, string>
    {
        ["lab.toml"] = """
            [segment.site]
            [controller.ac1]
            on = { site = "10.77.2.1/24" }
            [node.waits]
            on = ["site"]
            net = "right.toml"
            [node.wrong-pin]
            on = ["site"]
            net = "wrong-pin.toml"
            [node.typo]
            on = ["site"]
            net = "typo.toml"
            """,
        ["right.toml"] = NetToml("lab", 11),
        ["wrong-pin.toml"] = NetToml("sha256:" + new string('0', 64), 12),
        ["typo.toml"] = NetToml("lab", 13).Replace("addresses", "adresses", StringComparison.Ordinal),
    };

    private static string NetToml(string trust, int host) => $"""
        [controllers]
        trust = "{trust}"
        urls = ["https://10.77.2.1:8443"]
        [fallback]
        rescue = false
        dhcp = false
        [link.lan]
        match = {"{"} name = "eth0" {"}"}
        mode = "static"
        addresses = ["10.77.2.{host}/24"]
        """;
}

/// <summary>What a node does that the grid does not know, or that is configured wrongly.</summary>
public sealed class StrangersTests(Strangers site) : IClassFixture<Strangers>
{
    [Fact]
    public async Task A_node_without_a_token_waits_until_it_is_accepted_and_is_gone_when_removed()
    {
        JsonElement pending = default;
        await Shell.UntilAsync("the node is pending", TimeSpan.FromSeconds(60), async () =>
        {
            var nodes = await site.G8Async("node", "ls", "--json");
            if (nodes.Code != 0)
                return false;
            pending = JsonDocument.Parse(nodes.Out).RootElement.EnumerateArray().FirstOrDefault(node => node.GetProperty("state").GetString() == "pending");
            return pending.ValueKind == JsonValueKind.Object;
        });
        Assert.Contains("accept", (await site.InAsync("waits", "cat /run/g8os/log/core.log")).Ok());
        Assert.Equal(1, (await site.InAsync("waits", "test -e /mnt/etc/g8os/node.key")).Code);
        (await site.G8Async("node", "accept", pending.GetProperty("id").GetString()!, "--name", "waits")).Ok();
        await site.ManagedAsync("waits");
        (await site.G8Async("wait", "--for", "phase=managed", "node/waits", "--timeout", "30s")).Ok();

        (await site.G8Async("node", "rm", "waits")).Ok();
        await Shell.UntilAsync("the removed node is told so", TimeSpan.FromSeconds(60), async () =>
            (await site.InAsync("waits", "cat /run/g8os/log/core.log")).Out.Contains("revoked", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(3, (await site.G8Async("exec", "--on", "waits", "--", "true")).Code);
    }

    [Fact]
    public async Task A_wrong_pin_is_said_and_nothing_is_sent()
    {
        await Shell.UntilAsync("the node says it", TimeSpan.FromSeconds(60), async () =>
            (await site.InAsync("wrong-pin", "cat /run/g8os/log/core.log")).Out.Contains("not a controller of this grid", StringComparison.Ordinal));
        Assert.DoesNotContain("unlock", (await site.InAsync("wrong-pin", "cat /run/g8os/log/core.log")).Out.Replace("phase unlock", "", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_typing_error_in_net_toml_is_told_with_its_place_and_the_file_is_read_again()
    {
        await Shell.UntilAsync("the node says it", TimeSpan.FromSeconds(60), async () =>
            (await site.InAsync("typo", "cat /run/g8os/log/core.log")).Out.Contains("/etc/g8os/net.toml:10:1: ", StringComparison.Ordinal));
        var log = (await site.InAsync("typo", "cat /run/g8os/log/core.log")).Out;
        Assert.Contains("adresses", log);
        Assert.Contains("addresses", log);
        (await site.InAsync("typo", "sed -i s/adresses/addresses/ /etc/g8os/net.toml")).Ok();
        await Shell.UntilAsync("the node asks to be accepted", TimeSpan.FromSeconds(60), async () => (await site.InAsync("typo", "cat /run/g8os/log/core.log")).Out.Contains("enrolment pending", StringComparison.Ordinal));
    }
}
