using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Cli.Tests;

/// <summary>The repository, plans, runs and apps.</summary>
public sealed class AysTests : IAsyncLifetime
{
    private static readonly RunView Run = new()
    {
        Number = 3, Commit = "0123456789abcdef0123456789abcdef01234567", Plan = "4be1c0ffee123456", By = "alice", Created = Operator.Now.AddSeconds(-20), State = "running",
        StepsByPhase = new() { ["ok"] = 1, ["running"] = 1 },
        Steps =
        [
            new() { Key = "db", Service = "db", Node = "node-1", Kind = "create", Phase = "ok", Since = Operator.Now.AddSeconds(-12) },
            new() { Key = "web@node-2", Service = "web@node-2", Node = "node-2", Kind = "update", Phase = "running", Since = Operator.Now.AddSeconds(-9), Reason = "not ready yet" },
        ],
        Story = [new(Operator.Now.AddSeconds(-12), "db: ok", "ready for 2 s")],
    };

    private static readonly AppView Web = new()
    {
        Service = "web@node-2", App = "web", Node = "node-2", State = "running", Ready = false, Current = true, Sandbox = "web@1.2", Restarts = 1,
        Since = Operator.Now.AddSeconds(-9), Reason = "http 127.0.0.1:8080/ answers 503",
    };

    private static readonly AysView Status = new()
    {
        Commit = new(Run.Commit, "alice", "web: 1.2", Operator.Now.AddSeconds(-21)), Apply = "auto", Run = Run with { Steps = [], Story = [] },
        ServicesByState = new() { ["ready"] = 1, ["running"] = 1 }, Unassigned = ["node-4"],
        Refused = new("fedcba9876543210fedcba9876543210fedcba98", "bob", Operator.Now.AddMinutes(-2), ["blueprints/shop.yaml:12:5: unknown field \"prot\"; did you mean \"port\"?"]),
    };

    private Operator person = null!;
    private FakeController controller = null!;

    public async Task InitializeAsync() => (person, controller) = await Operator.LoggedInAsync();

    public async Task DisposeAsync()
    {
        person.Dispose();
        await controller.DisposeAsync();
    }

    [Fact]
    public async Task Status_tells_commit_run_services_and_what_was_refused()
    {
        controller.On("GET", Routes.Ays, _ => FakeAnswer.Json(Status, WireJson.Default.AysView));
        Assert.Equal("""
            Commit      0123456789 web: 1.2, by alice 21 s ago
            Apply       auto
            Plan        nothing to do
            Run         3 running, 1 ok, 1 running, began 20 s ago by alice
            Services    1 ready, 1 running
            Unassigned  node-4

            Refused 2 min ago: fedcba9876 by bob
              blueprints/shop.yaml:12:5: unknown field "prot"; did you mean "port"?

            """, (await person.TypeAsync("ays", "status")).Out);
        Assert.Equal("""
            {
              "follows": "",
              "fetchFault": "",
              "commit": {
                "id": "0123456789abcdef0123456789abcdef01234567",
                "author": "alice",
                "subject": "web: 1.2",
                "time": "2026-03-01T11:59:39+00:00"
              },
              "apply": "auto",
              "waiting": "",
              "plan": "",
              "run": {
                "number": 3,
                "commit": "0123456789abcdef0123456789abcdef01234567",
                "plan": "4be1c0ffee123456",
                "by": "alice",
                "created": "2026-03-01T11:59:40+00:00",
                "state": "running",
                "reason": "",
                "stepsByPhase": {
                  "ok": 1,
                  "running": 1
                },
                "steps": [],
                "story": []
              },
              "servicesByState": {
                "ready": 1,
                "running": 1
              },
              "refused": {
                "commit": "fedcba9876543210fedcba9876543210fedcba98",
                "by": "bob",
                "time": "2026-03-01T11:58:00+00:00",
                "errors": [
                  "blueprints/shop.yaml:12:5: unknown field \"prot\"; did you mean \"port\"?"
                ]
              },
              "unassigned": [
                "node-4"
              ],
              "orphans": []
            }

            """, (await person.TypeAsync("ays", "status", "--json")).Out);
    }

    [Fact]
    public async Task Plan_has_exit_code_2_when_there_are_changes()
    {
        var plan = new PlanView
        {
            Id = "4be1c0ffee123456", Commit = Run.Commit, Text = "plan 4be1c0ffee123456 of commit 0123456789ab\n   1  + create  web on node-2  web@1.2\n1 create; 0 unchanged\n",
            Changes = [new() { Service = "web", Node = "node-2", Kind = "create", Order = 1, Restarts = false, Diff = [new("sandbox", "", "web@1.2")] }],
        };
        controller.On("POST", Routes.AysPlan, request => FakeAnswer.Json(request.Read(WireJson.Default.PlanRequest).Files is null ? plan : plan with { Changes = [], Text = "nothing to do\n" }, WireJson.Default.PlanView));
        Assert.Equal(new Outcome(2, plan.Text, ""), await person.TypeAsync("ays", "plan"));
        var json = await person.TypeAsync("ays", "plan", "--json");
        Assert.Equal(2, json.Code);
        Assert.StartsWith("""
            {
              "id": "4be1c0ffee123456",
              "commit": "0123456789abcdef0123456789abcdef01234567",
              "changes": [
                {
                  "service": "web",
                  "node": "node-2",
                  "kind": "create",
                  "order": 1,
                  "restarts": false,
                  "after": [],
                  "diff": [
                    {
                      "path": "sandbox",
                      "old": "",
                      "new": "web@1.2"
                    }
                  ]
                }
              ],
              "nodes": [],
              "unchanged": 0,
            """, json.Out, StringComparison.Ordinal);
        Assert.Equal((0, 3), ((await person.TypeAsync("ays", "plan", "--dir", person.Home)).Code, (await person.TypeAsync("ays", "plan", "--dir", "/nowhere")).Code));
    }

    [Fact]
    public async Task A_checkouts_blueprints_are_sent_and_its_errors_are_told()
    {
        Directory.CreateDirectory(Path.Combine(person.Home, "ays", "blueprints", "shop"));
        Directory.CreateDirectory(Path.Combine(person.Home, "ays", ".git"));
        await File.WriteAllTextAsync(Path.Combine(person.Home, "ays", "ays.yaml"), "apply: auto\n");
        await File.WriteAllTextAsync(Path.Combine(person.Home, "ays", "blueprints", "shop", "web.yaml"), "kind: app\n");
        await File.WriteAllTextAsync(Path.Combine(person.Home, "ays", ".git", "config.yaml"), "no: no\n");
        controller.On("POST", Routes.AysPlan, _ => FakeAnswer.Json(new PlanView { Id = "", Commit = "", Errors = ["blueprints/shop/web.yaml:1:1: app needs \"name\""] }, WireJson.Default.PlanView));
        Assert.Equal(new Outcome(1, "", "blueprints/shop/web.yaml:1:1: app needs \"name\"\n"), await person.TypeAsync("ays", "plan", "--dir", Path.Combine(person.Home, "ays")));
        var sent = controller.Requests.Last().Read(WireJson.Default.PlanRequest).Files!;
        Assert.Equal([new("ays.yaml", "apply: auto\n"), new("blueprints/shop/web.yaml", "kind: app\n")], sent);
    }

    [Fact]
    public async Task Apply_says_how_to_follow_it_and_is_refused_when_reality_moved()
    {
        ApplyRequest? heard = null;
        controller.On("POST", Routes.AysApply, request =>
        {
            heard = request.Read(WireJson.Default.ApplyRequest);
            return FakeAnswer.Json(Status, WireJson.Default.AysView);
        });
        var apply = await person.TypeAsync("ays", "apply", "4be1c0ffee123456");
        Assert.Equal(new Outcome(0, "Run 3 starts; follow it with g8os ays run 3 -w, or g8os wait --for run 3\n", ""), apply);
        Assert.Equal("4be1c0ffee123456", heard!.Plan);
        controller.On("POST", Routes.AysApply, _ => FakeAnswer.Problem(409, "cannot apply plan 4be1c0ffee123456: reality moved since", "read it with g8os ays plan"));
        Assert.Equal(4, (await person.TypeAsync("ays", "apply", "4be1c0ffee123456")).Code);
    }

    [Fact]
    public async Task Runs_are_listed_and_shown()
    {
        controller.On("GET", Routes.Runs, _ => FakeAnswer.Json([Run with { Steps = [], Story = [] }], WireJson.Default.ValuesRunView));
        controller.On("GET", "/v1/runs/3", _ => FakeAnswer.Json(Run, WireJson.Default.RunView));
        Assert.Equal("""
            RUN  COMMIT      BEGAN     TOOK  BY     STATE    STEPS            REASON
            3    0123456789  20 s ago  20 s  alice  running  1 ok, 1 running

            """, (await person.TypeAsync("ays", "runs")).Out);
        Assert.Equal("""
            Run     3
            Commit  0123456789abcdef0123456789abcdef01234567
            Plan    4be1c0ffee123456
            Began   20 s ago by alice
            State   running
            Reason  -

            STEP        NODE    WHAT    PHASE    SINCE     WHY
            db          node-1  create  ok       12 s ago
            web@node-2  node-2  update  running  9 s ago   not ready yet

            WHEN      WHAT    BECAUSE
            12 s ago  db: ok  ready for 2 s

            """, (await person.TypeAsync("ays", "run", "3")).Out);
        Assert.Contains("\"steps\": [\n    {\n      \"key\": \"db\",\n      \"service\": \"db\",\n      \"node\": \"node-1\",\n      \"kind\": \"create\",\n      \"phase\": \"ok\",\n      \"since\": ",
            (await person.TypeAsync("ays", "run", "3", "--json")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apps_are_listed()
    {
        controller.On("GET", Routes.Apps, _ => FakeAnswer.Json([Web], WireJson.Default.ValuesAppView));
        Assert.Equal("""
            SERVICE     NODE    STATE    READY  VERSION  RESTARTS  SINCE    REASON
            web@node-2  node-2  running  no     web@1.2  1         9 s ago  http 127.0.0.1:8080/ answers 503

            """, (await person.TypeAsync("app", "ls")).Out);
        Assert.Equal("""
            [
              {
                "service": "web@node-2",
                "app": "web",
                "node": "node-2",
                "state": "running",
                "ready": false,
                "current": true,
                "sandbox": "web@1.2",
                "restarts": 1,
                "since": "2026-03-01T11:59:51+00:00",
                "reason": "http 127.0.0.1:8080/ answers 503"
              }
            ]

            """, (await person.TypeAsync("app", "ls", "--json")).Out);
        controller.On("GET", Routes.Apps, _ => FakeAnswer.Json([], WireJson.Default.ValuesAppView));
        Assert.Equal("There are no apps yet; a blueprint of kind: app makes one: g8os ays clone, commit, git push\n", (await person.TypeAsync("app", "ls")).Error);
    }

    [Fact]
    public async Task Explain_of_an_app_is_one_chain()
    {
        controller.On("GET", "/v1/apps/web/explain", _ => FakeAnswer.Json(new AppExplanation
        {
            App = "web", Summary = "web is ready on 0 of 1 nodes; web@node-2, app: running for 9 s", Next = "run 3 is under way: g8os ays run 3", Services = [Web],
            Chain = [new("web@node-2", "commit", "0123456789ab wants web@1.2 on node-2", false), new("web@node-2", "app", "running for 9 s", true)],
            Transitions = [new(Operator.Now.AddSeconds(-9), "web@node-2: running", "")], Log = [new("node-2", "app/web", "GET / 503")],
        }, WireJson.Default.AppExplanation));
        Assert.Equal("""
            web is ready on 0 of 1 nodes; web@node-2, app: running for 9 s

            SERVICE     LINK    WHAT IS SEEN
            web@node-2  commit  0123456789ab wants web@1.2 on node-2
            web@node-2  app     running for 9 s

            WHEN     WHAT                 BECAUSE
            9 s ago  web@node-2: running

            Last lines of its log on node-2:
              GET / 503

            Next: run 3 is under way: g8os ays run 3

            """, (await person.TypeAsync("explain", "app/web")).Out);
        Assert.StartsWith("{\n  \"app\": \"web\",\n  \"summary\": ", (await person.TypeAsync("explain", "app/web", "--json")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_log_of_an_app_names_the_nodes_unless_one_is_chosen()
    {
        controller.On("GET", "/v1/apps/web/logs", request => FakeAnswer.Stream(async events =>
        {
            await events.SendAsync(new LogLine("node-2", "app/web", "GET / 200"), WireJson.Default.LogLine);
        }));
        Assert.Equal("node-2 GET / 200\n", (await person.TypeAsync("logs", "app/web")).Out);
        Assert.Equal("GET / 200\n", (await person.TypeAsync("logs", "app/web", "--on", "node-2", "-n", "5")).Out);
        Assert.Equal("?lines=5&follow=false&on=node-2", controller.Requests.Last().Query);
        Assert.Equal((64, 64), ((await person.TypeAsync("logs", "app/web", "--source", "core")).Code, (await person.TypeAsync("logs", "node-1", "--on", "node-1")).Code));
    }

    [Fact]
    public async Task Wait_for_an_app_and_for_a_run()
    {
        var apps = new[] { Web };
        controller.On("GET", Routes.Apps, _ =>
        {
            var answer = FakeAnswer.Json(apps.ToValues(), WireJson.Default.ValuesAppView);
            apps = [Web with { Ready = true, Reason = "" }];
            return answer;
        });
        var ready = await person.TypeAsync("wait", "--for", "ready", "app/web");
        Assert.Equal((0, "app/web is ready\n"), (ready.Code, ready.Out));
        Assert.Equal("waiting for app/web until it is ready: on node-2 it is running, http 127.0.0.1:8080/ answers 503\n", ready.Error);
        controller.On("GET", "/v1/runs/3", _ => FakeAnswer.Json(Run with { State = "reverted", Reason = "web: it did not get well" }, WireJson.Default.RunView));
        Assert.Equal(new Outcome(1, "", "g8os: cannot wait for run 3: it ended reverted: web: it did not get well; g8os ays run 3 tells more\n"), await person.TypeAsync("wait", "--for", "run", "3"));
        controller.On("GET", "/v1/runs/3", _ => FakeAnswer.Json(Run with { State = "ok" }, WireJson.Default.RunView));
        Assert.Equal("run 3 ended ok\n", (await person.TypeAsync("wait", "--for", "run", "run/3")).Out);
        Assert.Equal((64, 64), ((await person.TypeAsync("wait", "--for", "ready", "node/node-1")).Code, (await person.TypeAsync("wait", "--for", "phase=managed", "app/web")).Code));
    }

    [Fact]
    public async Task Top_shows_what_is_used()
    {
        var top = new TopView([new("node-2", 2, 1L << 30, 1, 3.25, 20L << 20)], [new("web@node-2", "node-2", "running", 3.25, 20L << 20, 1)]);
        controller.On("GET", Routes.Top, _ => FakeAnswer.Json(top, WireJson.Default.TopView));
        Assert.Equal("""
            NODE    CPUS  APPS  CPU    MEMORY    OF
            node-2  2     1     3.3 %  20.0 MiB  1024.0 MiB

            SERVICE     NODE    STATE    CPU    MEMORY    RESTARTS
            web@node-2  node-2  running  3.3 %  20.0 MiB  1

            """, (await person.TypeAsync("top")).Out);
        Assert.StartsWith("{\n  \"nodes\": [\n    {\n      \"node\": \"node-2\",\n      \"cpus\": 2,\n      \"memoryBytes\": 1073741824,\n      \"apps\": 1,\n      \"cpu\": 3.25,\n      \"memory\": 20971520\n    }\n  ],",
            (await person.TypeAsync("top", "--json")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_of_apps_and_runs_are_completed()
    {
        controller.On("GET", Routes.Apps, _ => FakeAnswer.Json([Web], WireJson.Default.ValuesAppView));
        controller.On("GET", Routes.Nodes, _ => Nodes.Answer([Nodes.First]));
        controller.On("GET", Routes.Runs, _ => FakeAnswer.Json([Run], WireJson.Default.ValuesRunView));
        async Task<string> After(params string[] words) => (await person.TypeAsync(["complete", "--", .. words])).Out.ReplaceLineEndings(" ");
        Assert.Equal("node/node-1 app/web ", await After("explain", ""));
        Assert.Equal("app/web ", await After("logs", "app"));
        Assert.Equal("3 ", await After("ays", "run", ""));
        Assert.Equal("status plan apply runs run clone pull ", await After("ays", ""));
    }
}
