using System.Threading.Channels;
using G8os.Controller.Sessions;
using G8os.Model.Wire;
using Proto = G8os.Model.Session;

namespace G8os.Controller.Nodes;

/// <summary>One source of a node's log, asked for over its session and made into lines.</summary>
internal sealed class NodeLog(Session session, string node, string source, int lines, bool follow)
{
    private readonly LineReader text = new();
    private bool begun;

    /// <summary>What the node said why there is no (more) log; empty when it did not.</summary>
    public string Error { get; private set; } = "";

    /// <summary>True when the node said that this was all, false when its session ended first.</summary>
    public bool Ended { get; private set; }

    /// <summary>Reads until the node ends it, the session ends, or the reader stops; then the node is told.</summary>
    public async Task Pump(ChannelWriter<LogLine> output, CancellationToken stop)
    {
        using var relay = session.Open();
        if (relay is null)
        {
            Error = $"{Session.MaxRelays} others are read through its session already";
            return;
        }
        var request = new Proto.LogRequest { Request = relay.Id, Source = source, Lines = lines, Follow = follow };
        session.Send(new Proto.FromController { LogRequest = request });
        try
        {
            await foreach (var answer in relay.Answers.ReadAllAsync(stop))
            {
                if (answer.Log is { } chunk)
                    await Take(relay, chunk, output, stop);
                if (Ended)
                    return;
            }
        }
        catch (OperationCanceledException)
        {
            // The reader stopped; the node is told below.
            return;
        }
        finally
        {
            session.Send(new Proto.FromController { LogStop = new Proto.LogStop { Request = relay.Id } });
        }
    }

    private async Task Take(Relay relay, Proto.LogChunk chunk, ChannelWriter<LogLine> output, CancellationToken stop)
    {
        if (relay.TakeDropped() is > 0 and var lost)
            await output.WriteAsync(new LogLine(node, "controller", $"{lost} bytes were lost: this reader is too slow"), stop);
        var name = chunk.Source.Length > 0 ? NodeStatus.Clean(chunk.Source) : source;
        foreach (var line in text.Add(chunk.Data.Span, chunk.End))
        {
            await output.WriteAsync(new LogLine(node, name, line), stop);
            begun = true;
        }
        Error = NodeStatus.Clean(chunk.Error);
        Ended = chunk.End || Error.Length > 0;
        if (begun && Error.Length > 0)
            await output.WriteAsync(new LogLine(node, "controller", Error), stop);
    }
}
