using G8os.Model;
using G8os.Model.Apps;

namespace G8os.Robot.Tests;

/// <summary>What blueprints become.</summary>
public sealed class CompileTests
{
    private const string Shop = """
        kind: app
        name: shop-api
        nodes: [gent-01, gent-02]
        sandbox: shop-api@2.9.0
        process:
          exec: /usr/bin/shop-api
          args: ["--port", 8080, "${consumes.db.address}:${consumes.db.port}", "$${node.name} is ${node.name} at ${node.address}"]
          env: { COUNTRY: no, SWITCH: on, RATE: 1e3, DB: "${consumes.db.address}" }
          user: shop
          directory: /data
        ports: [8080, 8081]
        consumes: { db: { ref: shop-db, wait: ready } }
        health:
          - { http: { port: 8080, path: /ready }, every: 5s, timeout: 250ms, down: 2 }
          - tcp: { port: 8081 }
        restart: { first: 2s, max: 1m, limit: 3/5m, grace: 30s }
        stop: { timeout: 20s }
        resources: { memory: 64MiB, cpu: 0.5, processes: 64 }
        update: { canary: 1, batch: 2, min_healthy: 2s, healthy_deadline: 1m, rollback: off }
        ---
        kind: app
        name: shop-db
        node: gent-02
        sandbox: postgres
        process: { exec: /usr/bin/postgres }
        ports: [5432]
        health: [{ tcp: {} }]
        """;

    [Fact]
    public void AnAppOfSeveralNodesIsOneServiceEach()
    {
        var grid = Repository.Grid(Repository.ReadApp(Shop));
        Assert.Equal(["shop-api@gent-01", "shop-api@gent-02", "shop-db"], grid.Services.Keys);
        Assert.All(grid.Services, service => Assert.Equal(service.Key, service.Value.Id));
        Assert.Equal(["gent-01", "gent-02", "gent-02"], grid.Services.Values.Select(service => service.Node));
    }

    [Fact]
    public void EveryWordArrives()
    {
        var service = Repository.Grid(Repository.ReadApp(Shop)).Services["shop-api@gent-01"];
        Assert.Equal(new AppSpec
        {
            Name = "shop-api",
            Sandbox = "shop-api@2.9.0",
            Process = new()
            {
                Exec = "/usr/bin/shop-api",
                Args = ["--port", "8080", "192.0.2.12:5432", "${node.name} is gent-01 at 192.0.2.11"],
                Env = Table<string>.Empty.With("COUNTRY", "no").With("SWITCH", "on").With("RATE", "1e3").With("DB", "192.0.2.12"),
                User = "shop",
                Directory = "/data",
            },
            Ports = [8080, 8081],
            Health =
            [
                new() { Kind = "http", Port = 8080, Path = "/ready", Every = 5_000, Timeout = 250, Down = 2 },
                new() { Kind = "tcp", Port = 8081 },
            ],
            Restart = new() { First = 2_000, Max = 60_000, Limit = 3, Window = 300_000, Grace = 30_000 },
            Stop = new() { Timeout = 20_000 },
            Resources = new() { Memory = 64 << 20, Cpu = 500, Processes = 64 },
        }, service.App);
        Assert.Equal(new() { Canary = 1, Batch = 2, MinHealthy = 2_000, HealthyDeadline = 60_000, Rollback = false }, service.Update);
    }

    [Fact]
    public void WhatIsNotSaidIsTheDefault()
    {
        var app = Repository.Grid(Repository.ReadApp(Shop)).Services["shop-db"].App;
        Assert.Equal(new AppSpec
        {
            Name = "shop-db",
            Sandbox = "postgres@17.2",
            Process = new() { Exec = "/usr/bin/postgres" },
            Ports = [5432],
            Health = [new() { Kind = "tcp", Port = 5432 }],
        }, app);
    }

    [Fact]
    public void ProducersAreAwaitedEverywhereAndOrderedOnTheirNode()
    {
        var services = Repository.Grid(Repository.ReadApp(Shop)).Services;
        Assert.Equal((Values<string>)["shop-db"], services["shop-api@gent-01"].Producers);
        Assert.Equal((Values<string>)["shop-db"], services["shop-api@gent-02"].Producers);
        Assert.Equal((Values<string>)[], services["shop-api@gent-01"].App.After);
        Assert.Equal((Values<string>)["shop-db"], services["shop-api@gent-02"].App.After);
    }

    [Fact]
    public void ASandboxWithoutVersionIsItsNewest()
    {
        var grid = Repository.Grid(Repository.Read(("ays.yaml", "defaults: { sandboxes: [jumpscale, ovs@3.3] }"), ("blueprints/nodes.yaml", Repository.Nodes), ("blueprints/app.yaml", """
            kind: app
            name: hello
            node: gent-01
            sandbox: hello
            process: { exec: /usr/bin/hello }
            ---
            kind: node
            name: gent-04
            id: 9f1c5a0e7d3b42689f1c5a0e7d3b4268
            sandboxes: [hello, os-tools]
            ---
            kind: node
            name: gent-05
            macs: ["52:54:00:AA:BB:05"]
            sandboxes: []
            """)));
        Assert.Equal("hello@1.1", grid.Services["hello"].App.Sandbox);
        Assert.Equal((Values<string>)["jumpscale@1.2", "ovs@3.3"], grid.Nodes["gent-01"].Sandboxes);
        Assert.Equal((Values<string>)["hello@1.1", "os-tools@1.0"], grid.Nodes["gent-04"].Sandboxes);
        Assert.Equal((Values<string>)[], grid.Nodes["gent-05"].Sandboxes);
        Assert.Equal("9f1c5a0e7d3b42689f1c5a0e7d3b4268", grid.Nodes["gent-04"].Id);
        Assert.Equal((Values<string>)["52:54:00:aa:bb:05"], grid.Nodes["gent-05"].Macs);
    }

    [Fact]
    public void WithoutFilesTheGridIsEmptyAndTheRulesAreTheDefaults()
    {
        var result = Repository.Read(("README.md", "kind: app"), ("templates/x.yaml", "\t"), ("blueprints/notes.txt", "\t"));
        var grid = Repository.Grid(result);
        Assert.Empty(grid.Nodes);
        Assert.Empty(grid.Services);
        Assert.Equal(new AysPolicy(), result.Policy);
        Assert.Equal(AysApply.Approve, Repository.Read(("ays.yaml", "apply: approve")).Policy.Apply);
    }

    [Fact]
    public void AnAddressThatIsNotKnownIsEmpty()
    {
        var grid = Repository.Grid(Repository.ReadApp("""
            kind: app
            name: hello
            nodes: [gent-01, gent-03]
            sandbox: hello
            process: { exec: /usr/bin/hello, args: ["${node.address}"] }
            """));
        Assert.Equal((Values<string>)["192.0.2.11"], grid.Services["hello@gent-01"].App.Process.Args);
        Assert.Equal((Values<string>)[""], grid.Services["hello@gent-03"].App.Process.Args);
    }

    [Fact]
    public void OneNodeInAListIsStillCalledByItsNode() =>
        Assert.Equal(["hello@gent-01"], Repository.Grid(Repository.ReadApp("{ kind: app, name: hello, nodes: [gent-01], sandbox: hello, process: { exec: /usr/bin/hello } }")).Services.Keys);
}
