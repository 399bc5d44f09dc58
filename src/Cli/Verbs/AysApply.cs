using System.CommandLine;
using G8os.Cli.Show;
using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os ays apply</summary>
internal static class AysApply
{
    public static Verb Verb => new("ays apply", "Put a plan into effect; refused when reality moved since it was read.", command =>
    {
        var plan = new Argument<string?>("plan") { HelpName = Arguments.PlanHelp, Arity = ArgumentArity.ZeroOrOne, Description = "The plan that was read; the present one when it is not given" };
        var json = ListingOptions.JsonOption();
        command.Arguments.Add(plan);
        command.Options.Add(json);
        return async call =>
        {
            using var client = call.Connect();
            var view = await client.ApplyAsync(call.Get(plan), call.Cancel);
            if (call.Get(json))
                call.Here.Out.WriteLine(Json.Pretty(view, WireJson.Default.AysView));
            else
                call.Here.Out.WriteLine(Clean.Line(view.Run is { State: "running" } run
                    ? $"Run {run.Number} starts; follow it with g8os ays run {run.Number} -w, or g8os wait --for run {run.Number}"
                    : "There is nothing to do: the grid is what the newest commit says."));
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os ays apply 4be1c0ffee123456", "g8os ays apply"],
    };
}
