using System.Globalization;
using System.Text.Json;
using G8os.Controller.Http;
using G8os.Controller.Nodes;
using G8os.Controller.Sessions;
using G8os.Model.Wire;

namespace G8os.Controller.Grid;

/// <summary>GET /v1/grid and /v1/ping: what a node asks before it trusts anyone.</summary>
internal sealed class GridRoutes(GridStore grid, NodeApi api, SessionTable sessions, string controller, long epoch)
{
    public const int MaxNonce = 128;

    // The body alone fills a full-size packet: a path that loses those fails the probe, not the session later.
    public const int PingLength = 1400;

    public Task Documents(HttpContext context)
    {
        var after = (string?)context.Request.Query["after"] ?? "0";
        return int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? Json.Bytes(context, grid.After(version))
            : Json.Problem(context, 400, "bad-request", $"cannot list versions after '{after}': it is not a number", "ask with ?after=N");
    }

    public Task Ping(HttpContext context)
    {
        var nonce = (string?)context.Request.Query["nonce"] ?? "";
        if (nonce.Length is 0 or > MaxNonce || !nonce.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '=' or '-' or '_'))
            return Json.Problem(context, 400, "bad-request", "cannot answer the probe: the nonce is not 1 to 128 base64 characters", "ask with ?nonce=…");
        var answer = new PingAnswer
        {
            Controller = controller,
            Nonce = nonce,
            Time = ControllerClock.Now,
            Epoch = epoch,
            Load = sessions.Load,
            Challenge = api.NewChallenge(),
        };
        var length = JsonSerializer.SerializeToUtf8Bytes(answer, WireJson.Default.PingAnswer).Length;
        var padded = answer with { Padding = new string('.', Math.Max(0, PingLength - length)) };
        return api.Answer(context, 200, Routes.Ping, nonce, JsonSerializer.SerializeToUtf8Bytes(padded, WireJson.Default.PingAnswer));
    }
}
