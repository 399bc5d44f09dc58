namespace G8os.Sim;

/// <summary>A rule that must always hold did not.</summary>
public sealed class ViolationException(string rule, string message) : Exception($"{rule}: {message}")
{
    public string Rule { get; } = rule;
}
