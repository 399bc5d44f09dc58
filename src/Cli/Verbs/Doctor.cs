using G8os.Cli.Show;
using G8os.Client;
using G8os.Model;

namespace G8os.Cli.Verbs;

/// <summary>g8os doctor</summary>
internal static class Doctor
{
    public static Verb Verb => new("doctor", "Look at this machine and the controller: one line each, and what to do.", command =>
    {
        var json = ListingOptions.JsonOption();
        command.Options.Add(json);
        return async call =>
        {
            var findings = new List<Finding>(DoctorChecks.Machine(call.Here));
            findings.AddRange(await DoctorChecks.ControllerAsync(call));
            if (call.Get(json))
                call.Here.Out.WriteLine(Json.Pretty(findings.ToValues(), CliJson.Default.ValuesFinding));
            else
                Print(call.Here, findings);
            return findings.TrueForAll(f => f.Ok) ? ExitCode.Ok : ExitCode.Failed;
        };
    })
    {
        Examples = ["g8os doctor", "g8os doctor --json | jq '.[] | select(.ok | not)'"],
    };

    private static void Print(Surroundings here, List<Finding> findings)
    {
        using var drawing = new Drawing(here);
        drawing.Facts(findings.Select(f => (f.Subject, f.Ok ? new Cell($"ok: {f.Found}", "green") : new Cell($"{f.Found}; {f.Remedy}", "red"))));
        here.Out.Write(drawing.ToString());
    }
}
