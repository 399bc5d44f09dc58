using G8os.Model;
using G8os.Model.Toml;

namespace G8os.Robot.Compile;

/// <summary>Pins NAME@VERSION or NAME to a version that the controller has.</summary>
internal sealed class SandboxVersions(Table<Values<string>> known, AysErrors errors)
{
    private const int MaxListed = 5;
    private readonly string[] names = [.. known.Where(row => row.Value.Count > 0).Select(row => row.Key)];

    /// <summary>NAME@VERSION, or null after telling why not.</summary>
    public string? Pin(Said sandbox)
    {
        var at = sandbox.Text.IndexOf('@', StringComparison.Ordinal);
        var name = at < 0 ? sandbox.Text : sandbox.Text[..at];
        if (known.Find(name) is not { Count: > 0 } versions)
        {
            errors.Add(sandbox.Place, names.Length == 0
                ? $"unknown sandbox {Words.Quote(name)}: the grid has none yet; push one with g8os sandbox push"
                : $"unknown sandbox {Words.Quote(name)}{errors.NameHint(name, names)}");
            return null;
        }
        if (at < 0)
            return $"{name}@{versions[^1]}";
        var version = sandbox.Text[(at + 1)..];
        if (versions.Contains(version))
            return sandbox.Text;
        var listed = string.Join(", ", versions.Reverse().Take(MaxListed));
        errors.Add(sandbox.Place, $"sandbox {Words.Quote(name)} has no version {Words.Quote(version)}; it has {listed}{(versions.Count > MaxListed ? $" and {versions.Count - MaxListed} older" : "")}");
        return null;
    }

    public Values<string> Pin(IEnumerable<Said> sandboxes) => sandboxes.Select(Pin).OfType<string>().ToValues();
}
