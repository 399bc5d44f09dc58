using G8os.Cli.Read;
using G8os.Cli.Show;
using G8os.Cli.Verbs;
using G8os.Client;

namespace G8os.Cli.Tests;

public sealed class ParserTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("500ms", 500)]
    [InlineData("60s", 60_000)]
    [InlineData("5m", 300_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("2d", 172_800_000)]
    [InlineData("1m500ms", 60_500)]
    public void Durations_are_read(string text, long milliseconds)
    {
        Assert.True(Durations.TryParse(text, out var duration));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), duration);
    }

    [Theory]
    [InlineData("")]
    [InlineData("60")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("5 s")]
    [InlineData("5x")]
    [InlineData("1.5h")]
    [InlineData("99999999999s")]
    [InlineData("9999d")]
    public void What_is_no_duration_is_refused(string text)
    {
        Assert.False(Durations.TryParse(text, out _));
        Assert.Equal(ExitCode.Usage, Assert.Throws<ClientException>(() => Durations.Parse(text, "--timeout")).ExitCode);
    }

    [Fact]
    public void Seconds_are_rounded_up() => Assert.Equal((1, 60), (Durations.Seconds("1ms", "x"), Durations.Seconds("60s", "x")));

    [Fact]
    public void Labels_are_read_from_commas_and_repetition()
    {
        Assert.Equal("rack=2,site=gent,url=a=b", Labels.Join(Labels.Parse(["site=gent,rack=2", "url=a=b", "rack=2"], "-l")));
        Assert.Equal("empty=", Labels.Join(Labels.Parse(["empty="], "-l")));
    }

    [Theory]
    [InlineData("site")]
    [InlineData("=gent")]
    [InlineData("a=1,")]
    [InlineData("a=1,a=2")]
    [InlineData("a b=1")]
    public void What_is_no_label_is_refused(string text) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<ClientException>(() => Labels.Parse([text], "-l")).ExitCode);

    [Fact]
    public void Targets_are_nodes_or_labels()
    {
        var nodes = Targets.Parse("node-1, node/node-2,node-1");
        Assert.Equal(["node-1", "node-2"], nodes.Nodes);
        Assert.Empty(nodes.Labels);
        var labels = Targets.Parse("site=gent,rack=2");
        Assert.Empty(labels.Nodes);
        Assert.Equal("rack=2,site=gent", Labels.Join(labels.Labels));
    }

    [Theory]
    [InlineData("")]
    [InlineData("node-1,,node-2")]
    [InlineData("node-1,site=gent")]
    public void Mixed_or_empty_targets_are_refused(string text) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<ClientException>(() => Targets.Parse(text)).ExitCode);

    [Theory]
    [InlineData("https://192.0.2.1:8443", "https://192.0.2.1:8443")]
    [InlineData("https://192.0.2.1:8443/", "https://192.0.2.1:8443")]
    [InlineData("https://ac.example.org", "https://ac.example.org:8443")]
    [InlineData("https://ac.example.org:443", "https://ac.example.org")]
    [InlineData("ac.example.org", "https://ac.example.org:8443")]
    [InlineData("https://[2001:db8::1]:9000/path", "https://[2001:db8::1]:9000")]
    public void Login_addresses_get_scheme_and_port(string text, string url) => Assert.Equal(url, LoginString.Parse(text).Url);

    [Fact]
    public void A_login_string_carries_pin_and_token()
    {
        var pin = "sha256:" + new string('a', 64);
        Assert.Equal(new LoginString("https://192.0.2.1:8443", pin, "a+b=c&"), LoginString.Parse($" https://192.0.2.1:8443#pin={pin}&token=a+b%3Dc%26\n"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://192.0.2.1:8080")]
    [InlineData("ftp://192.0.2.1")]
    [InlineData("https://192.0.2.1#pin=sha256:12")]
    [InlineData("https://192.0.2.1#pen=1")]
    [InlineData("https://192.0.2.1#token")]
    public void What_is_no_login_string_is_refused(string text) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<ClientException>(() => LoginString.Parse(text)).ExitCode);

    [Theory]
    [InlineData(0, "now")]
    [InlineData(3, "3 s ago")]
    [InlineData(119, "1 min ago")]
    [InlineData(7200, "2 h ago")]
    [InlineData(86_400, "24 h ago")]
    [InlineData(864_000, "10 d ago")]
    [InlineData(-301, "in 5 min")]
    public void Times_are_told_as_people_do(int secondsAgo, string said) =>
        Assert.Equal(said, RelativeTime.Of(Operator.Now.AddSeconds(-secondsAgo), Operator.Now));

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", 22)]
    [InlineData("127.0.0.1:2201", "127.0.0.1", 2201)]
    [InlineData("2001:db8::1", "2001:db8::1", 22)]
    [InlineData("[2001:db8::1]:2201", "2001:db8::1", 2201)]
    [InlineData("[2001:db8::1]", "2001:db8::1", 22)]
    public void Ssh_addresses_are_read(string text, string host, int port) => Assert.Equal(new SshAddress(host, port), SshAddress.Parse(text, ""));

    [Theory]
    [InlineData("")]
    [InlineData(":22")]
    [InlineData("host:")]
    [InlineData("host:0")]
    [InlineData("host:70000")]
    [InlineData("-oProxyCommand=x")]
    public void What_is_no_address_is_refused(string text) => Assert.Throws<ClientException>(() => SshAddress.Parse(text, ""));

    [Theory]
    [InlineData("phase", "it names no value")]
    [InlineData("phas=managed", "did you mean \"phase\"?")]
    [InlineData("=managed", "a node has no \"\"")]
    public void Conditions_that_cannot_be_are_refused(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<ClientException>(() => Condition.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Remote_commands_arrive_as_typed()
    {
        Assert.Equal([], Ssh.RemoteCommand([]));
        Assert.Equal(["a | b"], Ssh.RemoteCommand(["a | b"]));
        Assert.Equal(["'sh'", "'-c'", "'echo '\\''hi'\\'''"], Ssh.RemoteCommand(["sh", "-c", "echo 'hi'"]));
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("node", "noed", 2)]
    [InlineData("a", "", 1)]
    [InlineData("kitten", "sitting", 3)]
    public void Words_have_a_distance(string a, string b, int distance) => Assert.Equal(distance, NearestWord.Distance(a, b));
}
