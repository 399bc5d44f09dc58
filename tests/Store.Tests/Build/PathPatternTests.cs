using G8os.Store.Build;

namespace G8os.Store.Tests.Build;

public sealed class PathPatternTests
{
    [Theory]
    [InlineData("/usr/share/doc/**", "/usr/share/doc/a", true)]
    [InlineData("/usr/share/doc/**", "/usr/share/doc/a/b", true)]
    [InlineData("/usr/share/doc/**", "/usr/share/doc", false)]
    [InlineData("/usr/*/doc", "/usr/share/doc", true)]
    [InlineData("/usr/*/doc", "/usr/a/b/doc", false)]
    [InlineData("/**/doc", "/usr/a/b/doc", true)]
    [InlineData("/usr/lib*", "/usr/lib", true)]
    [InlineData("/usr/lib*", "/usr/lib64", true)]
    [InlineData("/usr/lib*", "/usr/lib/a", false)]
    [InlineData("/**.pyc", "/a/b.pyc", true)]
    [InlineData("/**.pyc", "/a/b.pyc/c", false)]
    [InlineData("/a", "/a", true)]
    [InlineData("/a", "/ab", false)]
    [InlineData("/*a*b*", "/xaxxbx", true)]
    [InlineData("/*a*b*", "/xbxxax", false)]
    public void StarsStandForNames(string pattern, string path, bool matches) => Assert.Equal(matches, PathPattern.Matches(pattern, path));

    [Fact]
    public void HostilePatternsTakeNoTime()
    {
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        Assert.False(PathPattern.Matches(string.Concat(Enumerable.Repeat("*a", 200)), new string('a', 4000) + "b"));
        Assert.InRange(System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 5);
    }
}
