using System.CommandLine;
using G8os.Cli.Read;
using G8os.Cli.Show;
using G8os.Client;

namespace G8os.Cli.Verbs;

/// <summary>g8os wait</summary>
internal static class Wait
{
    private const string Ready = "ready";
    private const string Run = "run";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    public static Verb Verb => new("wait", "Wait until nodes, apps or a run are as wanted, and say what they wait for.", command =>
    {
        var condition = new Option<string>("--for")
        {
            HelpName = "FIELD=VALUE|ready|run", Required = true,
            Description = "Of a node: phase, state, uplink, candidate, address or name, and its value; of an app: ready; of a run: its end",
        };
        var timeout = new Option<string>("--timeout") { HelpName = "DURATION", Description = "Give up after so long", DefaultValueFactory = _ => "60s" };
        var things = new Argument<string[]>("what") { HelpName = Arguments.ThingHelp, Arity = ArgumentArity.OneOrMore, Description = "The nodes, apps or runs to wait for" };
        command.Options.Add(condition);
        command.Options.Add(timeout);
        command.Arguments.Add(things);
        return async call =>
        {
            var limit = Durations.Parse(call.Get(timeout), "--timeout");
            using var client = call.Connect();
            var waiter = new Waiter(call, call.Here.Now() + limit, limit);
            foreach (var awaited in call.Get(things).Select(typed => Of(client, call.Get(condition), typed)).ToList())
                await waiter.ForAsync(awaited);
            return ExitCode.Ok;
        };
    })
    {
        Examples =
        [
            "g8os wait --for phase=managed node/node-1", "g8os wait --for state=offline node/node-2 --timeout 2m",
            "g8os wait --for ready app/hello --timeout 5m", "g8os wait --for run 3",
        ],
    };

    private static Awaited Of(ControllerClient client, string condition, string typed)
    {
        if (condition == Run)
            return Awaited.EndOf(client, typed.StartsWith("run/", StringComparison.Ordinal) ? typed["run/".Length..] : typed);
        var thing = Thing.Of(typed);
        if (condition == Ready)
            return Awaited.ReadyOf(client, thing.IsApp ? thing.Name
                : throw new ClientException($"cannot wait until {typed} is ready: apps are ready, nodes are managed", "g8os wait --for phase=managed node/NAME", ExitCode.Usage));
        return thing.IsApp ? throw new ClientException($"cannot wait for \"{condition}\" of {typed}", "of an app it wants --for ready", ExitCode.Usage)
            : Awaited.FieldOf(client, Condition.Parse(condition), thing.Name);
    }

    private sealed class Waiter(Call call, DateTimeOffset deadline, TimeSpan limit)
    {
        private readonly WaitLine line = new(call.Here);

        /// <exception cref="ClientException">It did not come to it in time, or cannot any more; the message says why.</exception>
        public async Task ForAsync(Awaited awaited)
        {
            var began = call.Here.Now();
            while (true)
            {
                var seen = await LookAsync(awaited);
                if (seen.Holds || seen.Failed || call.Here.Now() >= deadline)
                    line.Clear();
                if (seen.Holds)
                {
                    call.Here.Out.WriteLine(Clean.Line(awaited.Said));
                    return;
                }
                if (seen.Failed)
                    throw new ClientException($"cannot wait for {awaited.Name}: {seen.Reason}", awaited.Advice, ExitCode.Failed);
                if (call.Here.Now() >= deadline)
                    throw new ClientException($"cannot wait longer for {awaited.Name}: after {RelativeTime.Span(limit)}, {seen.Reason}", awaited.Advice, ExitCode.TimedOut);
                line.Show($"waiting for {awaited.Name} until {awaited.Wanted}: {seen.Reason}", RelativeTime.Span(call.Here.Now() - began));
                await Task.Delay(Pause, call.Cancel);
            }
        }

        private async Task<Seen> LookAsync(Awaited awaited)
        {
            try
            {
                return await awaited.LookAsync(call.Cancel);
            }
            catch (ControllerException e) when (e.ExitCode == ExitCode.NotFound)
            {
                return new(false, "the controller has not heard of it yet");
            }
            catch (ControllerUnreachableException e)
            {
                return new(false, e.Message);
            }
        }
    }
}
