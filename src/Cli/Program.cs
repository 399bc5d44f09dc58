using System.CommandLine;
using G8os.Cli.Verbs;
using G8os.Lab.Verbs;
using G8os.Model;

namespace G8os.Cli;

/// <summary>The program <c>g8os</c>: the table of its verbs, one line each.</summary>
internal static class Program
{
    public static readonly IReadOnlyList<Verb> Verbs =
    [
        Login.Verb,
        Status.Verb,
        Exec.Verb,
        Logs.Verb,
        Ssh.Verb,
        Explain.Verb,
        Wait.Verb,
        Doctor.Verb,
        NodeLs.Verb,
        NodeShow.Verb,
        NodeAccept.Verb,
        NodeRm.Verb,
        NodeReplay.Verb,
        NetCheck.Verb,
        JobsLs.Verb,
        JobsShow.Verb,
        JobsKill.Verb,
        TokenCreate.Verb,
        TokenLs.Verb,
        TokenRm.Verb,
        ContextLs.Verb,
        ContextUse.Verb,
        ContextRm.Verb,
        AuditLs.Verb,
        Top.Verb,
        AysStatus.Verb,
        AysPlan.Verb,
        AysApply.Verb,
        AysRuns.Verb,
        AysRun.Verb,
        AysClone.Verb,
        AysPull.Verb,
        AppLs.Verb,
        SandboxBuild.Verb,
        SandboxPush.Verb,
        SandboxLs.Verb,
        SandboxShow.Verb,
        SandboxVerify.Verb,
        SandboxDiff.Verb,
        SandboxMountVerb.Verb,
        SandboxUmount.Verb,
        SandboxRm.Verb,
        SandboxGc.Verb,
        Completion.Verb,
        Complete.Verb,
        GitCredential.Verb,
    ];

    /// <summary>What <c>g8os NOUN</c> is about.</summary>
    public static readonly IReadOnlyDictionary<string, string> Nouns = new Dictionary<string, string>
    {
        ["node"] = "The machines of the grid.",
        ["net"] = "Network files.",
        ["jobs"] = "Commands that were sent to nodes, and their results.",
        ["token"] = "Join tokens, which let new nodes in.",
        ["ays"] = "The repository that says what the grid shall be, and the runs that make it so.",
        ["app"] = "The apps of the repository, as they run on nodes.",
        ["context"] = "The grids this operator has logged in to.",
        ["audit"] = "Who did what.",
        ["sandbox"] = "Trees that nodes mount: tools, and what apps run out of.",
    };

    public static readonly Values<string> Examples =
    [
        "g8os login 'https://192.0.2.1:8443#pin=sha256:…&token=…'",
        "g8os status",
        "g8os exec --on node-1 -- uname -a",
        "g8os ays plan",
        "g8os explain app/hello",
    ];

    /// <summary>Groups of verbs that other projects bring.</summary>
    public static IEnumerable<Command> Groups(Surroundings here) =>
    [
        LabVerbs.Create(login => LabContexts.SaveAsync(here, login), lab => LabContexts.ForgetAsync(here, lab), VerbHelp.Remember),
    ];

    private static async Task<int> Main(string[] args)
    {
        using var here = Surroundings.OfThisProcess();
        return await CliProgram.RunAsync(args, here);
    }
}
