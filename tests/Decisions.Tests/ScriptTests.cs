using System.Runtime.CompilerServices;
using Xunit;

namespace G8os.Decisions.Tests;

/// <summary>The boots of scripts/*.txt and the lives of apps of scripts/apps/*.txt. Set G8OS_WRITE_SCRIPTS=1 to write down what the machine does now, and read the difference.</summary>
public sealed class ScriptTests
{
    public static TheoryData<string> Names() =>
        new(Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "scripts"), "*.txt").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Names))]
    public void It_goes_as_written(string name)
    {
        var written = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "scripts", name));
        var played = Script.Play(written);
        if (Environment.GetEnvironmentVariable("G8OS_WRITE_SCRIPTS") == "1")
            File.WriteAllText(Path.Combine(Folder(), "scripts", name), played);
        else
            Assert.Equal(written, played);
    }

    public static TheoryData<string> AppNames() =>
        new(Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "scripts", "apps"), "*.txt").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(AppNames))]
    public void Apps_go_as_written(string name)
    {
        var written = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "scripts", "apps", name));
        var played = AppScript.Play(written);
        if (Environment.GetEnvironmentVariable("G8OS_WRITE_SCRIPTS") == "1")
            File.WriteAllText(Path.Combine(Folder(), "scripts", "apps", name), played);
        else
            Assert.Equal(written, played);
    }

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
