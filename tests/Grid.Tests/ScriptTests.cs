using System.Runtime.CompilerServices;
using Xunit;

namespace G8os.Grid.Tests;

/// <summary>The commits, plans and runs of scripts/*.txt. Set G8OS_WRITE_SCRIPTS=1 to write down what is said now, and read the difference.</summary>
public sealed class ScriptTests
{
    public static TheoryData<string> Names() =>
        new(Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "scripts"), "*.txt").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void It_goes_as_written(string name)
    {
        var written = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "scripts", name));
        var played = GridScript.Play(written);
        if (Environment.GetEnvironmentVariable("G8OS_WRITE_SCRIPTS") == "1")
            File.WriteAllText(Path.Combine(Folder(), "scripts", name), played);
        else
            Assert.Equal(written, played);
    }

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
