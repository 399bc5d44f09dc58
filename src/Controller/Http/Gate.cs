using G8os.Controller.Nodes;
using G8os.Controller.Operators;
using G8os.Controller.Storage;
using G8os.Decisions.Keys;
using G8os.Model.Wire;

namespace G8os.Controller.Http;

/// <summary>Marks the endpoint of node sessions: only on the session port.</summary>
internal sealed class SessionOnly;

/// <summary>
/// Who may call what, from the route table's data: an endpoint without a row is refused, a node route is open on the API and the plain port,
/// an operator route takes a token of its role on the API port, the session port serves sessions and what the table gives to nodes.
/// </summary>
internal sealed class Gate(OperatorTokens operators, NodeTable nodes, RequestDelegate next)
{
    private readonly RateLimit nodeRequests = new(RateLimit.NodeRequestsPerSecond, RateLimit.NodeRequestsBurst);
    private readonly RateLimit wrongTokens = new(RateLimit.WrongTokensPerSecond, RateLimit.WrongTokensBurst);

    public async Task Invoke(HttpContext context)
    {
        // A dual-stack socket shows IPv4 callers as ::ffff:a.b.c.d; limits, logs and people mean a.b.c.d.
        if (context.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped)
            context.Connection.RemoteIpAddress = mapped.MapToIPv4();
        var listener = context.Features.Get<Listener>();
        var metadata = context.GetEndpoint()?.Metadata;
        if (listener == Listener.Session)
            await OnSessionPort(context, metadata);
        else if (metadata?.GetMetadata<G8os.Model.Wire.Route>() is not { } route || listener is null)
            await NoRoute(context);
        else if (route.Access == Access.Node)
            await ForNode(context);
        else if (listener == Listener.Api)
            await ForOperator(context, route);
        else
            await NoRoute(context);
    }

    /// <summary>TLS has judged the certificate's chain; time and standing are judged here, and by a session itself.</summary>
    private Task OnSessionPort(HttpContext context, EndpointMetadataCollection? metadata)
    {
        if (metadata?.GetMetadata<SessionOnly>() is not null)
            return next(context);
        if (metadata?.GetMetadata<G8os.Model.Wire.Route>() is not { ForNodes: true })
            return NoRoute(context);
        var certificate = context.Connection.ClientCertificate!;
        var now = ControllerClock.Now;
        if (now < certificate.NotBefore.ToUniversalTime() || now > certificate.NotAfter.ToUniversalTime())
            return Json.Problem(context, 401, "certificate", "cannot serve the request: the node's certificate is not valid at this time", "the node gets a new one from /v1/certificate");
        return PeerCertificate.IdOf(certificate, PeerKind.Node) is { } id && nodes.Get(id) is { Standing: Standing.Accepted }
            ? Guarded(context)
            : Json.Problem(context, 403, "not-in-grid", "cannot serve the request: the node is not in the grid", "accept it with g8os node accept");
    }

    private Task ForNode(HttpContext context)
    {
        if (nodeRequests.Take(context.Connection.RemoteIpAddress))
            return Guarded(context);
        context.Response.Headers.RetryAfter = "5";
        return Json.Problem(context, 429, "too-many", "cannot serve the request: too many from this address", "come again in a few seconds");
    }

    private async Task ForOperator(HttpContext context, G8os.Model.Wire.Route route)
    {
        var address = context.Connection.RemoteIpAddress;
        if (!wrongTokens.Has(address))
        {
            context.Response.Headers.RetryAfter = "5";
            await Json.Problem(context, 429, "too-many", "cannot check the token: too many wrong ones from this address", "come again in a few seconds");
            return;
        }
        var header = (string?)context.Request.Headers.Authorization ?? "";
        var user = TokenOf(header) is { } token ? operators.Check(token) : null;
        if (user is null)
        {
            // Git asks without a token first, each time: that is no guess.
            var git = context.Request.Path.StartsWithSegments(Routes.Git, StringComparison.Ordinal);
            if (header.Length > 0 || !git)
                wrongTokens.Take(address);
            context.Response.Headers.WWWAuthenticate = git ? "Basic realm=\"g8os\"" : "Bearer";
            await Json.Problem(context, 401, "not-signed-in", "cannot serve the request: no operator token, or one this grid does not know", "make a login string with g8os-controller login-link, then g8os login");
        }
        else if (user.Role < Operator.Needed(route.Access))
        {
            await Json.Problem(context, 403, "not-allowed", $"cannot serve the request: {user.Name} is {user.Role}, this takes the role {Operator.Needed(route.Access)}", "ask an admin");
        }
        else
        {
            context.Features.Set(user);
            await Guarded(context);
        }
    }

    private async Task Guarded(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (ApiFault fault) when (!context.Response.HasStarted)
        {
            await Json.Problem(context, fault.Status, fault.Code, fault.Message, fault.Remedy);
        }
        catch (StorageFault fault) when (!context.Response.HasStarted)
        {
            await Json.Problem(context, 503, "storage", fault.Message, "see the controller's log");
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller went away: nobody is left to answer.
            context.Abort();
        }
    }

    /// <summary>The token of an Authorization header: a bearer's, or the password that git sends (RFC 7617), with any user name.</summary>
    private static string? TokenOf(string header)
    {
        const string Bearer = "Bearer ";
        const string Basic = "Basic ";
        const int MaxBasic = 512;
        if (header.StartsWith(Bearer, StringComparison.Ordinal))
            return header[Bearer.Length..];
        if (!header.StartsWith(Basic, StringComparison.Ordinal) || Base64.Decode(header[Basic.Length..], MaxBasic) is not { } pair)
            return null;
        var text = System.Text.Encoding.UTF8.GetString(pair);
        return text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }

    private static Task NoRoute(HttpContext context) =>
        Json.Problem(context, 404, "no-route", $"cannot find {context.Request.Method} {context.Request.Path}: there is no such route on this port", "see /openapi/v1.json on the API port");
}
