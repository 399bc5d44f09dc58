using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using G8os.Model.Wire;
using Grpc.Core;
using Xunit;
using Proto = G8os.Model.Session;

namespace G8os.Controller.Tests;

/// <summary>Sessions: who gets one, what shows of it, how it ends.</summary>
public sealed class SessionTests(SharedController shared) : IClassFixture<SharedController>
{
    private readonly ControllerProcess controller = shared.Controller;
    private readonly OperatorClient admin = shared.Admin;

    [Fact]
    public async Task Status_shows_and_is_kept_when_the_session_ends()
    {
        using var node = new TestNode(controller);
        await node.Join(admin, "seen-01");
        await using (var session = await TestSession.Open(controller, node, "ssh"))
        {
            Assert.Equal(("ac1", "seen-01"), (session.Welcome!.Controller, session.Welcome.Name));
            Assert.Equal(1, session.Welcome.Epoch);
            Assert.Equal(("online", "ssh"), await State("seen-01"));
            await session.Send(new Proto.FromNode { Status = TestSession.Status("managed") });
            await Eventually.Holds(async () => await State("seen-01") == ("online", "managed"));
        }
        await Eventually.Holds(async () => await State("seen-01") == ("offline", "managed"));
        var view = await admin.Node("seen-01");
        Assert.Equal(("eth1", "dhcp", "192.0.2.7/24"), (view.Uplink, view.Candidate, view.Address));
        Assert.NotNull(view.LastSeen);
        Assert.InRange((await admin.Get("/v1/status", WireJson.Default.GridStatus)).NodesByState["offline"], 1, 100);
    }

    [Fact]
    public async Task A_new_session_replaces_the_old()
    {
        using var node = new TestNode(controller);
        await node.Join(admin, "twice-01");
        await using var first = await TestSession.Open(controller, node);
        await using var second = await TestSession.Open(controller, node);
        Assert.Equal(StatusCode.Aborted, (await first.Ended()).StatusCode);
        Assert.Equal("online", (await State("twice-01")).State);
    }

    [Fact]
    public async Task A_removed_node_is_cut_off_and_stays_out()
    {
        using var node = new TestNode(controller);
        await node.Join(admin, "gone-01");
        await using var session = await TestSession.Open(controller, node);
        var watch = Stopwatch.StartNew();
        await admin.Remove("gone-01");
        Assert.Equal(StatusCode.PermissionDenied, (await session.Ended()).StatusCode);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
        Assert.Equal(StatusCode.PermissionDenied, (await TestSession.Refused(controller, node, node.Certificate)).StatusCode);
        Assert.Equal(Standing.Revoked, (await node.Enroll()).Standing);
        Assert.Equal(Standing.Revoked, (await node.Unlock()).Answer.Standing);
        Assert.Equal(Standing.Revoked, (await node.Certify()).Standing);
        Assert.DoesNotContain(await admin.Get("/v1/nodes", WireJson.Default.ValuesNodeView), view => view.Id == node.Id);
        Assert.Equal("removed", (await admin.Node(node.Id)).State);
        // The name is free again; an accept by the whole id undoes a mistake, and the share is still the same.
        await admin.Accept(node.Id, "gone-01");
        Assert.NotNull((await node.Unlock()).Share);
    }

    [Fact]
    public async Task A_removed_pending_node_is_refused()
    {
        using var node = new TestNode(controller);
        var poll = node.Enroll(wait: 30);
        await Eventually.Holds(async () => (await admin.Get("/v1/nodes", WireJson.Default.ValuesNodeView)).Any(view => view.Id == node.Id));
        await admin.Remove(node.Id);
        Assert.Equal(Standing.Refused, (await poll).Standing);
    }

    [Fact]
    public async Task Strangers_get_no_session()
    {
        using var node = new TestNode(controller);
        await node.Join(admin, "stranger-01");
        await TestSession.Refused(controller, node, null);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=x", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri($"g8os:node:{node.Id}"));
        request.CertificateExtensions.Add(names.Build());
        using var forged = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddDays(1));
        await TestSession.Refused(controller, node, forged);
    }

    [Fact]
    public async Task An_expired_certificate_is_told_so()
    {
        using var node = new TestNode(controller);
        await node.Join(admin, "old-01");
        using var ca = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(Path.Combine(controller.Data, "keys", "issuing.crt")));
        using var caKey = ECDsa.Create();
        caKey.ImportFromPem(await File.ReadAllTextAsync(Path.Combine(controller.Data, "keys", "issuing.pem")));
        var now = DateTimeOffset.UtcNow;
        using var expired = Issue(ca, caKey, node, now.AddMinutes(-4), now.AddMinutes(-1));
        var refusal = await TestSession.Refused(controller, node, expired);
        Assert.Equal(StatusCode.Unauthenticated, refusal.StatusCode);
        Assert.Contains("expired", refusal.Status.Detail, StringComparison.Ordinal);
        // A session whose certificate ends while it is open is closed, unless the node has got a newer one meanwhile.
        using var brief = Issue(ca, caKey, node, now.AddMinutes(-4), now.AddSeconds(5));
        await using var kept = await TestSession.Open(controller, node, certificate: brief);
        using var other = new TestNode(controller);
        var token = await admin.JoinToken(new TokenRequest());
        await other.Enroll(token.Secret);
        using var uncertified = Issue(ca, caKey, other, now.AddMinutes(-4), now.AddSeconds(5));
        await using var ending = await TestSession.Open(controller, other, certificate: uncertified);
        Assert.Equal(StatusCode.Unauthenticated, (await ending.Ended()).StatusCode);
        Assert.Equal("online", (await State("old-01")).State);
    }

    private static X509Certificate2 Issue(X509Certificate2 ca, ECDsa caKey, TestNode node, DateTimeOffset from, DateTimeOffset to)
    {
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=x", node.NodeKey, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddUri(new Uri($"g8os:node:{node.Id}"));
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.2")], false));
        using var bare = request.Create(ca.SubjectName, X509SignatureGenerator.CreateForECDsa(caKey), from, to, [1, 2, 3, 4]);
        return bare.CopyWithPrivateKey(node.NodeKey);
    }

    [Fact]
    public async Task Explain_asks_the_node_and_knows_itself_when_it_is_away()
    {
        using var node = new TestNode(controller);
        await node.Join(admin, "why-01");
        await using (var session = await TestSession.Open(controller, node))
        {
            var asking = admin.Get("/v1/nodes/why-01/explain", WireJson.Default.NodeExplanation);
            var request = (await session.Next(message => message.ReportRequest is not null)).ReportRequest.Request;
            var report = new NodeReport { Summary = "all is well\u001b[2J", Transitions = [new Transition(DateTimeOffset.UtcNow, "mounted", "gocryptfs said so")] };
            await session.Send(new Proto.FromNode { Report = new Proto.Report { Request = request, Json = JsonSerializer.Serialize(report, WireJson.Default.NodeReport) } });
            var answer = await asking;
            Assert.Equal("all is well [2J", answer.Summary);
            Assert.Contains(answer.Transitions, transition => transition.What == "mounted");
            Assert.Contains(answer.Transitions, transition => transition.What == "session opened");
            Assert.Contains(answer.Transitions, transition => transition.What == "certificate.issued");
        }
        await Eventually.Holds(async () => (await State("why-01")).State == "offline");
        var away = await admin.Get("/v1/nodes/why-01/explain", WireJson.Default.NodeExplanation);
        Assert.Contains("offline", away.Summary, StringComparison.Ordinal);
        Assert.Contains(away.Transitions, transition => transition.What == "session ended");
        Assert.Equal(503, (int)(await admin.Refused("GET", "/v1/nodes/why-01/logs")).Status);
    }

    [Fact]
    public async Task A_log_is_read_through_the_session()
    {
        using var node = new TestNode(controller);
        await node.Join(admin, "log-01");
        await using var session = await TestSession.Open(controller, node);
        var reading = Task.Run(async () =>
        {
            var lines = new List<string>();
            await foreach (var line in admin.Events("/v1/nodes/log-01/logs?lines=7&follow=true&source=sshd", WireJson.Default.LogLine))
                lines.Add($"{line.Node} {line.Source} {line.Text}");
            return lines;
        });
        var request = (await session.Next(message => message.LogRequest is not null)).LogRequest;
        Assert.Equal((7, true, "sshd"), (request.Lines, request.Follow, request.Source));
        foreach (var (text, end) in new[] { ("one\ntw", false), ("o\n", false), ("three", true) })
        {
            await session.Send(new Proto.FromNode
            {
                Log = new Proto.LogChunk { Request = request.Request, Source = "sshd", Data = Google.Protobuf.ByteString.CopyFromUtf8(text), End = end },
            });
        }
        Assert.Equal(["log-01 sshd one", "log-01 sshd two", "log-01 sshd three"], await reading);
        await session.Next(message => message.LogStop?.Request == request.Request);
    }

    [Fact]
    public async Task Without_a_source_core_and_sshd_come_together()
    {
        using var node = new TestNode(controller);
        await node.Join(admin, "logs-01");
        await using var session = await TestSession.Open(controller, node);
        var reading = Task.Run(async () =>
        {
            var lines = new List<string>();
            await foreach (var line in admin.Events("/v1/nodes/logs-01/logs", WireJson.Default.LogLine))
                lines.Add($"{line.Source} {line.Text}");
            return lines;
        });
        for (var i = 0; i < 2; i++)
        {
            var request = (await session.Next(message => message.LogRequest is not null)).LogRequest;
            var log = new Proto.LogChunk { Request = request.Request, Source = request.Source, End = true };
            if (request.Source == "core")
                log.Data = Google.Protobuf.ByteString.CopyFromUtf8("up\n");
            else
                log.Error = "no such log yet";
            await session.Send(new Proto.FromNode { Log = log });
        }
        Assert.Equal(["core up"], await reading);

        var refused = admin.Refused("GET", "/v1/nodes/logs-01/logs?source=nothing");
        var wrong = (await session.Next(message => message.LogRequest is not null)).LogRequest;
        await session.Send(new Proto.FromNode { Log = new Proto.LogChunk { Request = wrong.Request, End = true, Error = "there is no log nothing" } });
        Assert.Equal((404, "no-log"), ((int)(await refused).Status, (await refused).Problem.Code));
    }

    [Fact]
    public async Task An_ssh_certificate_is_short_and_audited()
    {
        using var node = new TestNode(controller);
        await node.Join(admin, "ssh-01");
        await using var session = await TestSession.Open(controller, node);
        var answer = await admin.Post(
            "/v1/ssh/certificate", new SshCertificateRequest("ssh-01", TestNode.SshHostKey), WireJson.Default.SshCertificateRequest, WireJson.Default.SshCertificateAnswer);
        Assert.Equal(("192.0.2.7", "root", node.Grid!.SshCa), (answer.Address, answer.Login, answer.HostCa));
        var shown = await SshTool.Show(answer.Certificate);
        Assert.Contains("user certificate", shown, StringComparison.Ordinal);
        Assert.Contains("@ssh-01", shown, StringComparison.Ordinal);
        Assert.Contains(node.Id, shown, StringComparison.Ordinal); // the only principal
        Assert.InRange(answer.Expires - DateTimeOffset.UtcNow, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(5));
        Assert.Contains(await admin.Audit(), line => line.What == "ssh.certified" && line.Subject == node.Id);
        Assert.Equal(400, (int)(await admin.Refused("POST", "/v1/ssh/certificate", """{"node":"ssh-01","publicKey":"-oProxyCommand=x"}""")).Status);
    }

    [Fact]
    public async Task A_node_that_answers_no_ping_is_gone_within_thirty_seconds()
    {
        using var node = new TestNode(controller);
        await node.Join(admin, "mute-01");
        await using var session = await TestSession.Open(controller, node, answerPings: false);
        await Eventually.Holds(async () => (await State("mute-01")).State == "suspect");
        // 30 s are promised; the deadline of the wait is 40 s in all.
        await Eventually.Holds(async () => (await State("mute-01")).State == "offline");
        Assert.Contains("pings", (await admin.Get("/v1/nodes/mute-01/explain", WireJson.Default.NodeExplanation)).Transitions.Last(step => step.What == "session ended").Evidence, StringComparison.Ordinal);
    }

    private async Task<(string State, string Phase)> State(string name)
    {
        var view = await admin.Node(name);
        return (view.State, view.Phase);
    }
}
