using System.Globalization;
using System.Threading.Channels;
using G8os.Controller.Http;
using G8os.Controller.Jobs;
using G8os.Controller.Sessions;
using G8os.Model.Wire;

namespace G8os.Controller.Nodes;

/// <summary>A node's log, read through its session; of a node that is away, what the controller holds of a job's output.</summary>
internal sealed class LogRoutes(NodeRoutes nodes, NodeViews views, SessionTable sessions, JobBook jobs, CancellationToken stopping)
{
    public const int DefaultLines = 100;
    public const int MaxLines = 100_000;
    public const int MaxSource = 64;
    public const int MaxBuffered = 256;
    private static readonly string[] Everything = ["core", "sshd"];
    private static readonly TimeSpan FirstAnswer = TimeSpan.FromSeconds(10);
    // A log that is followed may be silent for long: the reader is told soon that it is connected.
    private static readonly TimeSpan FirstAnswerOfFollowed = TimeSpan.FromSeconds(1);

    public async Task Logs(HttpContext context)
    {
        var node = nodes.Find(context);
        var source = (string?)context.Request.Query["source"];
        var (lines, follow) = Asked(context);
        if (source is not null && (source.Length is 0 or > MaxSource || source.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not '-')))
            throw new ApiFault(400, "bad-request", "cannot show this log: the source is core, sshd or a job's id", "ask with ?source=core");
        if (sessions.Get(node.Id) is { } session)
            await FromNodes(context, node.Name, [.. (source is null ? Everything : [source]).Select(name => new NodeLog(session, node.Name, name, lines, follow))], follow);
        else if (source is not null && jobs.Get(source) is { } job && job.ByNode.GetValueOrDefault(node.Id)?.Output is not null)
            await FromController(context, node, job);
        else
            throw new ApiFault(503, "node-away", $"cannot read the log of {node.Name}: it is {views.Of(node).State} and its log is kept on it", $"see g8os explain node/{node.Name}");
    }

    /// <summary>How many lines are asked for, and whether new ones too.</summary>
    public static (int Lines, bool Follow) Asked(HttpContext context)
    {
        var query = context.Request.Query;
        var asked = (string?)query["lines"] ?? DefaultLines.ToString(CultureInfo.InvariantCulture);
        return int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var lines) && lines <= MaxLines
            ? (lines, (string?)query["follow"] is "true")
            : throw new ApiFault(400, "bad-request", $"cannot show '{asked}' lines: it is not a number up to {MaxLines}", "ask with ?lines=N");
    }

    /// <summary>Streams the lines of several logs together, as they come.</summary>
    /// <param name="context">The request.</param>
    /// <param name="what">Whose log it is, for messages.</param>
    /// <param name="logs">Where it is read.</param>
    /// <param name="follow">Go on with new lines.</param>
    public async Task FromNodes(HttpContext context, string what, IReadOnlyList<NodeLog> logs, bool follow)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        var lines = Channel.CreateBounded<LogLine>(new BoundedChannelOptions(MaxBuffered) { SingleReader = true });
        var pumps = Pump(logs, lines.Writer, stop.Token);
        try
        {
            var first = await Wait(lines.Reader, follow ? FirstAnswerOfFollowed : FirstAnswer, stop.Token);
            if (first is false)
                ThrowIfNothing(what, logs);
            else if (first is null && !follow)
                throw new ApiFault(504, "no-answer", $"cannot read the log of {what}: its node did not answer within {FirstAnswer.TotalSeconds} s", "see g8os status");
            await Stream(context, lines.Reader, stop.Token);
        }
        catch (OperationCanceledException)
        {
            // The reader went away, or we stop: the node is told by the pumps.
            return;
        }
        finally
        {
            await stop.CancelAsync();
            await pumps;
        }
    }

    private static async Task Stream(HttpContext context, ChannelReader<LogLine> lines, CancellationToken stop)
    {
        var stream = new EventStream<LogLine>(context, WireJson.Default.LogLine);
        await stream.Start();
        while (await Wait(lines, EventStream<LogLine>.Heartbeat, stop) is var more && more is not false)
        {
            if (more is null)
                await stream.Beat();
            while (lines.TryRead(out var line))
                await stream.Send(line);
        }
    }

    private static async Task Pump(IReadOnlyList<NodeLog> logs, ChannelWriter<LogLine> lines, CancellationToken stop)
    {
        await Task.WhenAll(logs.Select(log => log.Pump(lines, stop)));
        lines.Complete();
    }

    private static void ThrowIfNothing(string what, IReadOnlyList<NodeLog> logs)
    {
        if (logs.All(log => log.Error.Length > 0))
            throw new ApiFault(404, "no-log", $"cannot read the log of {what}: {logs[0].Error}", "the source is core, sshd or a job's id");
        if (!logs.Any(log => log.Ended))
            throw new ApiFault(503, "node-away", $"cannot read the log of {what}: the session ended", "try again");
    }

    private static async Task FromController(HttpContext context, NodeRecord node, Job job)
    {
        var stream = new EventStream<LogLine>(context, WireJson.Default.LogLine);
        await stream.Start();
        var text = new LineReader();
        long position = 0;
        List<OutputPiece> pieces;
        lock (job.Gate)
            pieces = job.ByNode[node.Id].Output!.Read(ref position);
        foreach (var piece in pieces)
        {
            if (piece.Dropped > 0)
                await stream.Send(new LogLine(node.Name, "controller", $"{piece.Dropped} bytes are on the node only, which is away"));
            foreach (var line in text.Add(piece.Data, false))
                await stream.Send(new LogLine(node.Name, job.Id, line));
        }
        foreach (var line in text.Add([], true))
            await stream.Send(new LogLine(node.Name, job.Id, line));
    }

    // True: a line is there; false: none will come any more; null: none within the time.
    private static async Task<bool?> Wait(ChannelReader<LogLine> lines, TimeSpan limit, CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(limit);
        try
        {
            return await lines.WaitToReadAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }
}
