using G8os.Lab;
using Xunit;

namespace G8os.LabTests;

public sealed class LabFileTests
{
    private const string Site = """
        [segment.site]
        subnet = "10.77.1.0/24"
        dhcp = { range = "50-99", lease = "2m", router = "10.77.1.1" }

        [segment.dark]

        [controller.ac1]
        on = { site = "10.77.1.1/24", dark = "10.254.254.254/24" }

        [node.node-1]
        on = ["site", "dark"]
        net = "node-1.net.toml"
        join = true
        vm = false

        """;

    [Fact]
    public void TheFileOfTheDesignIsReadWhole()
    {
        var lab = Good(Site);
        Assert.Equal("default", lab.Name);
        Assert.Equal(["site", "dark"], lab.Segments.Select(segment => segment.Name));
        Assert.Equal(new LabDhcp(50, 99, 120, "10.77.1.1"), lab.Segments[0].Dhcp);
        Assert.Equal("10.77.1.0/24", lab.Segments[0].Subnet.ToString());
        Assert.Null(lab.Segments[1].Subnet);
        Assert.Equal(["site 10.77.1.1/24", "dark 10.254.254.254/24"], lab.Controllers[0].On.Select(on => $"{on.Segment} {on.Address}"));
        Assert.Equal(new LabNode("node-1", ["site", "dark"], "node-1.net.toml", true, [], []), lab.Nodes[0]);
    }

    [Fact]
    public void EqualFilesGiveEqualLabs() => Assert.Equal(Good(Site), Good(Site));

    [Fact]
    public void ALabMayHaveAName() => Assert.Equal("gent-2", Good("name = \"gent-2\"\n" + Site).Name);

    [Fact]
    public void ANodeMayHaveTwoLinksOnOneSegment() => Assert.Equal(2, Good(Site + "[node.b]\non = [\"site\", \"site\"]").Nodes[1].On.Count);

    [Fact]
    public void ANodeMayHaveLabels() =>
        Assert.Equal(["rack=2", "site=a"], Good(Site + "[node.b]\non = [\"site\"]\njoin = true\nlabels = { site = \"a\", rack = \"2\" }").Nodes[1].Labels.Select(label => $"{label.Key}={label.Value}"));

    [Fact]
    public void ANodeMayPublishPorts() => Assert.Equal([8080, 443], Good(Site + "[node.b]\non = [\"site\"]\npublish = [8080, 443, 8080]").Nodes[1].Publish);

    [Theory]
    [InlineData("[node.b]\non = [\"site\"]\npublish = [0]", "17:12: \"publish\" in [node.b]: 0 is out of range; expected 1 to 65535")]
    [InlineData("[node.b]\non = [\"site\"]\npublish = [\"http\"]", "17:12: \"publish\" in [node.b]: expected an integer, found a string")]
    [InlineData("[node.b]\non = [\"site\"]\njoin = true\nlabels = { \"si te\" = \"a\" }", "18:12: 'si te' is not a label name: 1 to 63 letters")]
    [InlineData("[node.b]\non = [\"site\"]\njoin = true\nlabels = { site = \"a b\" }", "18:12: 'a b' is not a label value")]
    [InlineData("[node.b]\non = [\"site\"]\njoin = true\nlabels = { site = 1 }", "18:19: \"site\" in \"labels\" of [node.b]: expected a string, found an integer")]
    [InlineData("[node.b]\non = [\"site\"]\nlabels = { site = \"a\" }", "17:1: labels come with a join token: add join = true to [node.b]")]
    [InlineData("[node.b]\non = [\"site\"]\njoim = true", "17:1: unknown key \"joim\" in [node.b]; did you mean \"join\"?")]
    [InlineData("[nod.b]\non = [\"site\"]", "15:2: unknown table [nod]; did you mean [node]?")]
    [InlineData("[node.b]\non = [\"stie\"]", "16:7: there is no segment \"stie\"; did you mean \"site\"?")]
    [InlineData("[node.b]\non = \"site\"", "16:6: \"on\" in [node.b]: expected an array of strings, found a string")]
    [InlineData("[node.b]\non = [\"site\", 3]", "16:15: \"on\" in [node.b]: expected a string, found an integer")]
    [InlineData("[node.b]\njoin = true", "15:7: [node.b] needs \"on\"")]
    [InlineData("[node.b]\non = []", "16:1: a node has 1 to 8 links")]
    [InlineData("[node.b]\non = [\"site\"]\nvm = true", "17:1: vm nodes need the image, which this version does not build")]
    [InlineData("[node.b]\non = [\"site\"]\nnet = \"\"", "17:7: net is the name of a net.toml")]
    [InlineData("[node.B]\non = [\"site\"]", "15:7: bad node name \"B\": 1 to 32 of a-z, 0-9 and -")]
    [InlineData("[node.b-]\non = [\"site\"]", "15:7: bad node name \"b-\"")]
    [InlineData("[node.ac1]\non = [\"site\"]", "15:7: \"ac1\" is the controller of line 7 already")]
    [InlineData("[node.dark]\non = [\"site\"]", "15:7: \"dark\" is the segment of line 5 already")]
    [InlineData("[controller.b]\non = { site = \"10.77.1.1/24\" }", "16:15: 10.77.1.1 on segment site is ac1's already")]
    [InlineData("[controller.b]\non = { dark = \"10.254.254.254/24\" }", "16:15: 10.254.254.254 on segment dark is ac1's already")]
    [InlineData("[controller.b]\non = { site = \"10.77.2.1/24\" }", "16:15: 10.77.2.1/24 is not in segment site's subnet 10.77.1.0/24")]
    [InlineData("[controller.b]\non = { site = \"10.77.1.2/16\" }", "16:15: 10.77.1.2/16 is not in segment site's subnet")]
    [InlineData("[controller.b]\non = { site = \"10.77.1.60/24\" }", "16:15: 10.77.1.60 lies in the dhcp range 50-99")]
    [InlineData("[controller.b]\non = { site = \"10.77.1.255/24\" }", "16:15: 10.77.1.255 is the network's or broadcast address")]
    [InlineData("[controller.b]\non = { site = \"10.77.1.2\" }", "16:15: bad address \"10.77.1.2\": expected ADDRESS/PREFIX")]
    [InlineData("[controller.b]\non = { sit = \"10.77.1.2/24\" }", "16:8: there is no segment \"sit\"; did you mean \"site\"?")]
    [InlineData("[controller.b]\non = {}", "16:1: a controller is on 1 to 8 segments")]
    [InlineData("[controller.b]", "15:13: [controller.b] needs \"on\"")]
    [InlineData("[segment.s]\nsubnet = \"10.77.1.5/24\"", "16:10: bad subnet \"10.77.1.5/24\": it has host bits; the network is 10.77.1.0/24")]
    [InlineData("[segment.s]\nsubnet = \"10.77.1/24\"", "16:10: bad subnet \"10.77.1/24\": expected an IPv4 network")]
    [InlineData("[segment.s]\nsubnet = \"10.77.1.0/31\"", "16:10: bad subnet \"10.77.1.0/31\": the prefix length must be 8 to 30")]
    [InlineData("[segment.s]\ndhcp = { range = \"1-2\" }", "16:1: dhcp needs a subnet")]
    [InlineData("[segment.s]\nsubnet = \"10.9.0.0/24\"\ndhcp = { lease = \"2m\" }", "needs \"range\"")]
    [InlineData("[segment.s]\nsubnet = \"10.9.0.0/24\"\ndhcp = { range = \"99-50\" }", "17:18: bad range \"99-50\": host numbers of 10.9.0.0/24 go from 1 to 254")]
    [InlineData("[segment.s]\nsubnet = \"10.9.0.0/24\"\ndhcp = { range = \"50-255\" }", "17:18: bad range")]
    [InlineData("[segment.s]\nsubnet = \"10.9.0.0/24\"\ndhcp = { range = \"50\" }", "17:18: bad range \"50\": expected two host numbers")]
    [InlineData("[segment.s]\nsubnet = \"10.9.0.0/24\"\ndhcp = { range = \"5-9\", lease = \"30s\" }", "17:33: bad lease \"30s\": dnsmasq gives leases from 2m")]
    [InlineData("[segment.s]\nsubnet = \"10.9.0.0/24\"\ndhcp = { range = \"5-9\", lease = \"soon\" }", "17:33: bad lease \"soon\": expected a time")]
    [InlineData("[segment.s]\nsubnet = \"10.9.0.0/24\"\ndhcp = { range = \"5-9\", router = \"10.8.0.1\" }", "17:34: the router \"10.8.0.1\" is no host address")]
    [InlineData("[segment.s]\nsubnet = \"10.9.0.0/24\"\ndhcp = { range = \"5-9\", ruter = \"10.9.0.1\" }", "17:25: unknown key \"ruter\"")]
    public void AFaultIsSaidWithItsPlace(string added, string expected)
    {
        var result = LabFile.Parse(Site[..^1].TrimEnd() + "\n" + added, "lab.toml");
        Assert.Null(result.File);
        Assert.Contains(result.Errors, error => error.ToString().Contains(expected, StringComparison.Ordinal));
        Assert.All(result.Errors, error => Assert.StartsWith("lab.toml:", error.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void ALabWithoutAControllerIsRefused() =>
        Assert.Contains("a lab needs a controller", Assert.Single(LabFile.Parse("[segment.a]\n", "f").Errors).Message, StringComparison.Ordinal);

    [Fact]
    public void ABadLabNameIsRefused() =>
        Assert.StartsWith("f:1:8: bad lab name \"../x\"", LabFile.Parse("name = \"../x\"\n" + Site, "f").Errors[0].ToString(), StringComparison.Ordinal);

    [Theory]
    [InlineData("node", LabFile.MaxNodes, "on = [\"site\"]")]
    [InlineData("segment", LabFile.MaxSegments - 2, "")]
    public void TooManyAreRefusedAndSoManyAreRead(string kind, int most, string body)
    {
        string Many(int count) => string.Concat(Enumerable.Range(0, count).Select(number => $"[{kind}.x{number}]\n{body}\n"));
        var site = Site[..Site.IndexOf("[node.", StringComparison.Ordinal)];
        Good(site + Many(most));
        Assert.Contains(LabFile.Parse(site + Many(most + 1), "f").Errors, error => error.Message.Contains("there are more than", StringComparison.Ordinal));
    }

    [Fact]
    public void NamesThatMakeTheSameMacAreRefused()
    {
        // Found by search: both hash to the same 21 bits.
        var (first, second) = SameMac();
        var result = LabFile.Parse(Site + $"[node.{first}]\non = [\"site\"]\n[node.{second}]\non = [\"site\"]\n", "f");
        Assert.Contains("would get the same MAC 52:54:00:", Assert.Single(result.Errors).Message, StringComparison.Ordinal);
    }

    private static (string, string) SameMac()
    {
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var number = 0; ; number++)
        {
            var name = $"n{number}";
            if (!seen.TryAdd(LabMac.Of(name, 0), name))
                return (seen[LabMac.Of(name, 0)], name);
        }
    }

    private static LabFile Good(string text)
    {
        var result = LabFile.Parse(text, "lab.toml");
        Assert.Empty(result.Errors);
        return result.File!;
    }
}
