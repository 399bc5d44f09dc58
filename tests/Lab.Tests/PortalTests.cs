using System.Diagnostics;
using System.Text.Json;

namespace G8os.Lab.Tests;

/// <summary>
/// A node with three cables: in the first wire something answers everything as a hotel's portal does, in the second the address of our controller
/// is that of another grid's, in the third our controller is. Each wire has a DHCP server of its own.
/// </summary>
public sealed class Portal() : Site("test-portal")
{
    protected override bool WaitForNodes => false;
    protected override string[] UpOptions => ["--no-wait"];

    protected override IReadOnlyDictionary<string, string> Files { get; } = new Dictionary<string, string>
    {
        ["lab.toml"] = """
            [segment.hotel]
            subnet = "10.77.8.0/24"
            dhcp = { range = "50-99", router = "10.77.8.1" }
            [segment.neighbour]
            subnet = "10.77.9.0/24"
            dhcp = { range = "50-99" }
            [segment.home]
            subnet = "10.77.10.0/24"
            dhcp = { range = "50-99" }
            [controller.ac1]
            on = { home = "10.77.10.1/24" }
            [controller.other]
            on = { neighbour = "10.77.9.1/24" }
            [node.guest]
            on = ["hotel", "neighbour", "home"]
            net = "net.toml"
            join = true
            """,
        // 10.77.9.1 was our controller's once.
        ["net.toml"] = """
            [controllers]
            trust = "lab"
            urls = ["https://10.77.9.1:8443", "https://10.77.10.1:8443", "http://10.77.10.1:8080"]
            [fallback]
            rescue = false
            """,
    };
}

/// <summary>Whoever is no controller of this grid is told by what it is, and passed by.</summary>
public sealed class PortalTests(Portal site) : IClassFixture<Portal>
{
    private const string Page = "<html><title>Welcome</title><form action=/login>room number</form></html>";

    /// <summary>Every address leads here, as behind the router of a hotel; each request is answered with 200 and the same page.</summary>
    private static readonly string Http = $"""
        ip address add 10.77.8.1/24 dev br0 && ip route add local 10.77.0.0/16 dev lo || exit 1
        printf '#!/bin/sh\nprintf "HTTP/1.0 200 OK\\r\\nContent-Type: text/html\\r\\nContent-Length: {Page.Length}\\r\\n\\r\\n"\necho -n "{Page}"\n' > $0.answer
        chmod 755 $0.answer
        exec busybox nc -ll -p 8080 -e $0.answer
        """;

    /// <summary>-www answers every request with 200 and a page of its own.</summary>
    private const string Https = """
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/O=Hotel Example/CN=wifi.example.org" -keyout $0.key -out $0.crt 2>/dev/null || exit 1
        exec openssl s_server -accept 8443 -cert $0.crt -key $0.key -www -quiet
        """;

    [Fact]
    public async Task A_portal_and_a_strangers_controller_are_named_and_the_node_goes_on_to_the_link_that_is_ours()
    {
        using var http = await ServeAsync("http", Http, 8080);
        using var https = await ServeAsync("https", Https, 8443);
        // It may have come up by the third link already: it is made a new machine, which sees the portal first.
        (await site.G8Async("lab", "node", "wipe", "--name", site.Name, "guest")).Ok();
        (await site.G8Async("lab", "node", "start", "--name", site.Name, "guest")).Ok();
        await site.ManagedAsync("guest", 120);

        var node = await site.NodeAsync("guest");
        Assert.Equal("eth2", node.GetProperty("uplink").GetString());
        Assert.Equal("dhcp", node.GetProperty("candidate").GetString());
        var said = JsonDocument.Parse((await site.G8Async("explain", "node/guest", "--json")).Ok()).RootElement.GetProperty("transitions").EnumerateArray()
            .ToLookup(one => one.GetProperty("what").GetString()!, one => one.GetProperty("evidence").GetString()!);
        var hotel = Assert.Single(said["dhcp on eth0 failed"]);
        Assert.Contains("not a controller of this grid", hotel);
        Assert.Contains("https://10.77.10.1:8443: the answer is no grid document: a captive portal or another web server, not a controller; it shows the certificate of CN=wifi.example.org", hotel);
        Assert.Contains("http://10.77.10.1:8080: the answer is no grid document: a captive portal", hotel);
        var neighbour = Assert.Single(said["dhcp on eth1 failed"]);
        Assert.Contains("https://10.77.9.1:8443: it is the grid sha256:", neighbour);
        Assert.Contains("; it shows the certificate of CN=", neighbour);

        var log = (await site.InAsync("guest", "cat /run/g8os/log/core.log")).Ok();
        Assert.Contains(hotel, log);
        Assert.Contains(neighbour, log);
        // Both leases were given back.
        Assert.DoesNotContain("10.77.8.", (await site.InAsync("guest", "ip -br address")).Ok());
        Assert.Contains("DHCPRELEASE(br0) 10.77.8.", await File.ReadAllTextAsync($"/var/lib/g8os-lab/{site.Name}/segments/hotel.log"));
        foreach (var server in (Process[])[http, https])
            server.Kill(entireProcessTree: true);
    }

    /// <summary>A program on the hotel's wire; returns when it listens there.</summary>
    private async Task<Process> ServeAsync(string name, string script, int port)
    {
        var file = Path.Combine(site.Folder, name);
        await File.WriteAllTextAsync(file, script);
        var server = site.Start("lab", "exec", "--name", site.Name, "hotel", "--", "/bin/sh", file);
        await Shell.UntilAsync($"the portal listens on {port}", TimeSpan.FromSeconds(20), async () =>
            (await site.G8Async("lab", "exec", "--name", site.Name, "hotel", "--", "busybox", "netstat", "-ltn")).Out.Contains($":{port} ", StringComparison.Ordinal));
        return server;
    }
}
