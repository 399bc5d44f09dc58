using System.CommandLine;
using G8os.Cli.Read;
using G8os.Cli.Show;
using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>g8os wait</summary>
internal static class Wait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public static Verb Verb => new("wait", "Wait until nodes are as wanted, and say what they wait for.", command =>
    {
        var condition = new Option<string>("--for") { HelpName = "FIELD=VALUE", Description = "phase, state, uplink, candidate, address or name, and its value", Required = true };
        var timeout = new Option<string>("--timeout") { HelpName = "DURATION", Description = "Give up after so long", DefaultValueFactory = _ => "60s" };
        var nodes = new Argument<string[]>("what") { HelpName = Arguments.TypedNodeHelp, Arity = ArgumentArity.OneOrMore, Description = "The nodes to wait for" };
        command.Options.Add(condition);
        command.Options.Add(timeout);
        command.Arguments.Add(nodes);
        return async call =>
        {
            var wanted = Condition.Parse(call.Get(condition));
            var limit = Durations.Parse(call.Get(timeout), "--timeout");
            using var client = call.Connect();
            var waiter = new Waiter(call, client, wanted, call.Here.Now() + limit);
            foreach (var name in call.Get(nodes).Select(NodeName.Of).ToList())
                await waiter.ForAsync(name, limit);
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os wait --for phase=managed node/node-1", "g8os wait --for state=offline node/node-2 --timeout 2m"],
    };

    private sealed class Waiter(Call call, ControllerClient client, Condition wanted, DateTimeOffset deadline)
    {
        private readonly WaitLine line = new(call.Here);

        /// <exception cref="ClientException">It did not come to it in time; the message says why.</exception>
        public async Task ForAsync(string name, TimeSpan limit)
        {
            var began = call.Here.Now();
            while (true)
            {
                var (holds, reason) = await LookAsync(name);
                if (holds)
                {
                    line.Clear();
                    call.Here.Out.WriteLine(Clean.Line($"node/{name}: {wanted.Field} is {wanted.Value}"));
                    return;
                }
                if (call.Here.Now() >= deadline)
                {
                    line.Clear();
                    throw new ClientException($"cannot wait longer for node/{name}: after {RelativeTime.Span(limit)}, {reason}",
                        $"g8os explain node/{name} tells more", ExitCode.TimedOut);
                }
                line.Show($"waiting for node/{name} until {wanted.Field} is {wanted.Value}: {reason}", RelativeTime.Span(call.Here.Now() - began));
                await Task.Delay(Pause, call.Cancel);
            }
        }

        private async Task<(bool Holds, string Reason)> LookAsync(string name)
        {
            try
            {
                var node = await client.NodeAsync(name, call.Cancel);
                return (wanted.Holds(node), Reason(node));
            }
            catch (ControllerException e) when (e.ExitCode == ExitCode.NotFound)
            {
                return (false, "the controller has not heard of it yet");
            }
            catch (ControllerUnreachableException e)
            {
                return (false, e.Message);
            }
        }

        private string Reason(NodeView node)
        {
            var why = node.Waiting.Length > 0 ? $", {node.Waiting}" : "";
            return $"{wanted.Field} is {wanted.Seen(node)}{why}";
        }
    }
}
