using System.CommandLine;
using G8os.Cli.Show;
using G8os.Client;

namespace G8os.Cli.Verbs;

/// <summary>g8os token rm</summary>
internal static class TokenRm
{
    public static Verb Verb => new("token rm", "Revoke a join token; nodes that used it stay.", command =>
    {
        var token = new Argument<string>("token") { HelpName = Arguments.TokenHelp, Description = "A token's id, as token ls shows it" };
        command.Arguments.Add(token);
        return async call =>
        {
            using var client = call.Connect();
            await client.RevokeTokenAsync(call.Get(token), call.Cancel);
            call.Here.Out.WriteLine(Clean.Line($"Token {call.Get(token)} is revoked."));
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os token rm t-3f9c"],
    };
}
