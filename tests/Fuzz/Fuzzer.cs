using System.Security.Cryptography;

namespace G8os.Fuzz;

/// <summary>An input and what it broke.</summary>
internal sealed record Crash(byte[] Input, string Reason);

/// <summary>Runs inputs against one target and judges them.</summary>
internal sealed class Fuzzer(Target target)
{
    /// <summary>No input of <see cref="Mutator.MaxInput"/> may take longer, in time on a processor: the machine may be busy.</summary>
    public static readonly TimeSpan MaxTime = TimeSpan.FromMilliseconds(100);
    /// <summary>The first run of a piece of code compiles it: an input is slow when each of so many tries was.</summary>
    private const int Tries = 8;
    private const int MaxShrinks = 2000;

    public Target Target => target;
    public string Folder { get; } = Path.Combine(Checkout.Root, "tests", "Fuzz", "corpus", target.Name);

    /// <summary>The kept inputs, in the order of their names.</summary>
    public List<(string Name, byte[] Input)> Corpus() =>
        Directory.Exists(Folder)
            ? [.. Directory.EnumerateFiles(Folder).Order(StringComparer.Ordinal).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))]
            : [];

    /// <summary>Judges mutated inputs until one breaks a promise or <paramref name="more"/> says that it is enough.</summary>
    /// <param name="seed">The same seed gives the same inputs.</param>
    /// <param name="more">Asked before each input, with the number of inputs so far.</param>
    public Crash? Run(int seed, Func<long, bool> more)
    {
        var mutator = new Mutator(seed, [.. Corpus().Select(kept => kept.Input)], target.Words);
        // When the process itself dies (stack overflow, a hang that someone ends), the input that did it is in this file.
        using var last = new LastInput(target.Name);
        for (var count = 0L; more(count); count++)
        {
            var input = mutator.Next();
            last.Write(input);
            if (Judge(input) is { } crash)
                return Shrink(crash);
        }
        return null;
    }

    /// <summary>Runs one input; null when it keeps all promises.</summary>
    public Crash? Judge(byte[] input)
    {
        var fastest = TimeSpan.MaxValue;
        for (var i = 0; i < Tries && fastest > MaxTime; i++)
        {
            var start = ThreadTime.Now;
            try
            {
                target.Run(input);
            }
            catch (Exception fault)
            {
                return new(input, fault.ToString());
            }
            fastest = TimeSpan.FromTicks(Math.Min(fastest.Ticks, (ThreadTime.Now - start).Ticks));
        }
        return fastest <= MaxTime ? null : new(input, $"took {fastest.TotalMilliseconds:F0} ms, {Tries} times; at most {MaxTime.TotalMilliseconds} ms are promised");
    }

    /// <summary>Keeps the input in the corpus, so that it is tried for ever, and returns its file.</summary>
    public string Keep(Crash crash)
    {
        Directory.CreateDirectory(Folder);
        var file = Path.Combine(Folder, $"crash-{Convert.ToHexStringLower(SHA256.HashData(crash.Input))[..12]}");
        File.WriteAllBytes(file, crash.Input);
        return file;
    }

    /// <summary>Takes pieces away as long as some promise stays broken.</summary>
    private Crash Shrink(Crash crash)
    {
        var tries = 0;
        for (var piece = Math.Max(1, crash.Input.Length / 2); piece > 0; piece /= 2)
        {
            for (var at = 0; at + piece <= crash.Input.Length && tries < MaxShrinks; tries++)
            {
                if (Judge([.. crash.Input[..at], .. crash.Input[(at + piece)..]]) is { } smaller)
                    crash = smaller;
                else
                    at += piece;
            }
        }
        return crash;
    }
}
