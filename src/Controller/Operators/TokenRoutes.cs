using G8os.Controller.Audit;
using G8os.Controller.Http;
using G8os.Controller.Nodes;
using G8os.Controller.Storage;
using G8os.Model.Wire;

namespace G8os.Controller.Operators;

/// <summary>The operators' routes about join tokens.</summary>
internal sealed class TokenRoutes(Database database)
{
    public Task List(HttpContext context) => Json.Write(context, JoinTokens.List(database), WireJson.Default.ValuesTokenView);

    public async Task Make(HttpContext context)
    {
        if (await Json.Read(context, WireJson.Default.TokenRequest, NodeRoutes.MaxBody) is not { } request)
            return;
        if (Fault(request) is { } fault)
            throw new ApiFault(400, "bad-token", $"cannot make the token: {fault}", "see /openapi/v1.json");
        var who = Operator.Of(context).Name;
        var token = await database.Write(tx =>
        {
            if (JoinTokens.Count(tx) >= JoinTokens.MaxTokens)
                throw new ApiFault(429, "too-many", $"cannot make the token: there are {JoinTokens.MaxTokens} already", "revoke some");
            var made = JoinTokens.Make(tx, request);
            AuditLog.Append(tx, who, "token.made", made.Id, $"for {request.NodeName ?? "any name"}, {request.Uses} nodes, until {made.Expires:u}");
            return made;
        });
        await Json.Write(context, token, WireJson.Default.TokenView, 201);
    }

    public async Task Revoke(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["token"]!;
        var who = Operator.Of(context).Name;
        var found = await database.Write(tx =>
        {
            var revoked = JoinTokens.Revoke(tx, id);
            if (revoked)
                AuditLog.Append(tx, who, "token.revoked", id, "");
            return revoked;
        });
        if (!found)
            throw new ApiFault(404, "no-token", $"cannot find token {id}: there is none with this id", "list them first");
        context.Response.StatusCode = 204;
    }

    private static string? Fault(TokenRequest request)
    {
        if (request.NodeName is { } name && !Names.IsName(name))
            return $"'{name}' is not a node name: 1 to 63 of a-z, 0-9 and -, not starting or ending with -";
        if (request.Uses is < 1 or > JoinTokens.MaxUses)
            return $"it is for 1 to {JoinTokens.MaxUses} nodes";
        if (request.ValidSeconds is < JoinTokens.MinValidSeconds or > JoinTokens.MaxValidSeconds)
            return $"it is good for {JoinTokens.MinValidSeconds} to {JoinTokens.MaxValidSeconds} seconds";
        return Names.Fault(request.Labels);
    }
}
