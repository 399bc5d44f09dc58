using System.CommandLine;

namespace G8os.Cli.Verbs;

/// <summary>Arguments that several verbs take. Their help names say what completion offers for them.</summary>
internal static class Arguments
{
    public const string NodeHelp = "NODE";
    public const string ThingHelp = "node/NAME|app/NAME";
    public const string LogHelp = "NODE|app/NAME";
    public const string RunHelp = "RUN";
    public const string PlanHelp = "PLAN-ID";
    public const string JobHelp = "JOB";
    public const string ContextHelp = "CONTEXT";
    public const string TokenHelp = "TOKEN";
    public const string OnHelp = "NODE,…|KEY=VALUE,…";

    public static Argument<string> Node() => new("node") { HelpName = NodeHelp, Description = "A node's name, its id, or at least 4 leading digits of it" };
    public static Argument<string> Job() => new("job") { HelpName = JobHelp, Description = "A job's id" };
    public static Argument<string> Context() => new("name") { HelpName = ContextHelp, Description = "A context's name" };

    public static Option<int> Limit(int standard) => new("--limit")
    {
        HelpName = "N", Description = "At most so many, the newest", DefaultValueFactory = _ => standard,
        Validators = { result => Positive(result.GetValueOrDefault<int>(), "--limit", result) },
    };

    /// <summary>A line's arguments are checked before anything is sent.</summary>
    public static void Positive(int value, string option, System.CommandLine.Parsing.SymbolResult result)
    {
        if (value < 0)
            result.AddError($"cannot take {option} {value}: it wants 0 or more");
    }
}
