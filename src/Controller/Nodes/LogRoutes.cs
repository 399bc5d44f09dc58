using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using G8os.Controller.Http;
using G8os.Controller.Jobs;
using G8os.Controller.Sessions;
using G8os.Model.Wire;
using Proto = G8os.Model.Session;

namespace G8os.Controller.Nodes;

/// <summary>A node's log, read through its session; of a node that is away, what the controller holds of a job's output.</summary>
internal sealed class LogRoutes(NodeRoutes nodes, NodeViews views, SessionTable sessions, JobBook jobs, CancellationToken stopping)
{
    public const int DefaultLines = 100;
    public const int MaxLines = 100_000;
    public const int MaxLine = 64 * 1024;
    public const int MaxSource = 64;
    private static readonly TimeSpan FirstAnswer = TimeSpan.FromSeconds(10);

    public async Task Logs(HttpContext context)
    {
        var node = nodes.Find(context);
        var query = context.Request.Query;
        var source = (string?)query["source"] ?? "core";
        var follow = (string?)query["follow"] is "true";
        var asked = (string?)query["lines"] ?? DefaultLines.ToString(CultureInfo.InvariantCulture);
        if (!int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var lines) || lines > MaxLines)
            throw new ApiFault(400, "bad-request", $"cannot show '{asked}' lines: it is not a number up to {MaxLines}", "ask with ?lines=N");
        if (source.Length is 0 or > MaxSource || source.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not '-'))
            throw new ApiFault(400, "bad-request", "cannot show this log: the source is core, sshd or a job's id", "ask with ?source=core");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        if (sessions.Get(node.Id) is { } session)
            await FromNode(context, node, session, new Proto.LogRequest { Source = source, Lines = lines, Follow = follow }, stop.Token);
        else if (jobs.Get(source)?.ByNode.GetValueOrDefault(node.Id)?.Output is not null)
            await FromController(context, node, jobs.Get(source)!);
        else
            throw new ApiFault(503, "node-away", $"cannot read the log of {node.Name}: it is {views.Of(node).State} and its log is kept on it", $"see g8os explain node/{node.Name}");
    }

    private static async Task FromNode(HttpContext context, NodeRecord node, Session session, Proto.LogRequest request, CancellationToken stop)
    {
        using var relay = session.Open() ?? throw new ApiFault(429, "too-many", $"cannot read the log of {node.Name}: {Session.MaxRelays} others are read already", "close one");
        request.Request = relay.Id;
        session.Send(new Proto.FromController { LogRequest = request });
        var stream = new EventStream<LogLine>(context, WireJson.Default.LogLine);
        var text = new LineReader(MaxLine);
        var started = false;
        try
        {
            while (await Wait(relay, started ? EventStream<LogLine>.Heartbeat : FirstAnswer, stop) is var more && more is not false)
            {
                if (more is null && !started)
                    throw new ApiFault(504, "no-answer", $"cannot read the log of {node.Name}: it did not answer within {FirstAnswer.TotalSeconds} s", $"see g8os explain node/{node.Name}");
                if (more is null)
                {
                    await stream.Beat();
                    continue;
                }
                if (!relay.Answers.TryRead(out var answer) || answer.Log is not { } chunk)
                    continue;
                if (chunk.Error.Length > 0 && !started)
                    throw new ApiFault(404, "no-log", $"cannot read the log of {node.Name}: {NodeStatus.Clean(chunk.Error)}", "the source is core, sshd or a job's id");
                if (!started)
                    await stream.Start();
                started = true;
                await Relay(stream, node, relay, chunk, text, request.Source);
                if (chunk.End)
                    return;
            }
        }
        catch (OperationCanceledException)
        {
            // The reader went away, or we stop: the node is told below.
            return;
        }
        finally
        {
            session.Send(new Proto.FromController { LogStop = new Proto.LogStop { Request = relay.Id } });
        }
        if (!started)
            throw new ApiFault(503, "node-away", $"cannot read the log of {node.Name}: its session ended", "try again");
    }

    private static async Task Relay(EventStream<LogLine> stream, NodeRecord node, Relay relay, Proto.LogChunk chunk, LineReader text, string source)
    {
        if (relay.TakeDropped() is > 0 and var lost)
            await stream.Send(new LogLine(node.Name, "controller", $"{lost} bytes were lost: this reader is too slow"));
        var name = chunk.Source.Length > 0 ? NodeStatus.Clean(chunk.Source) : source;
        foreach (var line in text.Add(chunk.Data.Span, chunk.End))
            await stream.Send(new LogLine(node.Name, name, line));
        if (chunk.Error.Length > 0)
            await stream.Send(new LogLine(node.Name, "controller", NodeStatus.Clean(chunk.Error)));
    }

    private static async Task FromController(HttpContext context, NodeRecord node, Job job)
    {
        var stream = new EventStream<LogLine>(context, WireJson.Default.LogLine);
        await stream.Start();
        var text = new LineReader(MaxLine);
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

    // True: an answer is there; false: none will come any more; null: none within the time.
    private static async Task<bool?> Wait(Relay relay, TimeSpan limit, CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(limit);
        try
        {
            return await relay.Answers.WaitToReadAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Puts bytes together into lines; a longer one than the limit is cut into several.</summary>
    private sealed class LineReader(int limit)
    {
        private readonly List<byte> rest = [];

        public List<string> Add(ReadOnlySpan<byte> data, bool end)
        {
            var lines = new List<string>();
            foreach (var value in data)
            {
                if (value != '\n')
                    rest.Add(value);
                if (value == '\n' || rest.Count >= limit)
                    Take(lines);
            }
            if (end && rest.Count > 0)
                Take(lines);
            return lines;
        }

        private void Take(List<string> lines)
        {
            lines.Add(Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(rest)).TrimEnd('\r'));
            rest.Clear();
        }
    }
}
