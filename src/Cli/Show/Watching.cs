using G8os.Client;

namespace G8os.Cli.Show;

/// <summary>One watched thing: its key, what of it is news, and the line that tells it.</summary>
internal sealed record WatchedRow(string Key, string News, string Line);

/// <summary>-w: asks again each second and shows what it sees, until Ctrl-C. A controller that is away is said, and waited for.</summary>
internal static class Watching
{
    private const string HomeAndErase = "\x1b[H\x1b[J";
    private const string EraseAll = "\x1b[2J";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>On a terminal: the whole picture again, in place.</summary>
    public static async Task<int> RedrawAsync(Call call, Func<CancellationToken, Task<string>> draw)
    {
        call.Here.Out.Write(EraseAll);
        var picture = "";
        await RepeatAsync(call, async cancel =>
        {
            picture = await draw(cancel);
            call.Here.Out.Write(HomeAndErase + picture);
        }, away: reason => call.Here.Out.Write($"{HomeAndErase}{picture}{reason}\n"));
        return ExitCode.Interrupted;
    }

    /// <summary>Elsewhere: a line for each thing that is new, changed or gone.</summary>
    public static async Task<int> ChangesAsync(Call call, Func<CancellationToken, Task<IReadOnlyList<WatchedRow>>> fetch, Func<string, string?> gone)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        var lastAway = "";
        await RepeatAsync(call, async cancel =>
        {
            var rows = await fetch(cancel);
            lastAway = "";
            foreach (var row in rows)
            {
                if (!known.TryGetValue(row.Key, out var news) || news != row.News)
                    call.Here.Out.WriteLine(row.Line);
                known[row.Key] = row.News;
            }
            foreach (var key in known.Keys.Except(rows.Select(r => r.Key)).ToList())
            {
                known.Remove(key);
                if (gone(key) is { } line)
                    call.Here.Out.WriteLine(line);
            }
        }, away: reason =>
        {
            if (reason != lastAway)
                call.Here.Error.WriteLine(reason);
            lastAway = reason;
        });
        return ExitCode.Interrupted;
    }

    private static async Task RepeatAsync(Call call, Func<CancellationToken, Task> look, Action<string> away)
    {
        while (!call.Cancel.IsCancellationRequested)
        {
            try
            {
                await look(call.Cancel);
                await Task.Delay(Pause, call.Cancel);
            }
            catch (ControllerUnreachableException e)
            {
                away($"{Clean.Line(e.Message)}; trying again");
                await Task.Delay(Pause, call.Cancel);
            }
            catch (OperationCanceledException) when (call.Cancel.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
