using System.Net;
using G8os.Model.Network;

namespace G8os.Model.Tests;

public sealed class IpPrefixTests
{
    [Theory]
    [InlineData("192.0.2.10/24", "192.0.2.0", "192.0.2.255")]
    [InlineData("192.0.2.10/32", "192.0.2.10", "192.0.2.10")]
    [InlineData("192.0.2.10/31", "192.0.2.10", "192.0.2.11")]
    [InlineData("192.0.2.10/20", "192.0.0.0", "192.0.15.255")]
    [InlineData("192.0.2.10/0", "0.0.0.0", "255.255.255.255")]
    [InlineData("2001:db8:0:1ff::7/55", "2001:db8::", "2001:db8:0:1ff:ffff:ffff:ffff:ffff")]
    public void NetworkAndLastAddress(string text, string network, string last)
    {
        Assert.True(IpPrefix.TryParse(text, out var prefix));
        Assert.Equal(IPAddress.Parse(network), prefix.Network);
        Assert.Equal(IPAddress.Parse(last), prefix.Last);
        Assert.Equal(text, prefix.ToString());
    }

    [Theory]
    [InlineData("192.0.2.10/24", "192.0.2.255", true)]
    [InlineData("192.0.2.10/24", "192.0.3.0", false)]
    [InlineData("192.0.2.10/24", "2001:db8::1", false)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("0.0.0.0/0", "198.51.100.1", true)]
    public void Contains(string text, string address, bool expected)
    {
        Assert.True(IpPrefix.TryParse(text, out var prefix));
        Assert.Equal(expected, prefix.Contains(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("1/8")]
    [InlineData("0x7f.0.0.1/8")]
    [InlineData("192.0.2.1/")]
    [InlineData("/24")]
    [InlineData("192.0.2.1/24/24")]
    [InlineData("192.0.2.1 /24")]
    [InlineData("192.0.2.1/+4")]
    [InlineData("[2001:db8::1]/64")]
    [InlineData("2001:db8::1%2/64")]
    [InlineData("")]
    public void OtherFormsAreRefused(string text) => Assert.False(IpPrefix.TryParse(text, out _));
}
