using G8os.Model.Toml;

namespace G8os.Model.Tests;

public sealed class WordsTests
{
    private static readonly string[] Keys = ["match", "mode", "addresses", "gateway", "dns", "mtu", "routes"];

    [Theory]
    [InlineData("adresses", "addresses")]
    [InlineData("address", "addresses")]
    [InlineData("addr", "addresses")]
    [InlineData("gatewya", "gateway")]
    [InlineData("getaway", "gateway")]
    [InlineData("MTU", "mtu")]
    [InlineData("mut", "mtu")]
    [InlineData("moed", "mode")]
    [InlineData("gw", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    [InlineData("nameservers", null)]
    public void NearestWord(string written, string? expected) => Assert.Equal(expected, Words.Nearest(written, Keys));

    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "abc", 0)]
    [InlineData("abc", "acb", 1)]
    [InlineData("abc", "ab", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ca", "abc", 3)]
    public void DistanceCountsEdits(string left, string right, int expected)
    {
        Assert.Equal(expected, Words.Distance(left, right));
        Assert.Equal(expected, Words.Distance(right, left));
    }

    [Fact]
    public void ShownTextIsShortAndHasNoControlCharacters()
    {
        Assert.Equal("\"\\u001B[2J\\u000A\\u202E\"", Words.Quote("\u001b[2J\n\u202e"));
        Assert.Equal('"' + new string('x', Words.MaxShown) + "…\"", Words.Quote(new string('x', 10_000)));
        Assert.Equal("\"\ufffd\"", Words.Quote("\ud800"));
    }
}
