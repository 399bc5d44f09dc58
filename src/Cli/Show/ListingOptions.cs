using System.CommandLine;

namespace G8os.Cli.Show;

/// <summary>The options that every listing has: --json, -o, -w.</summary>
internal sealed class ListingOptions
{
    private readonly Option<bool> json = JsonOption();
    private readonly Option<string> output = new("--output", "-o")
    {
        Description = "How it is shown: table, wide, name or json", HelpName = "FORM", DefaultValueFactory = _ => "table",
    };
    private readonly Option<bool> watch = WatchOption();

    public ListingOptions(Command command)
    {
        output.AcceptOnlyFromAmong("table", "wide", "name", "json");
        command.Options.Add(json);
        command.Options.Add(output);
        command.Options.Add(watch);
    }

    public bool InJson(Call call) => call.Get(json) || call.Get(output) == "json";
    public bool Wide(Call call) => call.Get(output) == "wide";
    public bool Names(Call call) => call.Get(output) == "name";
    public bool Watch(Call call) => call.Get(watch);

    public static Option<bool> JsonOption() => new("--json") { Description = "The records as JSON, for scripts" };
    public static Option<bool> WatchOption() => new("--watch", "-w") { Description = "Go on and show what changes; Ctrl-C ends it" };
    public static Option<string[]> LabelsOption() => new("--labels", "-l")
    {
        Description = "Only those with these labels", HelpName = "KEY=VALUE", AllowMultipleArgumentsPerToken = false,
    };
}
