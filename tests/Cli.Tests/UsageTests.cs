using System.Diagnostics;
using G8os.Model.Wire;

namespace G8os.Cli.Tests;

/// <summary>Wrong usage, help, contexts, completion and the doctor.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("g8os: there is no verb \"noed\" in \"g8os\", did you mean \"node\"?; g8os --help lists them\n", "noed")]
    [InlineData("g8os: there is no verb \"lss\" in \"g8os node\", did you mean \"ls\"?; g8os node --help lists them\n", "node", "lss")]
    [InlineData("g8os: \"g8os node ls\" has no option \"--jsno\", did you mean \"--json\"?; g8os node ls --help shows its options\n", "node", "ls", "--jsno")]
    [InlineData("g8os: cannot read --on \"a,b=c\": it mixes nodes and labels; it wants --on NODE[,NODE…] or --on KEY=VALUE[,KEY=VALUE…]\n", "exec", "--on", "a,b=c", "--", "x")]
    [InlineData("g8os: cannot read --timeout \"60\"; it wants a duration like 500ms, 60s, 5m, 1h30m or 2d\n", "wait", "--for", "phase=managed", "node/a", "--timeout", "60")]
    [InlineData("g8os: cannot take --lines -1: it wants 0 or more; g8os logs --help shows how it is used\n", "logs", "a", "--lines", "-1")]
    public async Task Wrong_usage_is_told_in_one_sentence(string error, params string[] args)
    {
        using var person = new Operator();
        Assert.Equal(new Outcome(64, "", error), await person.TypeAsync(args));
    }

    [Theory]
    [InlineData("exec", "--on", "node-1")]
    [InlineData("exec", "--", "x")]
    [InlineData("node", "show")]
    [InlineData("node")]
    [InlineData]
    [InlineData("node", "ls", "-o", "xml")]
    [InlineData("completion", "cmd")]
    public async Task Wrong_usage_has_its_exit_code(params string[] args)
    {
        using var person = new Operator();
        var typed = await person.TypeAsync(args);
        Assert.Equal((64, ""), (typed.Code, typed.Out));
        Assert.Contains("g8os: ", typed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_has_not_logged_in_is_told_how()
    {
        using var person = new Operator();
        Assert.Equal(new Outcome(3, "", "g8os: cannot reach a grid: this operator has not logged in to one; run g8os login with the string that g8os-controller login-link prints\n"),
            await person.TypeAsync("status"));
    }

    public static TheoryData<string> Verbs => [.. Program.Verbs.Where(v => !v.Hidden).Select(v => v.Path)];

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Help_starts_with_examples_that_can_be_typed(string path)
    {
        using var person = new Operator();
        var help = await person.TypeAsync([.. path.Split(' '), "--help"]);
        Assert.Equal((0, ""), (help.Code, help.Error));
        Assert.StartsWith("Examples:\n  ", help.Out, StringComparison.Ordinal);
        Assert.Contains("\nUsage:\n", help.Out, StringComparison.Ordinal);
        var root = VerbTree.Root(Program.Verbs, [], Surroundings.Of(TextWriter.Null, TextWriter.Null));
        foreach (var example in Program.Verbs.Single(v => v.Path == path).Examples.Where(e => e.StartsWith("g8os ", StringComparison.Ordinal)))
            Assert.Empty(root.Parse(example.Split([" | ", " < "], 2, StringSplitOptions.None)[0]["g8os ".Length..].Replace('\'', '"')).Errors);
    }

    [Fact]
    public async Task Verbs_of_the_lab_have_the_same_help()
    {
        using var person = new Operator();
        Assert.StartsWith("Examples:\n  g8os lab up ", (await person.TypeAsync("lab", "up", "--help")).Out, StringComparison.Ordinal);
        Assert.StartsWith("Examples:\n  g8os lab up ", (await person.TypeAsync("lab", "--help")).Out, StringComparison.Ordinal);
        Assert.Equal((64, "g8os: there is no verb \"upp\" in \"g8os lab\", did you mean \"up\"?; g8os lab --help lists them\n"),
            await person.TypeAsync("lab", "upp") is var typo ? (typo.Code, typo.Error) : default);
    }

    [Fact]
    public async Task A_net_toml_is_checked_with_places()
    {
        using var person = new Operator();
        var file = Path.Combine(person.Home, "net.toml");
        await File.WriteAllTextAsync(file, "[controllers]\ntrust = \"sha256:" + new string('a', 64) + "\"\nurls = [\"https://192.0.2.1:8443\"]\n");
        Assert.Equal(new Outcome(0, $"{file} is right: 0 links, 1 controllers\n", ""), await person.TypeAsync("net", "check", file));
        Assert.Equal(new Outcome(0, "[]\n", ""), await person.TypeAsync("net", "check", file, "--json"));
        await File.AppendAllTextAsync(file, "ulrs = 1\n");
        var wrong = await person.TypeAsync("net", "check", file);
        Assert.Equal((1, ""), (wrong.Code, wrong.Out));
        Assert.StartsWith($"{file}:4:1: ", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("\"line\": 4,", (await person.TypeAsync("net", "check", file, "--json")).Out, StringComparison.Ordinal);
        Assert.Equal(3, (await person.TypeAsync("net", "check", "/nowhere")).Code);
    }

    [Fact]
    public async Task Contexts_are_listed_used_overridden_and_forgotten_without_showing_a_token()
    {
        var (person, controller) = await Operator.LoggedInAsync();
        using var _ = person;
        await using var __ = controller;
        await person.TypeAsync("login", controller.LoginString, "--name", "other");
        Assert.Equal($"IN USE  NAME   URL{new string(' ', controller.Url.Length - 3)}  PIN\n"
            + $"yes     other  {controller.Url}  {controller.Grid.Pin[..19]}…\nno      test   {controller.Url}  {controller.Grid.Pin[..19]}…\n", (await person.TypeAsync("context", "ls")).Out);
        Assert.DoesNotContain(FakeController.Token, (await person.TypeAsync("context", "ls", "--json")).Out, StringComparison.Ordinal);
        Assert.Equal($"test ({controller.Url}) is in use.\n", (await person.TypeAsync("context", "use", "test")).Out);
        person.Environment["G8OS_CONTEXT"] = "absent";
        Assert.Equal(3, (await person.TypeAsync("status")).Code);
        controller.On("GET", Routes.Nodes, request => Nodes.Answer([]));
        Assert.Equal(0, (await person.TypeAsync("node", "ls", "--context", "other")).Code);
        person.Environment.Remove("G8OS_CONTEXT");
        Assert.Equal(0, (await person.TypeAsync("context", "rm", "test")).Code);
        Assert.Equal("other\n", (await person.TypeAsync("context", "ls", "-o", "name")).Out);
        Assert.Equal(3, (await person.TypeAsync("context", "use", "test")).Code);
    }

    [Fact]
    public async Task Words_are_completed_with_live_names()
    {
        var (person, controller) = await Operator.LoggedInAsync();
        using var _ = person;
        await using var __ = controller;
        controller.On("GET", Routes.Nodes, request => Nodes.Answer([Nodes.First, Nodes.Second]));
        async Task<string> After(params string[] words) => (await person.TypeAsync(["complete", "--", .. words])).Out.ReplaceLineEndings(" ");
        Assert.Equal("node ", await After("no"));
        Assert.Equal("ls show accept rm replay ", await After("node", ""));
        Assert.Equal("node-1 node-2 ", await After("node", "show", ""));
        Assert.Equal("node-2 ", await After("ssh", "node-2"));
        Assert.Equal("node/node-1 node/node-2 ", await After("explain", "node/"));
        Assert.Equal("node-1,node-1 node-1,node-2 ", await After("exec", "--on", "node-1,"));
        Assert.Equal("--follow ", await After("logs", "--f"));
        Assert.Equal("test ", await After("context", "use", ""));
        Assert.Equal("bash zsh fish ", await After("completion", ""));
        Assert.Equal("", await After("exec", "--on", "node-1", "--", "unam"));
        await controller.DisposeAsync();
        Assert.Equal("", await After("node", "show", ""));
    }

    [Fact]
    public async Task A_controller_that_hangs_does_not_hold_up_a_Tab()
    {
        var (person, controller) = await Operator.LoggedInAsync();
        using var _ = person;
        await using var __ = controller;
        using var limit = new CancellationTokenSource(Operator.Deadline);
        controller.On("GET", Routes.Nodes, request => FakeAnswer.Stream(events => events.UntilClosedAsync(limit.Token)));
        person.TabLimit = TimeSpan.FromMilliseconds(50);
        var watch = Stopwatch.StartNew();
        Assert.Equal(new Outcome(0, "", ""), await person.TypeAsync("complete", "--", "node", "show", ""));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Operator.Deadline / 2);
    }

    [Fact]
    public async Task The_bash_script_asks_the_program()
    {
        using var person = new Operator();
        var script = (await person.TypeAsync("completion", "bash")).Out;
        var program = Path.Combine(person.Home, "g8os");
        await File.WriteAllTextAsync(program, "#!/bin/sh\nprintf '%s\\n' \"a b\" \"[$*]\"\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var start = new ProcessStartInfo("bash", ["-c", script + "\nCOMP_WORDS=(\"$0\" node sh); COMP_CWORD=2; _g8os \"$0\"; printf '<%s>' \"${COMPREPLY[@]}\"", program]) { RedirectStandardOutput = true };
        using var bash = Process.Start(start)!;
        Assert.Equal("<a b><[complete -- node sh]>", await bash.StandardOutput.ReadToEndAsync());
    }

    [Fact]
    public async Task The_doctor_has_a_line_and_a_remedy_for_each_thing()
    {
        var (person, controller) = await Operator.LoggedInAsync();
        using var _ = person;
        await using var __ = controller;
        controller.On("GET", Routes.Ping, request => FakeAnswer.Json(new PingAnswer
        {
            Controller = "ac1", Nonce = "n", Time = Operator.Now.AddMinutes(-5), Epoch = 1, Load = 0, Challenge = "c",
        }, WireJson.Default.PingAnswer));
        var sick = await person.TypeAsync("doctor");
        Assert.Equal(1, sick.Code);
        Assert.Contains("token       ok: test, role admin\n", sick.Out, StringComparison.Ordinal);
        Assert.Contains("clock       this machine's clock is 5 min ahead of the controller's; set it", sick.Out, StringComparison.Ordinal);
        person.Clock = () => Operator.Now.AddMinutes(-5);
        var well = await person.TypeAsync("doctor");
        Assert.Equal((0, 9), (well.Code, well.Out.Split('\n').Count(l => l.Contains("  ok: ", StringComparison.Ordinal))));
        person.Environment["PATH"] = "/nowhere";
        Assert.Contains("git         it is not installed; install git, e.g. apt install git\n", (await person.TypeAsync("doctor")).Out, StringComparison.Ordinal);
    }
}
