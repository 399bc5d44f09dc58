namespace G8os.Tidy.Tests;

/// <summary>A place that breaks a rule, shown as <c>file:line: what is wrong</c>.</summary>
internal sealed record Finding(string File, int Line, string Message)
{
    public override string ToString() => $"{File}:{Line}: {Message}";
}

/// <summary>A rule of the repository: its name in <see cref="Rules"/>, what it says, and how breaches of it are found.</summary>
internal sealed record Rule(string Name, string Says, Func<Tree, IEnumerable<Finding>> Find);
