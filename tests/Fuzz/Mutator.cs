using System.Text;

namespace G8os.Fuzz;

/// <summary>Makes new inputs from known ones. The same seed gives the same inputs.</summary>
internal sealed class Mutator(int seed, IReadOnlyList<byte[]> corpus, IReadOnlyList<string> words)
{
    public const int MaxInput = 64 * 1024;
    private const int MaxSteps = 8;
    private const int MaxPool = 256;
    private const int MaxRepeats = 400;
    private static readonly byte[] Telling = [0, 1, 0x7f, 0x80, 0xff, (byte)'\n', (byte)'"', (byte)'[', (byte)'='];

    private readonly Random random = new(seed);
    private readonly byte[][] words = [.. words.Select(Encoding.UTF8.GetBytes)];
    /// <summary>Mutated inputs that are mutated further: some faults need many steps.</summary>
    private readonly List<byte[]> pool = [];

    public byte[] Next()
    {
        var input = Pick();
        for (var steps = 1 + random.Next(MaxSteps); steps > 0; steps--)
            input = Step(input);
        if (input.Length > MaxInput)
            input = input[..MaxInput];
        if (random.Next(8) == 0)
        {
            if (pool.Count < MaxPool)
                pool.Add(input);
            else
                pool[random.Next(MaxPool)] = input;
        }
        return input;
    }

    private byte[] Pick()
    {
        if (pool.Count > 0 && random.Next(4) == 0)
            return pool[random.Next(pool.Count)];
        return corpus.Count > 0 ? corpus[random.Next(corpus.Count)] : [];
    }

    private byte[] Step(byte[] input)
    {
        var at = random.Next(input.Length + 1);
        var end = random.Next(2) == 0 ? Math.Min(input.Length, at + 1 + random.Next(16)) : random.Next(at, input.Length + 1);
        switch (random.Next(10))
        {
            case 0 when input.Length > 0:
                var flipped = (byte[])input.Clone();
                flipped[random.Next(input.Length)] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 1 when input.Length > 0:
                var set = (byte[])input.Clone();
                set[random.Next(input.Length)] = random.Next(2) == 0 ? Telling[random.Next(Telling.Length)] : (byte)random.Next(256);
                return set;
            case 2:
                return input[..at];
            case 3:
                return [.. input[..at], .. input[end..]];
            case 4:
                return [.. input[..end], .. input[at..]];
            case 5:
                var other = Pick();
                return [.. input[..at], .. other[random.Next(other.Length + 1)..]];
            case 6:
                return Repeat(input, at, end);
            case 7:
                var inserted = Pick();
                var start = random.Next(inserted.Length + 1);
                return [.. input[..at], .. inserted[start..random.Next(start, inserted.Length + 1)], .. input[at..]];
            default:
                return words.Length == 0 ? input : [.. input[..at], .. words[random.Next(words.Length)], .. input[(random.Next(2) == 0 ? at : end)..]];
        }
    }

    /// <summary>A piece, or a word, many times over: depth and length.</summary>
    private byte[] Repeat(byte[] input, int at, int end)
    {
        var piece = words.Length > 0 && random.Next(2) == 0 ? words[random.Next(words.Length)] : input[at..end];
        var times = 1 + random.Next(random.Next(4) == 0 ? MaxRepeats : 8);
        if (piece.Length * times > MaxInput)
            times = 1;
        return [.. input[..at], .. Enumerable.Repeat(piece, times).SelectMany(bytes => bytes), .. input[at..]];
    }
}
