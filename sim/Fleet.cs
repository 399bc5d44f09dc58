namespace G8os.Sim;

/// <summary>What must hold over many nodes: they may not all do the same at the same time.</summary>
public static class Fleet
{
    private const ulong Step = 0x9E3779B97F4A7C15;
    private const long SameStream = 100_000;
    /// <summary>No X may be the first choice of more than this share of the nodes.</summary>
    private const double FirstShareMax = 0.05;
    private const long FirstsNeeded = 500;

    /// <summary>Two jitters are one stream when their states are a few steps apart.</summary>
    public static void NoTwoNodesShareTheirChances(IReadOnlyList<Node> nodes)
    {
        for (var one = 0; one < nodes.Count; one++)
            for (var other = one + 1; other < nodes.Count; other++)
                if (nodes[one].State is { } mine && nodes[other].State is { } theirs
                    && (Same(mine.Network.Jitter.Seed, theirs.Network.Jitter.Seed) || Same(mine.Jitter.Seed, theirs.Jitter.Seed)))
                    throw new ViolationException(nameof(NoTwoNodesShareTheirChances), $"{nodes[one].Name} and {nodes[other].Name} draw the same waits");
    }

    /// <summary>A sentence when too many nodes begin with the same rescue address.</summary>
    public static string? FirstRescueAddressesAreSpread(Coverage coverage)
    {
        var all = coverage.FirstOctets.Sum();
        var most = coverage.FirstOctets.Max();
        return all >= FirstsNeeded && most > all * FirstShareMax
            ? $"{nameof(FirstRescueAddressesAreSpread)}: {most} of {all} nodes begin with 10.254.254.{Array.IndexOf(coverage.FirstOctets, most)}" : null;
    }

    private static bool Same(ulong one, ulong other) => (long)((one - other) * InverseOfStep) is > -SameStream and < SameStream;

    private static readonly ulong InverseOfStep = Inverse(Step);

    /// <summary>Newton's iteration for the inverse of an odd number modulo 2^64.</summary>
    private static ulong Inverse(ulong odd)
    {
        var inverse = odd;
        for (var turn = 0; turn < 6; turn++)
            inverse *= 2 - (odd * inverse);
        return inverse;
    }
}
