using System.Text;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Cli.Tests;

public sealed class ExecTests : IAsyncLifetime
{
    private const string Stream = "/v1/jobs/j1/stream";
    private Operator person = null!;
    private FakeController controller = null!;
    private JobRequest? heard;

    public async Task InitializeAsync() => (person, controller) = await Operator.LoggedInAsync();

    public async Task DisposeAsync()
    {
        person.Dispose();
        await controller.DisposeAsync();
    }

    [Fact]
    public async Task One_node_streams_both_outputs_apart_as_they_come_and_lends_its_exit_code()
    {
        Targets("node-1");
        var gate = new TaskCompletionSource();
        controller.On("GET", Stream, _ => FakeAnswer.Stream(async events =>
        {
            await SayAsync(events, "node-1", 1, "first\n");
            await gate.Task;
            await SayAsync(events, "node-1", 2, "oh no\n");
            await SayAsync(events, "node-1", 1, "no end of line");
            await EndAsync(events, "node-1", Model.Wire.Outcome.Error, 7);
        }));
        using var call = person.Start("exec", "--on", "node-1", "--max-time", "60s", "--", "sh", "-c", "exit 7", "--json", "@file");
        await call.OutSaysAsync("first\n");
        gate.SetResult();
        Assert.Equal(new Outcome(7, "first\nno end of line", "oh no\n"), await call.EndAsync());
        Assert.Equal(["sh", "-c", "exit 7", "--json", "@file"], heard!.Command);
        Assert.Equal(["node-1"], heard.Nodes);
        Assert.Equal((60, 60), (heard.MaxTimeSeconds, heard.ExpiresSeconds));
    }

    [Fact]
    public async Task Bytes_are_passed_on_as_they_are()
    {
        Targets("node-1");
        controller.On("GET", Stream, _ => FakeAnswer.Stream(async events =>
        {
            var bytes = Encoding.UTF8.GetBytes("é\r\n");
            await events.SendAsync(new JobEvent { Node = "node-1", Stream = 1, Data = Convert.ToBase64String(bytes[..1]) }, WireJson.Default.JobEvent);
            await events.SendAsync(new JobEvent { Node = "node-1", Stream = 1, Data = Convert.ToBase64String(bytes[1..]) }, WireJson.Default.JobEvent);
            await EndAsync(events, "node-1", Model.Wire.Outcome.Ok, 0);
        }));
        Assert.Equal(new Outcome(0, "é\r\n", ""), await person.TypeAsync("exec", "--on", "node-1", "--", "x"));
    }

    [Fact]
    public async Task Several_nodes_are_told_apart_line_by_line()
    {
        Targets("node-1", "gate-2");
        controller.On("GET", Stream, _ => FakeAnswer.Stream(async events =>
        {
            await SayAsync(events, "node-1", 1, "on");
            await SayAsync(events, "gate-2", 1, "two\n");
            await SayAsync(events, "node-1", 1, "e\nrest");
            await SayAsync(events, "gate-2", 2, "bad\n");
            await EndAsync(events, "node-1", Model.Wire.Outcome.Ok, 0);
            await EndAsync(events, "gate-2", Model.Wire.Outcome.Error, 2);
        }));
        Assert.Equal(new Outcome(1, "gate-2 | two\nnode-1 | one\nnode-1 | rest\n", "gate-2 | bad\ng8os: gate-2: exit code 2\ng8os: 1 ok, 1 error\n"),
            await person.TypeAsync("exec", "--on", "site=gent", "--", "x"));
        Assert.Equal("gent", heard!.Labels["site"]);
    }

    [Theory]
    [InlineData(Model.Wire.Outcome.Ok, 0, 0)]
    [InlineData(Model.Wire.Outcome.Error, 255, 255)]
    [InlineData(Model.Wire.Outcome.Error, null, 1)]
    [InlineData(Model.Wire.Outcome.Timeout, 137, 6)]
    [InlineData(Model.Wire.Outcome.Killed, 143, 143)]
    [InlineData(Model.Wire.Outcome.Killed, null, 137)]
    [InlineData(Model.Wire.Outcome.Expired, null, 5)]
    [InlineData(Model.Wire.Outcome.Refused, null, 4)]
    public async Task Every_outcome_has_its_exit_code(Model.Wire.Outcome outcome, int? exitCode, int expected)
    {
        Targets("node-1");
        controller.On("GET", Stream, _ => FakeAnswer.Stream(events => EndAsync(events, "node-1", outcome, exitCode)));
        Assert.Equal(expected, (await person.TypeAsync("exec", "--on", "node-1", "--", "x")).Code);
    }

    [Fact]
    public async Task Json_is_one_event_a_line()
    {
        Targets("node-1");
        controller.On("GET", Stream, _ => FakeAnswer.Stream(async events =>
        {
            await SayAsync(events, "node-1", 1, "hi");
            await EndAsync(events, "node-1", Model.Wire.Outcome.Error, 3);
        }));
        Assert.Equal(new Outcome(3, """
            {"node":"node-1","stream":1,"data":"aGk=","dropped":0}
            {"node":"node-1","stream":0,"result":{"node":"node-1","nodeId":"id-node-1","state":"done","outcome":"Error","exitCode":3,"reason":"exit code 3"},"dropped":0}

            """, ""), await person.TypeAsync("exec", "--on", "node-1", "--json", "--", "x"));
    }

    [Fact]
    public async Task Ctrl_C_kills_the_job_and_waits_for_its_end()
    {
        Targets("node-1");
        var killed = new TaskCompletionSource();
        controller.On("DELETE", "/v1/jobs/j1", _ =>
        {
            killed.TrySetResult();
            return new FakeAnswer(204, "");
        });
        controller.On("GET", Stream, _ => FakeAnswer.Stream(async events =>
        {
            await SayAsync(events, "node-1", 1, "runs\n");
            await killed.Task;
            await EndAsync(events, "node-1", Model.Wire.Outcome.Killed, 143);
        }));
        using var call = person.Start("exec", "--on", "node-1", "--", "sleep", "99");
        await call.OutSaysAsync("runs");
        call.PressCtrlC();
        var end = await call.EndAsync();
        Assert.Equal(143, end.Code);
        Assert.Equal("killing job j1; Ctrl-C again leaves without waiting for its end\ng8os: node-1: killed; g8os jobs show j1 has the record\n", end.Error);
    }

    [Fact]
    public async Task A_second_Ctrl_C_leaves()
    {
        Targets("node-1");
        controller.On("DELETE", "/v1/jobs/j1", _ => new FakeAnswer(204, ""));
        using var limit = new CancellationTokenSource(Operator.Deadline);
        controller.On("GET", Stream, _ => FakeAnswer.Stream(async events =>
        {
            await SayAsync(events, "node-1", 1, "runs\n");
            await events.UntilClosedAsync(limit.Token);
        }));
        using var call = person.Start("exec", "--on", "node-1", "--", "sleep", "99");
        await call.OutSaysAsync("runs");
        call.PressCtrlC();
        await call.ErrorSaysAsync("killing job j1");
        call.PressCtrlC();
        var end = await call.EndAsync();
        Assert.Equal(130, end.Code);
        Assert.Contains("g8os: left job j1 while it ends; g8os jobs show j1 tells how it ended\n", end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_stream_loses_no_result()
    {
        Targets("node-1");
        controller.On("GET", Stream, _ => FakeAnswer.Stream(events => SayAsync(events, "node-1", 1, "some\n")));
        controller.On("GET", "/v1/jobs/j1", _ => FakeAnswer.Json(Job(["node-1"], Result("node-1", Model.Wire.Outcome.Error, 9)), WireJson.Default.JobView));
        Assert.Equal((9, "some\n"), Brief(await person.TypeAsync("exec", "--on", "node-1", "--", "x")));
    }

    [Fact]
    public async Task A_node_that_does_not_take_the_job_is_waited_for_with_the_reason()
    {
        Targets("node-2");
        var said = new TaskCompletionSource();
        controller.On("GET", "/v1/jobs/j1", _ => FakeAnswer.Json(Job(["node-2"]), WireJson.Default.JobView));
        controller.On("GET", "/v1/nodes/id-node-2", _ => Nodes.Answer(Nodes.Second));
        controller.On("GET", Stream, _ => FakeAnswer.Stream(async events =>
        {
            await said.Task;
            await EndAsync(events, "node-2", Model.Wire.Outcome.Expired, null);
        }));
        using var call = person.Start("exec", "--on", "node-2", "--", "x");
        await call.ErrorSaysAsync("waiting for node-2 to take job j1: it is suspect, no DHCP answer on eth1\n");
        said.SetResult();
        Assert.Equal(5, (await call.EndAsync()).Code);
    }

    [Fact]
    public async Task What_a_slow_reader_lost_is_said()
    {
        Targets("node-1");
        controller.On("GET", Stream, _ => FakeAnswer.Stream(async events =>
        {
            await events.SendAsync(new JobEvent { Node = "node-1", Stream = 1, Data = "aGk=", Dropped = 4096 }, WireJson.Default.JobEvent);
            await EndAsync(events, "node-1", Model.Wire.Outcome.Ok, 0);
        }));
        Assert.Contains("4096 bytes of node-1 came too fast", (await person.TypeAsync("exec", "--on", "node-1", "--", "x")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Standard_input_is_passed_on_and_has_a_limit()
    {
        Targets("node-1");
        controller.On("GET", Stream, _ => FakeAnswer.Stream(events => EndAsync(events, "node-1", Model.Wire.Outcome.Ok, 0)));
        person.Input = [1, 2, 255];
        Assert.Equal(0, (await person.TypeAsync("exec", "--on", "node-1", "--stdin", "--", "cat")).Code);
        Assert.Equal("AQL/", heard!.Stdin);
        person.Input = new byte[1024 * 1024 + 1];
        Assert.Equal(64, (await person.TypeAsync("exec", "--on", "node-1", "--stdin", "--", "cat")).Code);
    }

    [Fact]
    public async Task Detach_prints_the_id_and_no_target_is_not_found()
    {
        Targets("node-1");
        Assert.Equal((0, "j1\n"), Brief(await person.TypeAsync("exec", "--on", "node-1", "-d", "--", "x")));
        Targets();
        Assert.Equal(3, (await person.TypeAsync("exec", "--on", "site=none", "--", "x")).Code);
    }

    private void Targets(params string[] nodes) => controller.On("POST", Routes.Jobs, request =>
    {
        heard = request.Read(WireJson.Default.JobRequest);
        return FakeAnswer.Json(Job(nodes), WireJson.Default.JobView);
    });

    private static JobView Job(string[] nodes, params JobResult[] results) => new()
    {
        Id = "j1", Command = ["x"], By = "test", Created = Operator.Now, Done = results.Length > 0,
        Results = results.Length > 0 ? results.ToValues() : nodes.Select(n => new JobResult { Node = n, NodeId = "id-" + n, State = "queued" }).ToValues(),
    };

    private static JobResult Result(string node, Model.Wire.Outcome outcome, int? code) =>
        new() { Node = node, NodeId = "id-" + node, State = "done", Outcome = outcome, ExitCode = code, Reason = outcome == Model.Wire.Outcome.Error ? $"exit code {code}" : "" };

    private static Task SayAsync(FakeEvents events, string node, int stream, string text) =>
        events.SendAsync(new JobEvent { Node = node, Stream = stream, Data = Convert.ToBase64String(Encoding.UTF8.GetBytes(text)) }, WireJson.Default.JobEvent);

    private static Task EndAsync(FakeEvents events, string node, Model.Wire.Outcome outcome, int? code) =>
        events.SendAsync(new JobEvent { Node = node, Result = Result(node, outcome, code) }, WireJson.Default.JobEvent);

    private static (int, string) Brief(Outcome outcome) => (outcome.Code, outcome.Out);
}
