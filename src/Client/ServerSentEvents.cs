using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;

namespace G8os.Client;

/// <summary>One server-sent event: its type (<c>message</c> when it names none) and its data as UTF-8.</summary>
internal readonly record struct ServerSentEvent(string Type, byte[] Data);

/// <summary>Reads text/event-stream (WHATWG HTML, 9.2.6). An event that the end of the stream cuts off is dropped, as the standard has it.</summary>
internal static class ServerSentEvents
{
    public const int EventBytesMax = 1024 * 1024;

    /// <exception cref="InvalidDataException">An event is larger than <see cref="EventBytesMax"/>.</exception>
    public static async IAsyncEnumerable<ServerSentEvent> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancel)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));
        var open = new OpenEvent();
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(cancel);
                var rest = result.Buffer;
                while (TryLine(ref rest, out var line))
                    if (open.Take(line) is { } whole)
                        yield return whole;
                if (rest.Length > EventBytesMax)
                    throw new InvalidDataException($"an event is larger than {EventBytesMax} bytes");
                reader.AdvanceTo(rest.Start, rest.End);
                if (result.IsCompleted)
                    yield break;
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private static bool TryLine(ref ReadOnlySequence<byte> rest, out ReadOnlySequence<byte> line)
    {
        line = default;
        if (rest.PositionOf((byte)'\n') is not { } end)
            return false;
        line = rest.Slice(0, end);
        rest = rest.Slice(rest.GetPosition(1, end));
        return true;
    }

    /// <summary>The event whose lines are being read.</summary>
    private sealed class OpenEvent
    {
        private readonly ArrayBufferWriter<byte> data = new();
        private string type = "message";
        private bool hasData;

        /// <summary>Takes one line without its LF; a blank one ends the event.</summary>
        public ServerSentEvent? Take(in ReadOnlySequence<byte> sequence)
        {
            ReadOnlySpan<byte> line = sequence.IsSingleSegment ? sequence.FirstSpan : sequence.ToArray();
            if (line.EndsWith("\r"u8))
                line = line[..^1];
            if (line.IsEmpty)
                return Finish();
            var colon = line.IndexOf((byte)':');
            var value = colon < 0 ? [] : line[(colon + 1)..];
            if (value.StartsWith(" "u8))
                value = value[1..];
            var field = colon < 0 ? line : line[..colon];
            if (field.SequenceEqual("data"u8))
                AddData(value);
            else if (field.SequenceEqual("event"u8))
                type = Encoding.UTF8.GetString(value);
            return null;
        }

        private void AddData(ReadOnlySpan<byte> value)
        {
            if (data.WrittenCount + value.Length >= EventBytesMax)
                throw new InvalidDataException($"an event is larger than {EventBytesMax} bytes");
            if (hasData)
                data.Write("\n"u8);
            data.Write(value);
            hasData = true;
        }

        private ServerSentEvent? Finish()
        {
            ServerSentEvent? whole = hasData ? new ServerSentEvent(type, data.WrittenSpan.ToArray()) : null;
            data.ResetWrittenCount();
            (type, hasData) = ("message", false);
            return whole;
        }
    }
}
