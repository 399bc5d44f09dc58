using System.Diagnostics;
using System.Text;
using Xunit.Abstractions;

namespace G8os.Robot.Tests;

/// <summary>How long a push waits for its judgement: told, not judged, since the machine may be busy.</summary>
public sealed class SpeedTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(100, 1_000, 3)]
    [InlineData(1_000, 10_000, 1)]
    public void Compiles(int nodes, int services, int rounds)
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>();
        for (var node = 0; node < nodes; node++)
            files[$"blueprints/nodes/{node}.yaml"] = Encoding.UTF8.GetBytes($"kind: node\nname: n-{node}\nmacs: [\"52:54:00:00:{node >> 8:x2}:{node & 255:x2}\"]\nlabels: {{ site: a, role: web }}\n");
        foreach (var chunk in Enumerable.Range(0, services).Chunk(200))
            files[$"blueprints/apps/{chunk[0]}.yaml"] = Encoding.UTF8.GetBytes(string.Join("---\n", chunk.Select(app => App(app, nodes))));
        var times = new List<(double Time, double Processor)>();
        for (var round = 0; round < rounds; round++)
        {
            var (start, processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);
            var result = AysRepository.Read(Repository.Commit, files, Repository.Known);
            times.Add((Stopwatch.GetElapsedTime(start).TotalMilliseconds, (Environment.CpuUsage.TotalTime - processor).TotalMilliseconds));
            Assert.Equal(services, Repository.Grid(result).Services.Count);
        }
        output.WriteLine($"{services} services on {nodes} nodes, {files.Values.Sum(file => file.Length) / 1024} KiB: first {times[0].Time:F0} ms, best {times.Min(time => time.Time):F0} ms, of processors (all tests at once) {times.Min(time => time.Processor):F0} ms");
    }

    private static string App(int app, int nodes) => $$"""
        kind: app
        name: app-{{app}}
        node: n-{{app % nodes}}
        sandbox: hello@1.0
        process:
          exec: /usr/bin/hello
          args: ["--port", "{{8000 + app / nodes}}", "--greeting", "hello from ${node.name}"]
          env: { LEVEL: info }
        ports: [{{8000 + app / nodes}}]
        {{(app % 10 == 0 ? "" : $"consumes: {{ other: {{ ref: app-{app / 10 * 10} }} }}")}}
        health: [{ http: { path: /ready }, every: 10s, timeout: 2s, down: 3 }]
        resources: { memory: 64MiB, cpu: 0.5 }
        update: { batch: 1, min_healthy: 2s }

        """;
}
