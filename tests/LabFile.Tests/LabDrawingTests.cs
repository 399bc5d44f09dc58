using G8os.Lab;
using G8os.Lab.Inside;
using G8os.Linux.Mounts;
using G8os.Model.Network;
using Xunit;

namespace G8os.LabTests;

public sealed class LabDrawingTests
{
    private const string Pin = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static LabFile Lab(string text)
    {
        var result = LabFile.Parse(text, "f");
        Assert.Empty(result.Errors);
        return result.File!;
    }

    [Fact]
    public void TheDhcpServerTakesTheHighestAddressNobodyHas()
    {
        var lab = Lab("""
            [segment.a]
            subnet = "10.9.0.0/28"
            dhcp = { range = "9-14", router = "10.9.0.8" }
            [controller.c]
            on = { a = "10.9.0.7/28" }
            """);
        Assert.Equal("10.9.0.6/28", LabDrawing.DhcpServer(lab, lab.Segments[0])!.ToString());
    }

    [Fact]
    public void ADhcpServerWithoutAnAddressLeftIsAFault() =>
        Assert.Contains("no address is left for the dhcp server of segment a", Assert.Single(LabFile.Parse("""
            [segment.a]
            subnet = "10.9.0.0/30"
            dhcp = { range = "2-2" }
            [controller.c]
            on = { a = "10.9.0.1/30" }
            """, "f").Errors).Message, StringComparison.Ordinal);

    [Fact]
    public void DnsmasqServesTheRangeAndNothingElse()
    {
        var lab = Lab("""
            [segment.a]
            subnet = "10.9.0.0/24"
            dhcp = { range = "50-99", lease = "1h", router = "10.9.0.1" }
            [segment.b]
            subnet = "10.8.0.0/24"
            dhcp = { range = "5-6" }
            [controller.c]
            on = { a = "10.9.0.1/24" }
            """);
        var routed = LabDrawing.Dnsmasq(lab.Segments[0], new("/x/lab"));
        Assert.Contains("--dhcp-range=10.9.0.50,10.9.0.99,255.255.255.0,3600s", routed);
        Assert.Contains("--dhcp-option=option:router,10.9.0.1", routed);
        Assert.Contains("--port=0", routed);
        Assert.Contains("--conf-file=/dev/null", routed);
        Assert.Contains("--dhcp-option=option:router", LabDrawing.Dnsmasq(lab.Segments[1], new("/x/lab")));
    }

    [Fact]
    public void AControllerAnswersUnderAllItsAddressesAndThroughTheRelay()
    {
        var lab = Lab("[segment.a]\n[segment.b]\n[controller.c]\non = { a = \"10.9.0.1/24\", b = \"10.254.254.254/24\" }\n");
        var arguments = LabDrawing.Controller(lab, lab.Controllers[0], new("/x/lab"));
        Assert.Equal(["--san", "10.9.0.1", "--san", "10.254.254.254", "--san", "127.0.0.1", "--san", "localhost"], arguments.SkipWhile(word => word != "--san"));
        Assert.Contains("/x/lab/controllers/c", arguments);
        Assert.Contains("/x/lab/ssh/id_ed25519.pub", arguments);
    }

    [Theory]
    [InlineData("[controllers]\ntrust = \"lab\" # pin\nurls = []\n", "[controllers]\ntrust = \"PIN\" # pin\nurls = []\n")]
    [InlineData("[controllers]\r\nurls=[]\r\ntrust='lab'\r\n", "[controllers]\r\nurls=[]\r\ntrust=\"PIN\"\r\n")]
    [InlineData("controllers = { trust = \"lab\", urls = [] }", "controllers = { trust = \"PIN\", urls = [] }")]
    [InlineData("[controllers]\ntrust = \"other\"\n", "[controllers]\ntrust = \"other\"\n")]
    [InlineData("[other]\ntrust = \"lab\"\n", "[other]\ntrust = \"lab\"\n")]
    [InlineData("this is no toml, trust = \"lab\"", "this is no toml, trust = \"lab\"")]
    public void TheWordLabBecomesThePinAndAllElseStays(string text, string expected) =>
        Assert.Equal(expected.Replace("PIN", Pin, StringComparison.Ordinal), LabDrawing.WithPin(text, Pin));

    [Fact]
    public void AGeneratedNetTomlIsValidAndGivesEachNodeItsOwnAddress()
    {
        var lab = Lab("""
            [segment.dhcp]
            subnet = "10.9.0.0/24"
            dhcp = { range = "50-99" }
            [segment.lan]
            subnet = "10.8.0.0/24"
            [segment.wire]
            [controller.c]
            on = { lan = "10.8.0.10/24", wire = "fd00::1/64" }
            [node.a]
            on = ["dhcp", "lan", "wire"]
            [node.b]
            on = ["lan"]
            """);
        var (a, b) = (Generated(lab, 0), Generated(lab, 1));
        Assert.Equal(Pin, a.Controllers.Trust);
        Assert.Equal(["https://10.8.0.10:8443", "https://[fd00::1]:8443"], a.Controllers.Urls);
        Assert.Equal(["https://10.8.0.10:8443"], b.Controllers.Urls);
        Assert.Equal(["Dhcp ", "Static 10.8.0.11/24"], a.Links.Select(link => $"{link.Mode} {string.Join(' ', link.Addresses)}"));
        Assert.Equal([LabMac.Of("a", 0), LabMac.Of("a", 1)], a.Links.Select(link => link.Match.Mac));
        // 10.8.0.10 is the controller's.
        Assert.Equal("10.8.0.12/24", Assert.Single(Assert.Single(b.Links).Addresses));
    }

    private static NetConfig Generated(LabFile lab, int node)
    {
        var read = NetToml.Parse(LabDrawing.NetToml(lab, lab.Nodes[node], null, Pin), "net.toml");
        Assert.Empty(read.Errors);
        return read.Config!;
    }

    [Fact]
    public void MacsStayTheSameFromLabToLab()
    {
        // Written into net.toml files by users: a change would cut their nodes off.
        Assert.Equal("52:54:00:b6:83:f8", LabMac.Of("node-1", 0));
        Assert.Equal("52:54:00:b6:83:f9", LabMac.Of("node-1", 1));
        Assert.Equal(LabFile.MaxLinks, Enumerable.Range(0, LabFile.MaxLinks).Select(index => LabMac.Of("node-1", index)).Distinct().Count());
    }

    [Fact]
    public void TheExampleIsGood()
    {
        var directory = Path.Combine(AppContext.BaseDirectory, "examples");
        var lab = Lab(File.ReadAllText(Path.Combine(directory, "three.toml")));
        Assert.Equal(["node-1", "node-2", "node-3"], lab.Nodes.Select(node => node.Name));
        foreach (var node in lab.Nodes)
        {
            var text = File.ReadAllText(Path.Combine(directory, node.Net!));
            var read = NetToml.Parse(LabDrawing.NetToml(lab, node, text, Pin), node.Net!);
            Assert.Empty(read.Errors);
            Assert.Equal(Pin, read.Config!.Controllers.Trust);
        }
    }

    [Fact]
    public void CgroupsOfVersionOneAreMountedAgainWithTheirControllers()
    {
        var mounts = MountTable.Parse("""
            31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
            32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct
            35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
            40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,xattr,name=systemd
            41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw,nsdelegate
            42 31 0:39 / /mnt/memory rw,relatime - cgroup cgroup rw,memory
            """);
        Assert.Equal(["/sys/fs/cgroup/cpu,cpuacct cpu,cpuacct", "/sys/fs/cgroup/memory memory", "/sys/fs/cgroup/systemd none,name=systemd"],
            CgroupHierarchy.From(mounts, "#subsys_name\thierarchy\ncpu\t1\t5\t1\ncpuacct\t1\t5\t1\nmemory\t4\t2\t1\n").Select(each => $"{each.Path} {each.Options}"));
    }

    [Fact]
    public void CgroupsOfVersionTwoAreMountedAgainWhenThereAreNoOthers() =>
        Assert.Equal([new("/sys/fs/cgroup", "", true)], CgroupHierarchy.From(MountTable.Parse("30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n"), ""));
}
