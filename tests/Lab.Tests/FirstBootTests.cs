using System.Text.Json;
using System.Text.RegularExpressions;

namespace G8os.Lab.Tests;

/// <summary>What the first boot promises to the person who types it.</summary>
[Collection(nameof(ThreeNodes))]
public sealed partial class FirstBootTests(ThreeNodes site)
{
    [Theory]
    [InlineData("node-1", "eth0", "net.toml", "10.77.1.11")]
    [InlineData("node-2", "eth1", "dhcp", "10.77.1.")]
    [InlineData("node-3", "eth0", "rescue", "10.254.254.")]
    public async Task Each_node_is_managed_by_its_own_way_in(string name, string uplink, string candidate, string address)
    {
        await site.ManagedAsync(name);
        var node = await site.NodeAsync(name);
        Assert.Equal("managed", node.GetProperty("phase").GetString());
        Assert.Equal(uplink, node.GetProperty("uplink").GetString());
        Assert.Equal(candidate, node.GetProperty("candidate").GetString());
        Assert.StartsWith(address, node.GetProperty("address").GetString());
        Assert.Matches("^[0-9a-f]{32}$", node.GetProperty("id").GetString());
    }

    [Fact]
    public async Task Pid_1_is_g8os_core_init_and_the_private_files_are_gocryptfs()
    {
        var inside = (await site.InAsync("node-1", "tr '\\0' ' ' </proc/1/cmdline; echo; grep ' /mnt/etc ' /proc/self/mountinfo; ls /mnt/etc/ssh; ls /etc/g8os/private")).Ok();
        Assert.Contains("g8os-core init", inside);
        Assert.Contains("fuse.gocryptfs", inside);
        Assert.Contains("ssh_host_ed25519_key", inside);
        Assert.Contains("gocryptfs.conf", inside);
        Assert.DoesNotContain("node.key", (await site.InAsync("node-1", "ls -R /etc/g8os/private")).Ok());
    }

    [Fact]
    public async Task Exec_streams_output_gives_the_exit_code_and_records_one_result()
    {
        var said = await site.G8Async("exec", "--on", "node-1", "--", "/bin/sh", "-c", "echo out; echo err >&2; exit 7");
        Assert.Equal(7, said.Code);
        Assert.Contains("out", said.Out);
        Assert.Contains("err", said.Err);
        var jobs = JsonDocument.Parse((await site.G8Async("jobs", "ls", "--json")).Ok()).RootElement.EnumerateArray();
        var job = jobs.First(one => one.GetProperty("command").ToString().Contains("exit 7", StringComparison.Ordinal));
        var result = Assert.Single(job.GetProperty("results").EnumerateArray());
        Assert.Equal("error", result.GetProperty("outcome").GetString(), ignoreCase: true);
        Assert.Equal(7, result.GetProperty("exitCode").GetInt32());
    }

    [Fact]
    public async Task Exec_on_all_three_answers_from_each()
    {
        var said = await site.G8Async("exec", "--on", "node-1,node-2,node-3", "--", "/bin/hostname");
        foreach (var node in (string[])["node-1", "node-2", "node-3"])
            Assert.Matches($@"{node}\s*\|\s*{node}", said.Ok());
    }

    [Fact]
    public async Task Exec_on_labels_records_one_result_for_each_node_that_has_them()
    {
        string[] both = ["node-1 | node-1", "node-2 | node-2"];
        Assert.Equal(both, (await site.G8Async("exec", "--on", "site=a", "--", "hostname")).Sorted());
        var job = JsonDocument.Parse((await site.G8Async("jobs", "ls", "--json")).Ok()).RootElement.EnumerateArray()
            .First(one => one.GetProperty("command").EnumerateArray().First().GetString() == "hostname");
        Assert.Equal("node-1 ok, node-2 ok", string.Join(", ", job.GetProperty("results").EnumerateArray()
            .Select(result => $"{result.GetProperty("node").GetString()} {result.GetProperty("outcome").GetString()}").Order(StringComparer.Ordinal)), ignoreCase: true);
        Assert.Equal("node-3", (await site.G8Async("exec", "--on", "site=b,way=rescue", "--", "hostname")).Ok().Trim());
        var none = await site.G8Async("exec", "--on", "site=c", "--", "hostname");
        Assert.Equal(3, none.Code);
        Assert.Contains("no node has these labels", none.Err);
    }

    [Fact]
    public async Task Node_ls_wide_shows_the_labels_of_the_lab_file()
    {
        Assert.Contains("site=a,way=dhcp", (await site.G8Async("node", "ls", "-o", "wide")).Ok().Split('\n').Single(line => line.StartsWith("node-2 ", StringComparison.Ordinal)));
        Assert.Equal("node-1 node-2", string.Join(' ', (await site.G8Async("node", "ls", "-l", "site=a", "-o", "name")).Sorted()));
    }

    [Fact]
    public async Task A_job_over_its_max_time_is_ended_with_all_its_children()
    {
        var said = await site.G8Async("exec", "--max-time", "1s", "--on", "node-2", "--", "/bin/sh", "-c", "sleep 4711 & sleep 4711");
        Assert.NotEqual(0, said.Code);
        Assert.Contains("max time", said.All);
        Assert.Equal("", (await site.InAsync("node-2", "pgrep -f 'sleep 471[1]' || true")).Ok().Trim());
    }

    [Fact]
    public async Task A_large_output_arrives_whole()
    {
        var said = await site.G8Async("exec", "--on", "node-1", "--", "/bin/sh", "-c", "seq 1 200000");
        Assert.Equal(200_000, said.Ok().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public async Task Explain_tells_the_way_with_evidence()
    {
        var said = (await site.G8Async("explain", "node/node-3")).Ok();
        Assert.Contains("rescue", said);
        Assert.Contains("10.254.254.", said);
        Assert.Contains("net.toml failed", said); // its DHCP found no server
    }

    [Fact]
    public async Task Logs_shows_the_cores_own_log()
    {
        Assert.Contains("phase managed", (await site.G8Async("logs", "node-1", "--lines", "200")).Ok());
    }

    [Fact]
    public async Task Ssh_by_certificate_and_plain_ssh_both_work()
    {
        Assert.Equal("node-1", (await site.G8Async("ssh", "node-1", "--", "hostname")).Ok().Trim());
        var status = JsonDocument.Parse((await site.G8Async("lab", "status", "--name", site.Name, "--json")).Ok()).RootElement;
        var port = Port().Match(status.GetProperty("nodes").EnumerateArray().First(node => node.GetProperty("name").GetString() == "node-2").ToString()).Groups[1].Value;
        var plain = await Shell.RunAsync("ssh",
        [
            "-i", $"/var/lib/g8os-lab/{site.Name}/ssh/id_ed25519", "-p", port, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
            "-o", "BatchMode=yes", "root@127.0.0.1", "hostname",
        ]);
        Assert.Equal("node-2", plain.Ok().Trim());
        var password = await Shell.RunAsync("ssh", ["-p", port, "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-i", "/dev/null", "root@127.0.0.1", "true"]);
        Assert.Equal(255, password.Code);
    }

    [Fact]
    public async Task Secrets_are_in_no_command_line_environment_or_log()
    {
        var key = (await site.InAsync("node-1", "xxd -p -c 64 /var/lib/g8os/identity/share")).Ok().Trim();
        Assert.Equal(64, key.Length);
        var places = await site.InAsync("node-1", $"grep -rlF {key} /proc/[0-9]*/environ /run/g8os /var/lib/g8os/journal 2>/dev/null | head; for f in /proc/[0-9]*/cmdline; do tr '\\0' ' ' <$f 2>/dev/null; echo; done | grep -F {key} | grep -v grep | head");
        Assert.DoesNotContain("/proc", places.Out.Replace($"grep -rlF {key}", "", StringComparison.Ordinal).Replace("cmdline", "", StringComparison.Ordinal).Replace(key, "", StringComparison.Ordinal).Split('\n').FirstOrDefault(line => line.StartsWith("/proc", StringComparison.Ordinal)) ?? "");
    }

    [Fact]
    public async Task A_nodes_journal_replays_to_the_same_state()
    {
        var journal = (await site.InAsync("node-3", "cat $(ls /var/lib/g8os/journal/*.jsonl | tail -1)")).Ok();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, journal);
        var said = await site.G8Async("node", "replay", file);
        File.Delete(file);
        Assert.Contains("managed", said.Ok());
    }

    [Fact]
    public async Task Links_other_than_the_one_in_use_stay_as_net_toml_has_them()
    {
        var addresses = (await site.InAsync("node-2", "ip -br -4 addr show eth0")).Ok();
        Assert.Contains("192.0.2.10/24", addresses);
        Assert.DoesNotContain("10.254.254", addresses);
    }

    [GeneratedRegex("\"(?:sshPort|ssh)\"\\s*:\\s*\"?(?:127\\.0\\.0\\.1:)?(\\d+)")]
    private static partial Regex Port();
}
