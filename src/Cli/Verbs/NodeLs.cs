using G8os.Cli.Read;
using G8os.Cli.Show;

namespace G8os.Cli.Verbs;

/// <summary>g8os node ls</summary>
internal static class NodeLs
{
    public static Verb Verb => new("node ls", "List the nodes.", command =>
    {
        var labels = ListingOptions.LabelsOption();
        command.Options.Add(labels);
        var options = new ListingOptions(command);
        return async call =>
        {
            var selected = Labels.Parse(call.Get(labels), "--labels");
            using var client = call.Connect();
            return await NodeColumns.Listing(call.Here).ShowAsync(call, options, cancel => client.NodesAsync(selected, cancel));
        };
    })
    {
        Examples = ["g8os node ls", "g8os node ls -l site=gent -o wide", "g8os node ls --json | jq '.[] | select(.phase != \"managed\")'", "g8os node ls -w"],
    };
}
