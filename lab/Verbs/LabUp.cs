using System.Diagnostics;
using System.Globalization;
using G8os.Lab.Control;

namespace G8os.Lab.Verbs;

/// <summary>Draws a lab and waits until every node is where it is meant to be.</summary>
/// <param name="output">Where progress and tables go.</param>
/// <param name="error">Where faults go.</param>
/// <param name="live">True on a terminal: the last line says what is waited for, and is written over.</param>
/// <param name="noWait">True when it is enough that all nodes were switched on.</param>
internal sealed class LabUp(TextWriter output, TextWriter error, bool live, bool noWait)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);
    private const int LineWidth = 110;

    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Dictionary<string, string> shown = new(StringComparer.Ordinal);
    private string message = "";

    /// <summary>Returns the exit code.</summary>
    public async Task<int> RunAsync(string file, string? name, TimeSpan timeout, Func<LabLogin, Task>? save, CancellationToken cancel)
    {
        file = Path.GetFullPath(file);
        var text = await ReadAsync(file, cancel);
        var read = LabFile.Parse(text, Path.GetRelativePath(Environment.CurrentDirectory, file));
        if (read.File is not { } lab)
        {
            foreach (var fault in read.Errors)
                await error.WriteLineAsync(fault.ToString());
            return LabExit.Failed;
        }
        var paths = LabPaths.Of(name ?? lab.Name);
        using var running = await LabClient.TryConnectAsync(paths, cancel);
        if (running is not null)
            return await ShowAsync(running, paths, text, save, cancel);
        if (LabDoctor.Check() is { Count: > 0 } problems)
        {
            await error.WriteLineAsync(LabDoctor.Report(problems));
            return LabExit.Failed;
        }
        CheckNets(lab, file);
        await output.WriteLineAsync($"drawing lab {paths.Name}: {Count(lab.Segments.Count, "segment")}, {Count(lab.Controllers.Count, "controller")}, {Count(lab.Nodes.Count, "node")}");
        using var client = await LabStarter.StartAsync(paths, file, text, cancel);
        return await WaitAsync(client, timeout, save, cancel);
    }

    private static string Count(int number, string what) => string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? "" : "s")}");

    private static async Task<string> ReadAsync(string file, CancellationToken cancel)
    {
        try
        {
            return await File.ReadAllTextAsync(file, cancel);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var absent = e is FileNotFoundException or DirectoryNotFoundException;
            throw new LabException($"cannot read {file}: {(absent ? "there is no such file" : e.Message)}", absent ? LabErrorKind.NotFound : LabErrorKind.Failed, e);
        }
    }

    /// <summary>A net.toml that cannot be found is a fault of the drawing; what it says is the node's affair, and may be wrong on purpose.</summary>
    private static void CheckNets(LabFile lab, string file)
    {
        foreach (var node in lab.Nodes.Where(node => node.Net is not null))
        {
            var net = Path.Combine(Path.GetDirectoryName(file)!, node.Net!);
            if (!File.Exists(net))
                throw new LabException($"cannot find {net}, the net.toml of node {node.Name}: write it, or leave net out for a generated one", LabErrorKind.NotFound);
        }
    }

    /// <summary>The lab is up already: nothing is changed.</summary>
    private async Task<int> ShowAsync(LabClient client, LabPaths paths, string text, Func<LabLogin, Task>? save, CancellationToken cancel)
    {
        var status = await client.StatusAsync(cancel);
        await output.WriteLineAsync($"lab {status.Name} is up already");
        if (await File.ReadAllTextAsync(paths.LabFile, cancel) != text)
            await output.WriteLineAsync($"it was drawn from another text ({status.File}); g8os lab down and up draws it anew");
        LabTable.Write(output, status);
        await SaveAsync(client, status, save, cancel);
        return LabExit.Ok;
    }

    private static async Task SaveAsync(LabClient client, LabStatus status, Func<LabLogin, Task>? save, CancellationToken cancel)
    {
        if (save is not null && status.Controllers is [{ Ready: true, Pin: not null }, ..])
            await save((await client.AskAsync(new(LabVerb.Login), cancel)).Login!);
    }

    private async Task<int> WaitAsync(LabClient client, TimeSpan timeout, Func<LabLogin, Task>? save, CancellationToken cancel)
    {
        while (true)
        {
            var status = await client.StatusAsync(cancel);
            Report(status);
            var stuck = status.State == LabState.Failed || status.Nodes.Any(node => node.State == MachineState.Exited);
            if (status.State == LabState.Running && (noWait || status.Nodes.All(node => node.Settled)))
                return await DoneAsync(client, status, save, cancel);
            if (stuck || clock.Elapsed > timeout)
                return await GiveUpAsync(client, status, stuck, save, cancel);
            Wait(status);
            await Task.Delay(Pause, cancel);
        }
    }

    /// <summary>Writes a line for each thing that has changed.</summary>
    private void Report(LabStatus status)
    {
        if (status.Message.Length > 0 && status.Message != message && status.State == LabState.Starting)
            Line(status.Message);
        message = status.Message;
        foreach (var node in status.Nodes)
        {
            // The console's chatter is for the last line; here only what the controller knows, and ends, are news.
            var news = LabTable.Progress(node.Phase.Length > 0 || node.State == MachineState.Exited ? node : node with { Waiting = "" });
            if (node.State != MachineState.Stopped && shown.GetValueOrDefault(node.Name) != news)
                Line(news);
            shown[node.Name] = node.State == MachineState.Stopped ? "" : news;
        }
    }

    private void Line(string text) => output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Erase}{clock.Elapsed.TotalSeconds,6:0.0} s  {text}"));

    private string Erase => live ? "\r\x1b[K" : "";

    private void Wait(LabStatus status)
    {
        if (!live)
            return;
        var open = status.Nodes.Where(node => !node.Settled).ToList();
        var reason = status.State == LabState.Starting ? status.Message
            : "waiting for " + string.Join("; ", open.Select(node => $"{node.Name}: {(node.Waiting.Length > 0 ? node.Waiting : LabTable.Phase(node))}"));
        var line = string.Create(CultureInfo.InvariantCulture, $"{clock.Elapsed.TotalSeconds,6:0.0} s  {reason}");
        output.Write(Erase + (line.Length <= LineWidth ? line : line[..(LineWidth - 1)] + "…"));
        output.Flush();
    }

    private async Task<int> DoneAsync(LabClient client, LabStatus status, Func<LabLogin, Task>? save, CancellationToken cancel)
    {
        await SaveAsync(client, status, save, cancel);
        Line($"lab {status.Name} is {(status.Nodes.All(node => node.Settled) ? "up" : "switched on")}");
        await output.WriteLineAsync();
        LabTable.Write(output, status);
        LabTable.WriteNext(output, status);
        return LabExit.Ok;
    }

    /// <summary>Says who waits for what. The lab stays as it is.</summary>
    private async Task<int> GiveUpAsync(LabClient client, LabStatus status, bool stuck, Func<LabLogin, Task>? save, CancellationToken cancel)
    {
        await output.WriteAsync(Erase);
        await error.WriteLineAsync(stuck ? $"lab {status.Name} cannot come up" : $"lab {status.Name} did not come up within {timeoutText(clock.Elapsed)}");
        if (status.State == LabState.Failed)
            await error.WriteLineAsync($"  {status.Message}");
        foreach (var node in status.Nodes.Where(node => !node.Settled))
            await error.WriteLineAsync($"  {node.Name} ({LabTable.Phase(node)}) waits for: {(node.Waiting.Length > 0 ? node.Waiting : "nothing it could name")}; see {node.Log ?? node.Console}");
        await error.WriteLineAsync($"it is left running: g8os lab status --name {status.Name} looks again, g8os lab down --name {status.Name} removes it");
        await SaveAsync(client, status, save, cancel);
        return LabExit.TimedOut;

        static string timeoutText(TimeSpan elapsed) => string.Create(CultureInfo.InvariantCulture, $"{elapsed.TotalSeconds:0} s");
    }
}
