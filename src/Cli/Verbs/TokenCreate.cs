using System.CommandLine;
using G8os.Cli.Read;
using G8os.Cli.Show;
using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os token create</summary>
internal static class TokenCreate
{
    public static Verb Verb => new("token create", "Make a join token. Its secret is shown this once.", command =>
    {
        var name = new Option<string?>("--name") { HelpName = "NODE", Description = "The name of the node that uses it" };
        var labels = new Option<string[]>("--label", "-l") { HelpName = "KEY=VALUE", Description = "A label of nodes that use it; may be repeated" };
        var uses = new Option<int>("--uses") { HelpName = "N", Description = "How many nodes may use it", DefaultValueFactory = _ => 1 };
        var valid = new Option<string>("--valid") { HelpName = "DURATION", Description = "How long it is good for", DefaultValueFactory = _ => "24h" };
        var json = ListingOptions.JsonOption();
        foreach (var option in (ReadOnlySpan<Option>)[name, labels, uses, valid, json])
            command.Options.Add(option);
        return async call =>
        {
            var request = new TokenRequest
            {
                NodeName = call.Get(name),
                Labels = Labels.Parse(call.Get(labels), "--label"),
                Uses = call.Get(uses),
                ValidSeconds = Durations.Seconds(call.Get(valid), "--valid"),
            };
            using var client = call.Connect();
            Print(call, await client.CreateTokenAsync(request, call.Cancel), call.Get(json));
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os token create --name node-4", "g8os token create --uses 20 --label site=gent --valid 1h", "TOKEN=$(g8os token create)"],
    };

    /// <summary>The secret alone on the output, so that a script can take it; what else there is to say goes beside it.</summary>
    private static void Print(Call call, TokenView token, bool json)
    {
        if (json)
        {
            call.Here.Out.WriteLine(Json.Pretty(token, WireJson.Default.TokenView));
            return;
        }
        call.Here.Out.WriteLine(token.Secret);
        call.Here.Error.WriteLine(Clean.Line($"Token {token.Id}{(token.NodeName is { } node ? $" for {node}" : "")}: good for {token.UsesLeft} "
            + $"{(token.UsesLeft == 1 ? "node" : "nodes")}, ends {RelativeTime.Of(token.Expires, call.Here.Now())}. It is not shown again."));
    }
}
