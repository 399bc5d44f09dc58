using G8os.Model.Wire;

namespace G8os.Cli.Tests;

public sealed class WaitAndLogsTests : IAsyncLifetime
{
    private Operator person = null!;
    private FakeController controller = null!;

    public async Task InitializeAsync() => (person, controller) = await Operator.LoggedInAsync();

    public async Task DisposeAsync()
    {
        person.Dispose();
        await controller.DisposeAsync();
    }

    [Fact]
    public async Task Wait_says_why_and_ends_when_it_is_so()
    {
        var looks = 0;
        controller.On("GET", "/v1/nodes/node-2", _ => Nodes.Answer(++looks switch
        {
            <= 2 => Nodes.Second,
            <= 4 => Nodes.Second with { Phase = "unlock", Waiting = "an operator" },
            _ => Nodes.Second with { Phase = "managed", Waiting = "" },
        }));
        using var call = person.Start("wait", "--for", "phase=managed", "node/node-2");
        await call.ErrorSaysAsync("waiting for node/node-2 until phase is managed: phase is network, no DHCP answer on eth1\n");
        await call.ErrorSaysAsync("phase is unlock, an operator\n");
        var end = await call.EndAsync();
        Assert.Equal((0, "node/node-2: phase is managed\n"), (end.Code, end.Out));
        Assert.Equal(2, end.Error.Count(c => c == '\n'));
    }

    [Fact]
    public async Task On_a_terminal_the_reason_is_one_line_that_goes_away()
    {
        var node = Nodes.Second;
        controller.On("GET", "/v1/nodes/node-2", _ => Nodes.Answer(node));
        using var call = person.StartOnTerminal("wait", "--for", "phase=managed", "node/node-2");
        await call.ErrorSaysAsync("\r\x1b[2Kwaiting for node/node-2 until phase is managed: phase is network");
        node = Nodes.First;
        var end = await call.EndAsync();
        Assert.EndsWith("\r\x1b[2K", end.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', end.Error);
    }

    [Fact]
    public async Task Wait_gives_up_with_the_reason()
    {
        var clock = Operator.Now;
        person.Clock = () => clock = clock.AddSeconds(1);
        controller.On("GET", "/v1/nodes/node-2", _ => Nodes.Answer(Nodes.Second));
        var end = await person.TypeAsync("wait", "--for", "phase=managed", "node/node-2", "--timeout", "3s");
        Assert.Equal(6, end.Code);
        Assert.EndsWith("g8os: cannot wait longer for node/node-2: after 3 s, phase is network, no DHCP answer on eth1; g8os explain node/node-2 tells more\n", end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wait_outlives_a_node_that_is_not_known_yet_but_not_a_refusal()
    {
        using var call = person.Start("wait", "--for", "state=online", "node/new");
        await call.ErrorSaysAsync("the controller has not heard of it yet");
        controller.On("GET", "/v1/nodes/new", _ => FakeAnswer.Problem(403, "not for you"));
        Assert.Equal(4, (await call.EndAsync()).Code);
    }

    [Fact]
    public async Task Logs_are_shown_with_their_source()
    {
        controller.On("GET", "/v1/nodes/node-1/logs", _ => FakeAnswer.Stream(async events =>
        {
            await events.RawAsync(": hello\r\n\r\nda");
            await events.RawAsync("ta: {\"node\":\"node-1\",\r\ndata: \"source\":\"core\",\"text\":\"a\"}\r\n\r\n");
            await events.SendAsync(new LogLine("node-1", "sshd", "b\x1b[2J"), WireJson.Default.LogLine);
        }));
        Assert.Equal(new Outcome(0, "core  a\nsshd  b[2J\n", ""), await person.TypeAsync("logs", "node-1", "--lines", "7"));
        Assert.Equal("?lines=7&follow=false", controller.Requests.Last().Query);
        Assert.Equal("a\nb[2J\n", (await person.TypeAsync("logs", "node-1", "--source", "core")).Out);
        Assert.Equal("?lines=200&follow=false&source=core", controller.Requests.Last().Query);
        Assert.StartsWith("{\"node\":\"node-1\",\"source\":\"core\",\"text\":\"a\"}\n", (await person.TypeAsync("logs", "node-1", "--json")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_follower_comes_back_and_does_not_repeat()
    {
        var streams = 0;
        using var limit = new CancellationTokenSource(Operator.Deadline);
        controller.On("GET", "/v1/nodes/node-1/logs", request => FakeAnswer.Stream(async events =>
        {
            await events.SendAsync(new LogLine("node-1", "core", $"stream {Interlocked.Increment(ref streams)} {request.Query}"), WireJson.Default.LogLine);
            if (streams > 1)
                await events.UntilClosedAsync(limit.Token);
        }));
        using var call = person.Start("logs", "node-1", "-f");
        await call.OutSaysAsync("stream 1 ?lines=200&follow=true");
        await call.ErrorSaysAsync("waiting for the log of node-1 to go on: the controller ended the stream");
        await call.OutSaysAsync("stream 2 ?lines=0&follow=true");
        call.PressCtrlC();
        Assert.Equal(130, (await call.EndAsync()).Code);
    }

    [Fact]
    public async Task A_problem_in_mid_stream_is_told()
    {
        controller.On("GET", "/v1/nodes/node-1/logs", _ => FakeAnswer.Stream(events =>
            events.RawAsync("event: problem\ndata: {\"code\":\"x\",\"message\":\"the node left\",\"remedy\":\"wait\"}\n\n")));
        Assert.Equal(new Outcome(1, "", "g8os: the node left; wait\n"), await person.TypeAsync("logs", "node-1"));
    }

    [Fact]
    public async Task An_event_without_end_is_not_swallowed()
    {
        controller.On("GET", "/v1/nodes/node-1/logs", _ => FakeAnswer.Stream(async events =>
        {
            for (var i = 0; i < 40; i++)
                await events.RawAsync("data: " + new string('x', 64 * 1024) + (i % 2 == 0 ? "" : "\n"));
        }));
        var logs = await person.TypeAsync("logs", "node-1");
        Assert.Equal(5, logs.Code);
        Assert.Contains("an event is larger than 1048576 bytes", logs.Error, StringComparison.Ordinal);
    }
}
