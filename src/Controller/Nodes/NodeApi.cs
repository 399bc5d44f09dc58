using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using G8os.Controller.Audit;
using G8os.Controller.Grid;
using G8os.Controller.Http;
using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Controller.Nodes;

/// <summary>POST /v1/enroll, /v1/unlock, /v1/certificate: prove, decide, sign. Whoever proves nothing gets the same bytes whatever is known of the node.</summary>
internal sealed class NodeApi(GridKeys keys, Enrollment enrollment, Unlocking unlocking, CertificateIssue certificates, RefusalLog refusals, CancellationToken stopping)
{
    public const int MaxBody = 16 * 1024;
    public const int MaxListed = 64;
    public const int MaxText = 256;

    // Unproved requests are answered on a tick counted from their arrival, so that the time taken says nothing either.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);
    private readonly RateLimit ofNode = new(RateLimit.RequestsOfNodePerSecond, RateLimit.RequestsOfNodeBurst);
    private const string NotProved = "the request does not prove who it is from: get a new challenge from /v1/ping and sign again";

    public Task Enroll(HttpContext context) => Serve(
        context, Routes.Enroll, WireJson.Default.EnrollRequest, WireJson.Default.EnrollAnswer,
        request => (request.NodeId, request.Identity, request.Challenge, IsSane(request.Macs, request.Facts)),
        new EnrollAnswer { Standing = Standing.Refused, Reason = NotProved, Challenge = "" },
        async (request, _, remote) =>
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
            var node = await enrollment.Enroll(request, remote, stop.Token);
            return new EnrollAnswer { Standing = node.Standing, Name = node.Standing == Standing.Accepted ? node.Name : "", Reason = node.Reason, Challenge = NewChallenge() };
        });

    public Task Unlock(HttpContext context) => Serve(
        context, Routes.Unlock, WireJson.Default.UnlockRequest, WireJson.Default.UnlockAnswer,
        request => (request.NodeId, request.Identity, request.Challenge, IsSane(request.Macs, request.Facts)),
        new UnlockAnswer { Standing = Standing.Refused, Reason = NotProved, Challenge = "" },
        async (request, proved, remote) => await unlocking.Unlock(request, proved.SignatureBytes, remote) with { Challenge = NewChallenge() });

    public Task Certificate(HttpContext context) => Serve(
        context, Routes.Certificate, WireJson.Default.CertificateRequest, WireJson.Default.CertificateAnswer,
        request => (request.NodeId, request.Identity, request.Challenge, true),
        new CertificateAnswer { Standing = Standing.Refused, Reason = NotProved, Challenge = "" },
        async (request, proved, remote) =>
        {
            var nodeSignature = (string?)context.Request.Headers[NodeHeaders.NodeSignature];
            return await certificates.Issue(request, proved, nodeSignature, remote) with { Challenge = NewChallenge() };
        });

    /// <summary>A challenge for a node's next request.</summary>
    public string NewChallenge() =>
        Challenge.Make(keys.ChallengeSecret, ControllerClock.Now, System.Security.Cryptography.RandomNumberGenerator.GetBytes(Challenge.RandomLength));

    /// <summary>Sends a body signed by the probe key.</summary>
    public Task Answer(HttpContext context, int status, string path, string binding, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.Headers[NodeHeaders.Key] = keys.Probe.Id;
        context.Response.Headers[NodeHeaders.Signature] = Convert.ToBase64String(keys.Probe.Sign(NodeSignature.AnswerBytes(path, binding, body)));
        return Json.Bytes(context, body);
    }

    private async Task Serve<TRequest, TAnswer>(
        HttpContext context, string path, JsonTypeInfo<TRequest> requestType, JsonTypeInfo<TAnswer> answerType,
        Func<TRequest, (string NodeId, string Identity, string Challenge, bool Sane)> common, TAnswer unproved,
        Func<TRequest, ProvedRequest, IPAddress?, Task<TAnswer>> decide)
        where TRequest : class
    {
        var arrived = Environment.TickCount64;
        var body = await Json.ReadAll(context, MaxBody);
        if (body is null || Json.Parse(body, requestType) is not { } request || common(request) is not { Sane: true } parts)
        {
            await Json.Problem(context, 400, "bad-request", $"cannot read the request: it is not JSON of {path}, or longer than {MaxBody} bytes", "send it as described at /openapi/v1.json");
            return;
        }
        var signature = (string?)context.Request.Headers[NodeHeaders.Signature];
        if (ProvedRequest.Check(keys.ChallengeSecret, path, body, signature, parts.NodeId, parts.Identity, parts.Challenge) is not { } proved)
        {
            var claimed = P256.IsNodeId(parts.NodeId) ? parts.NodeId : "";
            await refusals.Note(context.Connection.RemoteIpAddress, "request.unproved", claimed, path);
            await Task.Delay(Tick - TimeSpan.FromMilliseconds((Environment.TickCount64 - arrived) % (long)Tick.TotalMilliseconds));
            await Answer(context, 403, path, signature ?? "", JsonSerializer.SerializeToUtf8Bytes(unproved, answerType));
            return;
        }
        if (!ofNode.Take(proved.NodeId))
        {
            context.Response.Headers.RetryAfter = "5";
            await Json.Problem(context, 429, "too-many", "cannot serve the request: too many from this node", "come again in a few seconds");
            return;
        }
        var answer = await decide(request, proved, context.Connection.RemoteIpAddress);
        await Answer(context, 200, path, proved.Signature, JsonSerializer.SerializeToUtf8Bytes(answer, answerType));
    }

    private static bool IsSane(Values<string> macs, NodeFacts facts) =>
        macs.Count <= MaxListed && facts.DiskSerials.Count <= MaxListed
        && macs.Concat(facts.DiskSerials).Concat([facts.Hostname, facts.Kernel, facts.Version, facts.DmiSerial])
            .All(text => text is not null && text.Length <= MaxText && !text.Any(char.IsControl));
}
