namespace G8os.Controller.Jobs;

/// <summary>A piece of output for a reader: <see cref="Dropped"/> bytes before it are gone.</summary>
internal readonly record struct OutputPiece(int Stream, byte[] Data, long Dropped);

/// <summary>
/// The newest output of one job on one node, both streams in the order they came. Positions count all bytes ever produced, also those
/// that were lost, so that any number of readers, each with a position of its own, know exactly what they missed. The caller locks.
/// </summary>
internal sealed class OutputRing(int capacity)
{
    /// <summary>Small pieces are put together up to this size.</summary>
    public const int MaxMerged = 4096;

    private readonly LinkedList<Chunk> chunks = [];
    private readonly long[] ends = new long[3];

    /// <summary>Bytes held.</summary>
    public int Held { get; private set; }

    /// <summary>The position after the newest byte.</summary>
    public long End { get; private set; }

    /// <summary>Adds output; what a repeated message brings again is left out. Returns the bytes taken.</summary>
    public int Append(int stream, long offset, long dropped, ReadOnlySpan<byte> data)
    {
        var again = (int)Math.Clamp(ends[stream] - offset, 0, data.Length);
        data = data[again..];
        var lost = Math.Max(dropped, offset - ends[stream]);
        ends[stream] = Math.Max(ends[stream], offset + again + data.Length);
        if (again == 0)
            End += Math.Clamp(lost, 0, long.MaxValue / 4 - End);
        if (data.IsEmpty)
            return 0;
        var skipped = Math.Max(0, data.Length - capacity);
        End += skipped;
        Add(stream, data[skipped..]);
        while (Held > capacity)
        {
            Held -= chunks.First!.Value.Length;
            chunks.RemoveFirst();
        }
        return data.Length;
    }

    /// <summary>What a reader at this position has not seen; the position moves to the end.</summary>
    public List<OutputPiece> Read(ref long position)
    {
        var pieces = new List<OutputPiece>();
        for (var node = chunks.Last; node is not null; node = node.Previous)
        {
            if (node.Value.Start + node.Value.Length <= position)
                break;
            var from = (int)Math.Max(0, position - node.Value.Start);
            pieces.Add(new OutputPiece(node.Value.Stream, node.Value.Bytes.AsSpan(from, node.Value.Length - from).ToArray(), node.Value.Start + from));
        }
        pieces.Reverse();
        for (var i = 0; i < pieces.Count; i++)
        {
            var start = pieces[i].Dropped;
            pieces[i] = pieces[i] with { Dropped = start - position };
            position = start + pieces[i].Data.Length;
        }
        return pieces;
    }

    private void Add(int stream, ReadOnlySpan<byte> data)
    {
        if (chunks.Last?.Value is { } last && last.Stream == stream && last.Start + last.Length == End && last.Length + data.Length <= MaxMerged)
        {
            last.Extend(data);
        }
        else
        {
            chunks.AddLast(new Chunk(stream, End, data.ToArray()));
        }
        Held += data.Length;
        End += data.Length;
    }

    private sealed class Chunk(int stream, long start, byte[] bytes)
    {
        public int Stream => stream;
        public long Start => start;
        public byte[] Bytes { get; private set; } = bytes;
        public int Length { get; private set; } = bytes.Length;

        public void Extend(ReadOnlySpan<byte> data)
        {
            if (Bytes.Length < Length + data.Length)
            {
                var bigger = new byte[Math.Min(MaxMerged, Math.Max(Length + data.Length, Length * 2))];
                Bytes.AsSpan(0, Length).CopyTo(bigger);
                Bytes = bigger;
            }
            data.CopyTo(Bytes.AsSpan(Length));
            Length += data.Length;
        }
    }
}
