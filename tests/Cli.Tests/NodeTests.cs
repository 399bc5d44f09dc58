using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Cli.Tests;

/// <summary>Nodes for tests.</summary>
internal static class Nodes
{
    public static readonly NodeView First = new()
    {
        Name = "node-1", Id = "3f9c0a1b2c3d4e5f60718293a4b5c6d7", State = "online", Phase = "managed", Uplink = "eth0", Candidate = "net.toml",
        Address = "192.0.2.11", Assigned = true, Macs = ["02:00:00:00:00:01"], Labels = new() { ["site"] = "gent" }, Fingerprint = "amber-fox",
        Facts = new NodeFacts { Hostname = "node-1", Cpus = 2, MemoryBytes = 1L << 30, Kernel = "6.12.0", Version = "0.1.0" },
        LastSeen = Operator.Now.AddSeconds(-3), CertificateNotAfter = Operator.Now.AddHours(20),
    };

    public static readonly NodeView Second = new()
    {
        Name = "node-2", Id = "77aa0a1b2c3d4e5f60718293a4b5c6d7", State = "suspect", Phase = "network", Uplink = "", Candidate = "",
        Address = "", Assigned = true, Waiting = "no DHCP answer on eth1", LastSeen = Operator.Now.AddMinutes(-5),
    };

    public static readonly NodeView Pending = new()
    {
        Name = "", Id = "abcd0a1b2c3d4e5f60718293a4b5c6d7", State = "pending", Phase = "", Uplink = "", Candidate = "", Address = "",
        Waiting = "an operator who accepts it",
    };

    public static FakeAnswer Answer(params NodeView[] nodes) => FakeAnswer.Json(nodes.ToValues(), WireJson.Default.ValuesNodeView);
    public static FakeAnswer Answer(NodeView node) => FakeAnswer.Json(node, WireJson.Default.NodeView);
}

public sealed class NodeTests : IAsyncLifetime
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
    public async Task Ls_is_a_table()
    {
        controller.On("GET", Routes.Nodes, _ => Nodes.Answer([Nodes.First, Nodes.Second, Nodes.Pending]));
        var ls = await person.TypeAsync("node", "ls");
        Assert.Equal((0, ""), (ls.Code, ls.Error));
        Assert.Equal("""
            NAME    ID            STATE    PHASE    UPLINK  ADDRESS     LAST SEEN  WAITING
            node-1  3f9c0a1b2c3d  online   managed  eth0    192.0.2.11  3 s ago
            node-2  77aa0a1b2c3d  suspect  network  -       -           5 min ago  no DHCP answer on eth1
            -       abcd0a1b2c3d  pending  -        -       -           -          an operator who accepts it

            """, ls.Out);
    }

    [Fact]
    public async Task Ls_json_is_an_array_of_the_wires_records()
    {
        controller.On("GET", Routes.Nodes, _ => Nodes.Answer([Nodes.First]));
        var ls = await person.TypeAsync("node", "ls", "--json");
        Assert.Equal("""
            [
              {
                "name": "node-1",
                "id": "3f9c0a1b2c3d4e5f60718293a4b5c6d7",
                "state": "online",
                "phase": "managed",
                "uplink": "eth0",
                "candidate": "net.toml",
                "address": "192.0.2.11",
                "waiting": "",
                "assigned": true,
                "macs": [
                  "02:00:00:00:00:01"
                ],
                "labels": {
                  "site": "gent"
                },
                "fingerprint": "amber-fox",
                "facts": {
                  "hostname": "node-1",
                  "cpus": 2,
                  "memoryBytes": 1073741824,
                  "kernel": "6.12.0",
                  "version": "0.1.0",
                  "dmiSerial": "",
                  "diskSerials": []
                },
                "lastSeen": "2026-03-01T11:59:57+00:00",
                "certificateNotAfter": "2026-03-02T08:00:00+00:00"
              }
            ]

            """, ls.Out);
        Assert.Equal(ls.Out, (await person.TypeAsync("node", "ls", "-o", "json")).Out);
    }

    [Fact]
    public async Task Ls_names_wide_and_labels()
    {
        controller.On("GET", Routes.Nodes, _ => Nodes.Answer([Nodes.First, Nodes.Pending]));
        Assert.Equal("node-1\nabcd0a1b2c3d4e5f60718293a4b5c6d7\n", (await person.TypeAsync("node", "ls", "-o", "name")).Out);
        Assert.Contains("in 20 h", (await person.TypeAsync("node", "ls", "-o", "wide", "-l", "site=gent", "-l", "rack=2")).Out, StringComparison.Ordinal);
        Assert.Equal("?labels=rack=2,site=gent", controller.Requests.Last().Query);
    }

    [Fact]
    public async Task An_empty_listing_names_the_command_that_fills_it()
    {
        controller.On("GET", Routes.Nodes, _ => Nodes.Answer([]));
        Assert.Equal(new Outcome(0, "", "This grid has no nodes yet; make a join token for one: g8os token create --name NODE\n"), await person.TypeAsync("node", "ls"));
        Assert.Equal("[]\n", (await person.TypeAsync("node", "ls", "--json")).Out);
    }

    [Fact]
    public async Task Colours_are_for_terminals_and_NO_COLOR_is_honoured()
    {
        controller.On("GET", Routes.Nodes, _ => Nodes.Answer([Nodes.First]));
        Assert.DoesNotContain('\x1b', (await person.TypeAsync("node", "ls")).Out);
        using (var call = person.StartOnTerminal("node", "ls"))
            Assert.Contains("\x1b[32mmanaged\x1b[0m", (await call.EndAsync()).Out, StringComparison.Ordinal);
        person.Environment["NO_COLOR"] = "1";
        using (var call = person.StartOnTerminal("node", "ls"))
            Assert.DoesNotContain('\x1b', (await call.EndAsync()).Out);
    }

    [Fact]
    public async Task What_a_stranger_says_of_itself_cannot_move_the_cursor()
    {
        var evil = Nodes.Pending with { Waiting = "\x1b[2J\u202egone\nnext [red]x[/]", Facts = new NodeFacts { DmiSerial = "a\u009bb" } };
        controller.On("GET", Routes.Nodes, _ => Nodes.Answer([evil]));
        controller.On("GET", "/v1/nodes/abcd", _ => Nodes.Answer(evil));
        Assert.EndsWith("[2Jgone next [red]x[/]\n", (await person.TypeAsync("node", "ls")).Out, StringComparison.Ordinal);
        Assert.Contains("Serial       ab\n", (await person.TypeAsync("node", "show", "abcd")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_tells_one_node()
    {
        controller.On("GET", "/v1/nodes/node-1", _ => Nodes.Answer(Nodes.First));
        Assert.Equal("""
            Name         node-1
            Id           3f9c0a1b2c3d4e5f60718293a4b5c6d7
            State        online
            Phase        managed
            Uplink       eth0 by net.toml
            Address      192.0.2.11
            Last seen    3 s ago
            Certificate  ends in 20 h
            Assigned     yes
            Labels       site=gent
            MACs         02:00:00:00:00:01
            Fingerprint  amber-fox
            Hostname     node-1
            Machine      2 CPUs, 1 GiB memory
            Kernel       6.12.0
            Core         0.1.0

            """, (await person.TypeAsync("node", "show", "node/node-1")).Out);
    }

    [Fact]
    public async Task Accept_names_and_labels_a_node()
    {
        AcceptRequest? heard = null;
        controller.On("POST", "/v1/nodes/abcd/accept", request =>
        {
            heard = request.Read(WireJson.Default.AcceptRequest);
            return Nodes.Answer(Nodes.Pending with { Name = "node-4", Assigned = true });
        });
        var accept = await person.TypeAsync("node", "accept", "abcd", "--name", "node-4", "--label", "site=gent", "--label", "rack=2");
        Assert.Equal((0, "node-4 is accepted (abcd0a1b2c3d4e5f60718293a4b5c6d7). It goes on by itself: g8os wait --for phase=managed node/node-4\n"), (accept.Code, accept.Out));
        Assert.Equal(("node-4", "gent", "2"), (heard!.Name, heard.Labels!["site"], heard.Labels["rack"]));
    }

    [Fact]
    public async Task Rm_removes()
    {
        controller.On("DELETE", "/v1/nodes/node-1", _ => Nodes.Answer(Nodes.First with { State = "removed", Assigned = false }));
        Assert.Equal((0, "node-1 is removed: its session is closed and it is refused from now on.\n"), Brief(await person.TypeAsync("node", "rm", "node-1")));
    }

    [Fact]
    public async Task A_node_that_no_commit_names_is_told()
    {
        controller.On("GET", Routes.Nodes, _ => Nodes.Answer([Nodes.First with { Assigned = false }]));
        Assert.EndsWith("3 s ago    unassigned\n", (await person.TypeAsync("node", "ls")).Out, StringComparison.Ordinal);
        controller.On("POST", "/v1/nodes/abcd/accept", _ => Nodes.Answer(Nodes.First with { Assigned = false }));
        Assert.EndsWith("It runs no apps until a commit names it: g8os node accept node-1 --name NAME, or a blueprint of kind: node.\n", (await person.TypeAsync("node", "accept", "abcd")).Out, StringComparison.Ordinal);
        controller.On("DELETE", "/v1/nodes/node-1", _ => Nodes.Answer(Nodes.First with { State = "removed", Waiting = "blueprints/all.yaml:3 still names node-1: remove it there" }));
        Assert.EndsWith("blueprints/all.yaml:3 still names node-1: remove it there\n", (await person.TypeAsync("node", "rm", "node-1")).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(404, 3)]
    [InlineData(401, 4)]
    [InlineData(403, 4)]
    [InlineData(409, 4)]
    [InlineData(429, 4)]
    [InlineData(400, 1)]
    [InlineData(500, 1)]
    [InlineData(503, 5)]
    [InlineData(504, 6)]
    public async Task Each_class_of_error_has_its_exit_code_and_one_sentence(int status, int code)
    {
        controller.On("GET", "/v1/nodes/x", _ => FakeAnswer.Problem(status, "cannot show node \"x\": reasons", "do this."));
        Assert.Equal(new Outcome(code, "", "g8os: cannot show node \"x\": reasons; do this\n"), await person.TypeAsync("node", "show", "x"));
    }

    [Fact]
    public async Task An_answer_without_words_is_still_explained()
    {
        controller.On("GET", "/v1/nodes/x", _ => new FakeAnswer(500, "<html>oops</html>"));
        Assert.Equal((1, $"g8os: cannot GET /v1/nodes/x of {controller.Url}: it was answered with 500\n"), Complaint(await person.TypeAsync("node", "show", "x")));
        controller.On("GET", "/v1/nodes/x", _ => new FakeAnswer(200, "{}"));
        var (code, error) = Complaint(await person.TypeAsync("node", "show", "x"));
        Assert.Equal(1, code);
        Assert.StartsWith($"g8os: cannot read the answer to /v1/nodes/x of {controller.Url}: ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_controller_that_is_away_is_unreachable()
    {
        var url = controller.Url;
        await controller.DisposeAsync();
        Assert.Equal((5, $"g8os: cannot reach the controller at {url}: the connection was refused; "
            + "check that g8os-controller runs there and that this machine has a way to it; g8os doctor looks\n"), Complaint(await person.TypeAsync("status")));
    }

    [Fact]
    public async Task A_name_cannot_leave_its_place_in_the_path()
    {
        controller.On("GET", "/v1/nodes/a%2Fb%3Fc", _ => Nodes.Answer(Nodes.First));
        Assert.Equal(0, (await person.TypeAsync("node", "show", "a/b?c")).Code);
    }

    private static (int, string) Brief(Outcome outcome) => (outcome.Code, outcome.Out);
    private static (int, string) Complaint(Outcome outcome) => (outcome.Code, outcome.Error);
}
