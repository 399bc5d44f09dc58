using System.CommandLine;
using G8os.Client;

namespace G8os.Cli.Verbs;

/// <summary>g8os git-credential: git asks it for a controller's token (gitcredentials(7), "custom helpers").</summary>
internal static class GitCredential
{
    private const int QuestionMax = 16 * 1024;

    public static Verb Verb => new(GitSetup.CredentialVerb, "Git's credential helper for the controller of a context.", command =>
    {
        var action = new Argument<string>("action") { HelpName = "get|store|erase", Description = "What git wants; only get is answered" };
        command.Arguments.Add(action);
        return async call =>
        {
            var context = call.Context();
            if (call.Get(action) != "get" || !IsOf(context, await QuestionAsync(call)))
                return ExitCode.Ok;
            call.Here.Out.Write($"username=g8os\npassword={context.Token}\n");
            return ExitCode.Ok;
        };
    })
    {
        Hidden = true,
    };

    /// <summary>The token is given for its own controller only.</summary>
    private static bool IsOf(ClientContext context, Dictionary<string, string> question) =>
        question.GetValueOrDefault("protocol") == "https" && new Uri(context.Url).Authority == question.GetValueOrDefault("host");

    private static async Task<Dictionary<string, string>> QuestionAsync(Call call)
    {
        using var reader = new StreamReader(call.Here.Input());
        var text = new char[QuestionMax];
        var length = await reader.ReadBlockAsync(text, call.Cancel);
        var question = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in new string(text, 0, length).Split('\n'))
        {
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                question[line[..equals]] = line[(equals + 1)..];
        }
        return question;
    }
}
