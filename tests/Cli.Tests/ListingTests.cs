using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Cli.Tests;

/// <summary>The other listings and pictures, and watching them.</summary>
public sealed class ListingTests : IAsyncLifetime
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
    public async Task Status_is_the_grid_at_a_glance()
    {
        controller.On("GET", Routes.Status, _ => FakeAnswer.Json(Grid(Nodes.First, Nodes.Second), WireJson.Default.GridStatus));
        Assert.Equal("""
            Grid        test
            Controller  ac1, version 0.1.0, started 2 h ago
            Nodes       1 online, 1 suspect
            Phases      1 managed, 1 network
            Jobs        1 runs

            NAME    ID            STATE    PHASE    UPLINK  ADDRESS     LAST SEEN  WAITING
            node-1  3f9c0a1b2c3d  online   managed  eth0    192.0.2.11  3 s ago
            node-2  77aa0a1b2c3d  suspect  network  -       -           5 min ago  no DHCP answer on eth1

            """, (await person.TypeAsync("status")).Out);
        Assert.StartsWith("{\n  \"grid\": \"test\",\n  \"controller\": \"ac1\",", (await person.TypeAsync("status", "--json")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_is_a_chain_of_causes()
    {
        controller.On("GET", "/v1/nodes/node-2/explain", _ => FakeAnswer.Json(new NodeExplanation
        {
            Node = Nodes.Second,
            Summary = "It has no uplink: no candidate reached a controller.",
            Next = "DHCP on eth1 in 4 s",
            Transitions = [new(Operator.Now.AddSeconds(-20), "net.toml tried", "no answer from 192.0.2.1 in 8 s"), new(Operator.Now.AddSeconds(-8), "DHCP on eth0 tried", "no carrier")],
        }, WireJson.Default.NodeExplanation));
        Assert.Equal("""
            node-2 is suspect, phase network
            It has no uplink: no candidate reached a controller.

            WHEN      WHAT                BECAUSE
            20 s ago  net.toml tried      no answer from 192.0.2.1 in 8 s
            8 s ago   DHCP on eth0 tried  no carrier

            Next: DHCP on eth1 in 4 s

            """, (await person.TypeAsync("explain", "node/node-2")).Out);
        Assert.Equal(64, (await person.TypeAsync("explain", "disk/sda")).Code);
    }

    [Fact]
    public async Task Jobs_are_listed_shown_and_killed()
    {
        var job = new JobView
        {
            Id = "j1", Command = ["uname", "-a"], By = "test", Created = Operator.Now.AddMinutes(-2), Done = false,
            Results =
            [
                new() { Node = "node-1", NodeId = "1", State = "done", Outcome = Model.Wire.Outcome.Ok, ExitCode = 0, Started = Operator.Now.AddSeconds(-100), Ended = Operator.Now.AddSeconds(-98) },
                new() { Node = "node-2", NodeId = "2", State = "queued" },
            ],
        };
        controller.On("GET", Routes.Jobs, request => FakeAnswer.Json(request.Query == "?limit=20" ? [job] : [], WireJson.Default.ValuesJobView));
        controller.On("GET", "/v1/jobs/j1", _ => FakeAnswer.Json(job, WireJson.Default.JobView));
        controller.On("DELETE", "/v1/jobs/j1", _ => new FakeAnswer(200, "{}"));
        Assert.Equal("""
            ID  MADE       BY    STATE    RESULTS         COMMAND
            j1  2 min ago  test  running  1 ok, 1 queued  uname -a

            """, (await person.TypeAsync("jobs", "ls")).Out);
        Assert.Equal("""
            Job      j1
            Command  uname -a
            Made     2 min ago by test
            State    running

            NODE    OUTCOME  EXIT CODE  TOOK  HOW
            node-1  ok       0          2 s
            node-2  queued   -          -

            """, (await person.TypeAsync("jobs", "show", "j1")).Out);
        Assert.Equal("Job j1 is being killed; g8os jobs show j1 tells how it ended.\n", (await person.TypeAsync("jobs", "kill", "j1")).Out);
        Assert.Equal("There are no jobs yet; run one: g8os exec --on NODE -- COMMAND\n", (await person.TypeAsync("jobs", "ls", "--limit", "7")).Error);
    }

    [Fact]
    public async Task A_tokens_secret_is_alone_on_the_output()
    {
        TokenRequest? heard = null;
        controller.On("POST", Routes.Tokens, request =>
        {
            heard = request.Read(WireJson.Default.TokenRequest);
            return FakeAnswer.Json(new TokenView { Id = "t1", Secret = "join-me", NodeName = "node-4", UsesLeft = 1, Expires = Operator.Now.AddHours(1) }, WireJson.Default.TokenView);
        });
        var create = await person.TypeAsync("token", "create", "--name", "node-4", "--valid", "1h", "--label", "site=gent");
        Assert.Equal(new Outcome(0, "join-me\n", "Token t1 for node-4: good for 1 node, ends in 1 h. It is not shown again.\n"), create);
        Assert.Equal(("node-4", 3600, 1, "gent"), (heard!.NodeName, heard.ValidSeconds, heard.Uses, heard.Labels["site"]));
    }

    [Fact]
    public async Task Tokens_and_audit_lines_are_listed()
    {
        controller.On("GET", Routes.Tokens, _ => FakeAnswer.Json([new TokenView { Id = "t1", UsesLeft = 3, Expires = Operator.Now.AddHours(5) }], WireJson.Default.ValuesTokenView));
        controller.On("DELETE", "/v1/tokens/t1", _ => new FakeAnswer(204, ""));
        controller.On("GET", Routes.Audit, _ => FakeAnswer.Json([new AuditEntry(7, Operator.Now.AddSeconds(-9), "test", "node.accept", "node-4", "from 192.0.2.9", "aa")], WireJson.Default.ValuesAuditEntry));
        Assert.Equal("ID  NODE  LABELS  USES LEFT  ENDS\nt1  -     -       3          in 5 h\n", (await person.TypeAsync("token", "ls")).Out);
        Assert.Equal("Token t1 is revoked.\n", (await person.TypeAsync("token", "rm", "t1")).Out);
        Assert.Equal("NUMBER  WHEN     WHO   WHAT         SUBJECT  DETAIL\n7       9 s ago  test  node.accept  node-4   from 192.0.2.9\n", (await person.TypeAsync("audit", "ls")).Out);
    }

    [Fact]
    public async Task Watching_without_a_terminal_prints_what_changes()
    {
        var nodes = new[] { Nodes.First, Nodes.Second };
        controller.On("GET", Routes.Nodes, _ => Nodes.Answer(nodes));
        using var call = person.Start("node", "ls", "-w");
        await call.OutSaysAsync("node-2  77aa0a1b2c3d  suspect  network  -  -  5 min ago  no DHCP answer on eth1\n");
        nodes = [Nodes.First with { LastSeen = Operator.Now }, Nodes.Second with { Phase = "unlock", Waiting = "" }];
        await call.OutSaysAsync("node-2  77aa0a1b2c3d  suspect  unlock  -  -  5 min ago\n");
        nodes = [Nodes.First];
        await call.OutSaysAsync("node-2 is gone\n");
        call.PressCtrlC();
        var end = await call.EndAsync();
        Assert.Equal(130, end.Code);
        Assert.Equal(4, end.Out.Count(c => c == '\n'));
    }

    [Fact]
    public async Task Watching_on_a_terminal_draws_in_place_and_outlives_the_controller()
    {
        controller.On("GET", Routes.Status, _ => FakeAnswer.Json(Grid(Nodes.First), WireJson.Default.GridStatus));
        using var call = person.StartOnTerminal("status", "-w");
        await call.OutSaysAsync("\x1b[H\x1b[J");
        await call.OutSaysAsync("node-1");
        await controller.DisposeAsync();
        await call.OutSaysAsync("the connection was refused; trying again\n");
        call.PressCtrlC();
        Assert.Equal(130, (await call.EndAsync()).Code);
    }

    private static GridStatus Grid(params NodeView[] nodes) => new()
    {
        Grid = "test", Controller = "ac1", Version = "0.1.0", Started = Operator.Now.AddHours(-2), JobsRunning = 1, Nodes = nodes.ToValues(),
        NodesByState = Count(nodes.Select(n => n.State)), NodesByPhase = Count(nodes.Select(n => n.Phase)),
    };

    private static SortedDictionary<string, int> Count(IEnumerable<string> words) => new(words.CountBy(w => w).ToDictionary());
}
