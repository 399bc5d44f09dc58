using System.Text;
using G8os.Controller.Jobs;
using G8os.Model.Wire;
using Xunit;
using Proto = G8os.Model.Session;

namespace G8os.Controller.Tests;

/// <summary>Jobs: every (job, node) pair ends in one recorded outcome, whatever happens between.</summary>
public sealed class JobTests(SharedController shared) : IClassFixture<SharedController>
{
    private readonly ControllerProcess controller = shared.Controller;
    private readonly OperatorClient admin = shared.Admin;

    [Fact]
    public async Task Output_streams_and_the_result_is_kept()
    {
        using var node = new TestNode(controller);
        await node.Join(admin, "run-01");
        await using var session = await TestSession.Open(controller, node);
        var job = await admin.Run(new JobRequest { Command = ["echo", "hi"], Nodes = ["run-01"], Stdin = Convert.ToBase64String("input"u8), MaxTimeSeconds = 9 });
        var run = (await session.NextJob()).RunJob;
        Assert.Equal((job.Id, 9, 1L, "input"), (run.Job, run.MaxTimeSeconds, run.Epoch, run.Stdin.ToStringUtf8()));
        Assert.Equal(["echo", "hi"], run.Command);
        var following = Follow(job.Id);
        await session.Play(job.Id, "hi\n", "error", 3);

        var events = await following;
        Assert.Equal("hi\n", Text(events));
        var result = Assert.Single(events, item => item.Result is not null).Result!;
        Assert.Equal((Outcome.Error, 3, "run-01", "done"), (result.Outcome, result.ExitCode, result.Node, result.State));
        // A reader that comes later gets what is held, then the end.
        Assert.Equal("hi\n", Text(await Follow(job.Id)));
        var view = await admin.Job(job.Id);
        Assert.True(view.Done);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(1_900_000_000_000), Assert.Single(view.Results).Started);
        // A repeated result is acknowledged again and changes nothing.
        await session.Send(TestSession.Result(job.Id, "ok"));
        await session.Next(message => message.ResultCommitted?.Job == job.Id);
        Assert.Equal(Outcome.Error, (await admin.Job(job.Id)).Results[0].Outcome);
    }

    [Fact]
    public async Task A_job_waits_for_a_node_that_is_away_and_expires()
    {
        using var node = new TestNode(controller);
        await node.Join(admin, "away-01");
        var kept = await admin.Run(new JobRequest { Command = ["true"], Nodes = ["away-01"], ExpiresSeconds = 3600 });
        var lost = await admin.Run(new JobRequest { Command = ["true"], Nodes = ["away-01"], ExpiresSeconds = 0 });
        Assert.Equal("queued", kept.Results[0].State);
        await Eventually.Holds(async () => (await admin.Job(lost.Id)).Done);
        Assert.Equal(Outcome.Expired, (await admin.Job(lost.Id)).Results[0].Outcome);
        await using var session = await TestSession.Open(controller, node);
        Assert.Equal(kept.Id, (await session.NextJob()).RunJob.Job);
        await session.Play(kept.Id, "");
        Assert.Equal(Outcome.Ok, (await admin.Job(kept.Id)).Results[0].Outcome);
    }

    [Fact]
    public async Task A_job_that_was_sent_is_sent_again_unless_the_node_has_it()
    {
        using var node = new TestNode(controller);
        await node.Join(admin, "again-01");
        JobView one, two;
        await using (var session = await TestSession.Open(controller, node))
        {
            one = await admin.Run(new JobRequest { Command = ["one"], Nodes = ["again-01"] });
            await session.NextJob();
            two = await admin.Run(new JobRequest { Command = ["two"], Nodes = ["again-01"] });
            await session.NextJob();
        }
        await using var next = await TestSession.Open(controller, node, "managed", true, null, two.Id);
        Assert.Equal(one.Id, (await next.NextJob()).RunJob.Job);
        await Eventually.Holds(async () => (await admin.Job(two.Id)).Results[0].State == "running");
        await next.Send(TestSession.Result(two.Id));
        await next.Send(new Proto.FromNode { JobAccepted = new Proto.JobAccepted { Job = one.Id, Refused = true, Reason = "not here" } });
        await Eventually.Holds(async () => (await admin.Job(one.Id)).Done && (await admin.Job(two.Id)).Done);
        Assert.Equal((Outcome.Refused, "not here"), ((await admin.Job(one.Id)).Results[0].Outcome, (await admin.Job(one.Id)).Results[0].Reason));
    }

    [Fact]
    public async Task A_kill_reaches_the_node_and_ends_what_was_not_sent()
    {
        using var there = new TestNode(controller);
        using var away = new TestNode(controller);
        await there.Join(admin, "kill-01", new() { ["kill"] = "yes" });
        await away.Join(admin, "kill-02", new() { ["kill"] = "yes" });
        await using var session = await TestSession.Open(controller, there);
        var job = await admin.Run(new JobRequest { Command = ["sleep", "99"], Labels = new() { ["kill"] = "yes" } });
        Assert.Equal(["kill-01", "kill-02"], job.Results.Select(result => result.Node));
        await session.NextJob();
        await session.Send(new Proto.FromNode { JobAccepted = new Proto.JobAccepted { Job = job.Id } });
        await admin.Delete($"/v1/jobs/{job.Id}", WireJson.Default.JobView);
        Assert.Equal(job.Id, (await session.Next(message => message.KillJob is not null)).KillJob.Job);
        await session.Send(TestSession.Result(job.Id, "killed", 143));
        await Eventually.Holds(async () => (await admin.Job(job.Id)).Done);
        var view = await admin.Job(job.Id);
        Assert.All(view.Results, result => Assert.Equal(Outcome.Killed, result.Outcome));
        Assert.Equal(143, view.Results[0].ExitCode);
    }

    [Fact]
    public async Task A_removed_node_refuses_what_it_had_to_do()
    {
        using var node = new TestNode(controller);
        await node.Join(admin, "leave-01");
        await using var session = await TestSession.Open(controller, node);
        var job = await admin.Run(new JobRequest { Command = ["true"], Nodes = ["leave-01"] });
        await session.NextJob();
        await admin.Remove("leave-01");
        await Eventually.Holds(async () => (await admin.Job(job.Id)).Done);
        Assert.Equal(Outcome.Refused, (await admin.Job(job.Id)).Results[0].Outcome);
    }

    [Fact]
    public async Task Fifty_nodes_run_one_job()
    {
        const int Count = 50;
        var token = await admin.JoinToken(new TokenRequest { Uses = Count, Labels = new() { ["fleet"] = "b" } });
        var nodes = Enumerable.Range(0, Count).Select(_ => new TestNode(controller)).ToArray();
        var sessions = new List<TestSession>();
        foreach (var node in nodes)
        {
            Assert.Equal(Standing.Accepted, (await node.Enroll(token.Secret)).Standing);
            await node.Certify();
            sessions.Add(await TestSession.Open(controller, node));
        }
        var job = await admin.Run(new JobRequest { Command = ["id"], Labels = new() { ["fleet"] = "b" } });
        var following = Follow(job.Id);
        await Task.WhenAll(sessions.Select(async session => await session.Play((await session.NextJob()).RunJob.Job, "x")));
        var events = await following;
        Assert.Equal(Count, events.Count(item => item.Result is { Outcome: Outcome.Ok }));
        Assert.Equal(Count, events.Where(item => item.Result is not null).Select(item => item.Node).Distinct().Count());
        Assert.Equal(new string('x', Count), Text(events));
        foreach (var session in sessions)
            await session.DisposeAsync();
        foreach (var node in nodes)
            node.Dispose();
    }

    [Theory]
    [InlineData("""{"command":[],"nodes":["x"]}""", 400)]
    [InlineData("""{"command":["true"]}""", 400)]
    [InlineData("""{"command":["true"],"nodes":["x"],"labels":{"a":"b"}}""", 400)]
    [InlineData("""{"command":["true"],"nodes":["no-such-node"]}""", 404)]
    [InlineData("""{"command":["true"],"labels":{"no":"such"}}""", 404)]
    [InlineData("""{"command":["true"],"labels":{"no such":"x"}}""", 400)]
    [InlineData("""{"command":["tr\u0000ue"],"nodes":["x"]}""", 400)]
    [InlineData("""{"command":[null],"nodes":["x"]}""", 400)]
    [InlineData("""{"command":["true"],"nodes":["x"],"stdin":"***"}""", 400)]
    [InlineData("""{"command":["true"],"nodes":["x"],"maxTimeSeconds":-1}""", 400)]
    [InlineData("""{"command":"true"}""", 400)]
    [InlineData("{", 400)]
    public async Task Bad_jobs_are_refused(string body, int status)
    {
        var (given, problem) = await admin.Refused("POST", "/v1/jobs", body);
        Assert.Equal(status, (int)given);
        Assert.NotEmpty(problem.Message);
    }

    [Fact]
    public void The_ring_drops_the_oldest_and_counts_it()
    {
        var ring = new OutputRing(10_000);
        long slow = 0, late = 0;
        for (var i = 0; i < 10; i++)
            ring.Append(1 + i % 2, i / 2 * 3000, 0, Encoding.ASCII.GetBytes(new string((char)('a' + i), 3000)));
        var pieces = ring.Read(ref slow);
        Assert.Equal(9000, pieces.Sum(piece => piece.Data.Length));
        Assert.Equal(21_000, pieces[0].Dropped);
        Assert.Equal(30_000, slow);
        Assert.Equal([2, 1, 2], pieces.Select(piece => piece.Stream));
        // What comes again after a reconnect is left out; what the node lost is counted.
        Assert.Equal(0, ring.Append(1, 12_000, 0, new byte[3000]));
        Assert.Equal(5, ring.Append(1, 14_990, 0, new byte[15]));
        ring.Append(1, 20_000, 0, new byte[1]);
        pieces = ring.Read(ref slow);
        Assert.Equal([(5, 0L), (1, 4995L)], pieces.Select(piece => (piece.Data.Length, piece.Dropped)));
        Assert.Empty(ring.Read(ref slow));
        Assert.Equal(ring.End, ring.Read(ref late).Sum(piece => piece.Data.Length + piece.Dropped));
    }

    [Fact]
    public void Small_pieces_are_put_together_and_each_reader_has_its_own_place()
    {
        var ring = new OutputRing(100_000);
        long one = 0, two = 0;
        ring.Append(1, 0, 0, "ab"u8);
        Assert.Equal("ab", Encoding.ASCII.GetString(Assert.Single(ring.Read(ref one)).Data));
        for (var i = 2; i < 6000; i++)
            ring.Append(1, i, 0, "x"u8);
        Assert.Equal(5998, ring.Read(ref one).Sum(piece => piece.Data.Length));
        Assert.Equal(2, ring.Read(ref two).Count);
        Assert.Equal(one, two);
    }

    private async Task<List<JobEvent>> Follow(string job)
    {
        var events = new List<JobEvent>();
        await foreach (var item in admin.Events($"/v1/jobs/{job}/stream", WireJson.Default.JobEvent))
            events.Add(item);
        return events;
    }

    private static string Text(IEnumerable<JobEvent> events) =>
        string.Concat(events.Where(item => item.Data is not null).Select(item => Encoding.UTF8.GetString(Convert.FromBase64String(item.Data!))));
}
