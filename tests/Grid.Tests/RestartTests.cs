using Xunit;

namespace G8os.Grid.Tests;

/// <summary>A controller that is killed after every line of a script, and goes on from what is on disk, issues what the other one issues and ends as it does.</summary>
public sealed class RestartTests
{
    public static TheoryData<string> Names() => ScriptTests.Names();

    [Theory]
    [MemberData(nameof(Names))]
    public void Nothing_is_lost_or_doubled(string name)
    {
        var script = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "scripts", name)).Where(line => line.StartsWith('>') && line != "> restart").ToArray();
        // A new controller gives what has to prove itself its whole time again.
        string[] patient = [.. script, "> well 400"];
        var undisturbed = Issued(GridScript.Play(string.Join('\n', patient)));
        var killed = Issued(GridScript.Play(string.Join('\n', patient.SelectMany(line => new[] { line, "> restart" }))));
        Assert.Equal(undisturbed, killed);
    }

    /// <summary>What was issued to whom, and how runs ended, without the time.</summary>
    private static string[] Issued(string told) =>
        [.. told.Split('\n').Where(line => line.Contains("  -> ", StringComparison.Ordinal) || line.Contains("  = ", StringComparison.Ordinal)).Select(line => line[8..]).Order(StringComparer.Ordinal)];
}
