using G8os.Model.Toml;
using G8os.Robot.Blueprints;

namespace G8os.Robot.Compile;

/// <summary>Apps that wait for each other would never start: every circle of consumes is an error, told once, by its names.</summary>
internal static class Cycles
{
    private const int MaxListed = 16;

    private enum Mark { Open, Done }

    public static void Find(Dictionary<string, AppBlueprint> apps, AysErrors errors)
    {
        var marks = new Dictionary<string, Mark>(StringComparer.Ordinal);
        // By name, so that a circle is told from the same app whatever the files are called.
        foreach (var name in apps.Keys.Order(StringComparer.Ordinal))
        {
            if (!marks.ContainsKey(name))
                Walk(apps[name], apps, marks, errors);
        }
    }

    /// <summary>Depth first with a path of its own: thousands of apps may hang on each other.</summary>
    private static void Walk(AppBlueprint first, Dictionary<string, AppBlueprint> apps, Dictionary<string, Mark> marks, AysErrors errors)
    {
        var path = new List<(AppBlueprint App, int Next)> { (first, 0) };
        marks[first.Name.Text] = Mark.Open;
        while (path.Count > 0)
        {
            var (app, next) = path[^1];
            if (next == app.Consumes.Count)
            {
                marks[app.Name.Text] = Mark.Done;
                path.RemoveAt(path.Count - 1);
                continue;
            }
            path[^1] = (app, next + 1);
            var said = app.Consumes[next].App;
            if (said.Text is null || !apps.TryGetValue(said.Text, out var producer))
                continue;
            if (!marks.TryGetValue(said.Text, out var mark))
            {
                marks[said.Text] = Mark.Open;
                path.Add((producer, 0));
            }
            else if (mark == Mark.Open)
                errors.Add(said.Place, Circle(path, said.Text));
        }
    }

    private static string Circle(List<(AppBlueprint App, int Next)> path, string back)
    {
        var start = path.FindIndex(step => step.App.Name.Text == back);
        var names = path.Skip(start).Select(step => step.App.Name.Text).Append(back).ToArray();
        if (names.Length == 2)
            return $"the app {Words.Quote(back)} consumes itself; it would wait for itself for ever";
        var shown = names.Length <= MaxListed ? names : [.. names.Take(MaxListed - 1), "…", back];
        return $"these apps wait for each other for ever: {string.Join(" → ", shown)}; one of them has to start without the other";
    }
}
