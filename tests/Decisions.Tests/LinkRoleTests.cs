using G8os.Decisions.Network;
using G8os.Model.Network;
using Xunit;

namespace G8os.Decisions.Tests;

public sealed class LinkRoleTests
{
    [Theory]
    [InlineData("eth*", "eth0", true)]
    [InlineData("eth?", "eth0", true)]
    [InlineData("eth?", "eth10", false)]
    [InlineData("*", "", true)]
    [InlineData("", "", true)]
    [InlineData("", "x", false)]
    [InlineData("*0", "eth0", true)]
    [InlineData("e*h*0", "eth0", true)]
    [InlineData("e*x*0", "eth0", false)]
    [InlineData("pci-0000:00:0?.*", "pci-0000:00:03.0", true)]
    [InlineData("eth", "eth0", false)]
    [InlineData("***a", "aaab", false)]
    public void Patterns(string pattern, string text, bool same) => Assert.Equal(same, LinkRoles.Like(pattern, text));

    [Fact]
    public void A_pattern_that_never_matches_is_still_quick() =>
        Assert.False(LinkRoles.Like(string.Concat(Enumerable.Repeat("*a", 200)) + "b", new string('a', 2_000)));

    [Fact]
    public void A_link_is_matched_by_what_its_table_names()
    {
        var link = Example.Link("eth0") with { Driver = "virtio_net", Path = "pci-0000:00:03.0" };
        LinkMatch[] matches = [new() { Mac = link.Mac }, new() { Path = "pci-*" }, new() { Driver = "virtio*" }, new() { Name = "eth?" }];
        foreach (var match in matches)
            Assert.NotNull(LinkRoles.ConfigOf(Example.Net(Example.Of("x", LinkMode.Dhcp) with { Match = match }), link));
        Assert.Null(LinkRoles.ConfigOf(Example.Net(Example.Of("x", LinkMode.Dhcp) with { Match = new() { Mac = "02:00:00:00:00:ff" } }), link));
    }

    [Theory]
    [InlineData("eth0")]
    [InlineData("uplink")]
    public void Exclusion_goes_by_either_name(string excluded)
    {
        var table = Example.Of("uplink", LinkMode.Dhcp) with { Match = new() { Name = "eth0" } };
        Assert.False(LinkRoles.Touchable(Example.Net(table) with { Fallback = new() { Exclude = [excluded] } }, Example.Link("eth0")));
        Assert.True(LinkRoles.Touchable(Example.Net(table) with { Fallback = new() { Exclude = ["eth7"] } }, Example.Link("eth0")));
    }
}
