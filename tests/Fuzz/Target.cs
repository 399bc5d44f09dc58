namespace G8os.Fuzz;

/// <summary>Something that reads what strangers write.</summary>
/// <param name="Name">Its name, and that of its folder below tests/Fuzz/corpus.</param>
/// <param name="Run">Reads one input and throws when a promise is broken. It must not keep state between inputs.</param>
/// <param name="Words">Words of the format, for mutations that random bytes would take years to find.</param>
internal sealed record Target(string Name, Action<ReadOnlySpan<byte>> Run, params string[] Words)
{
    /// <summary>Mutations that each run of the tests tries; fewer where each takes signatures.</summary>
    public int Mutations { get; init; } = 20_000;
}

/// <summary>A promise that an input broke.</summary>
internal sealed class BrokenPromiseException(string message) : Exception(message);
