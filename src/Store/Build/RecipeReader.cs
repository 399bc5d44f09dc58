using G8os.Model;
using G8os.Model.Sandboxes;
using G8os.Model.Toml;

namespace G8os.Store.Build;

/// <summary>Reads a recipe. Unknown keys, wrong types and impossible values are errors with file, line and column, all of them in one reading.</summary>
public static class RecipeReader
{
    public const int MaxLength = 256 * 1024;
    public const int MaxPackages = 1000;
    public const int MaxItems = 10_000;
    private const int MaxMode = 0xfff;

    /// <summary>Judges a whole file. Never throws.</summary>
    public static RecipeResult Parse(string text, string file)
    {
        var errors = new TomlErrors(file);
        var recipe = TomlDocument.Read(text, errors, MaxLength) is { } table ? Read(new TomlReader(table, errors)) : null;
        return errors.Any ? new(null, errors.ToValues()) : new(recipe, []);
    }

    private static SandboxRecipe Read(TomlReader file)
    {
        var recipe = new SandboxRecipe
        {
            Name = ReadName(file),
            Version = Checked(file, file.String("version"), SandboxRef.IsVersion, SandboxRef.VersionRule),
            Packages = [.. file.Strings("packages", MaxPackages).Select(package => Checked(file, package, IsPackage, "expected a Debian package like \"less\" or \"less=590-2\"")!)],
            Without = [.. file.Strings("without", MaxPackages).Select(package => Checked(file, package, text => IsPackage(text?.Replace('*', 'x')), "expected a Debian package or a pattern of some, like \"perl-*\"")!)],
            Remove = [.. file.Strings("remove", MaxItems).Select(pattern => Checked(file, pattern, PathPattern.IsOne, PathPattern.Rule)!)],
            Directories = [.. file.Strings("directories", MaxItems).Select(path => Checked(file, path, IsAbsolute, AbsoluteRule)!)],
            Path = file.Has("path") ? [.. file.Strings("path", MaxItems).Select(path => Checked(file, path, SandboxManifest.IsPath, "expected a directory of the sandbox without the first slash, like \"usr/bin\"")!)] : null,
            Files = ReadFiles(file),
            Links = ReadLinks(file),
            Tools = ReadTools(file),
        };
        file.End();
        return recipe;
    }

    private static string ReadName(TomlReader file)
    {
        var name = Checked(file, file.String("name"), SandboxRef.IsName, SandboxRef.NameRule);
        if (!file.Has("name"))
            file.Missing("name", "name = \"hello\"");
        return name ?? "";
    }

    /// <summary>Debian Policy, 5.6.1; apt may be given a version after = as well.</summary>
    private static bool IsPackage(string? text) =>
        text is { Length: > 1 } && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '+' or '-' or '=' or '~' or ':');

    private static Values<RecipeFile> ReadFiles(TomlReader file)
    {
        var files = new List<RecipeFile>();
        foreach (var (path, value) in Entries(file, "files"))
        {
            if (value.Kind == TomlKind.String)
                files.Add(new(path, value.Text, null, null));
            else if (value.Table is { } table)
                files.Add(ReadFile(path, new TomlReader(table, file.Errors)));
            else
                file.Errors.Add(value.Place, $"{Words.Quote(path)} in [files]: expected a path or a table like {{ from = \"x\", mode = 0o755 }}, found {value.Article}");
        }
        return files.ToValues();
    }

    private static RecipeFile ReadFile(string path, TomlReader entry)
    {
        var (from, text) = (entry.String("from"), entry.String("text"));
        if (from is null == text is null)
            entry.Errors.Add(entry.Table.Place, $"{entry.Table.Title} needs \"from\" or \"text\", not both");
        var mode = entry.Integer("mode", 0, MaxMode);
        entry.End();
        return new(path, from?.Text, text?.Text, mode);
    }

    private static Values<RecipeLink> ReadLinks(TomlReader file)
    {
        var links = new List<RecipeLink>();
        foreach (var (path, value) in Entries(file, "links"))
        {
            if (value is { Kind: TomlKind.String, Text.Length: > 0 })
                links.Add(new(path, value.Text));
            else
                file.Errors.Add(value.Place, $"{Words.Quote(path)} in [links]: expected where it leads, like \"busybox\", found {value.Article}");
        }
        return links.ToValues();
    }

    private static Values<RecipeTool> ReadTools(TomlReader file)
    {
        var tools = new List<RecipeTool>();
        foreach (var (name, value) in Entries(file, "tools", name => name.Length > 0 && !name.Contains('/'), "expected the name that is typed, like \"mc\""))
        {
            if (value.Kind == TomlKind.String)
                tools.Add(new(name, Checked(file, new(value.Text, value.Place), IsAbsolute, AbsoluteRule)!, [], []));
            else if (value.Table is { } table)
                tools.Add(ReadTool(name, new TomlReader(table, file.Errors)));
            else
                file.Errors.Add(value.Place, $"{Words.Quote(name)} in [tools]: expected a program like \"/usr/bin/mc\" or a table, found {value.Article}");
        }
        return tools.ToValues();
    }

    private static RecipeTool ReadTool(string name, TomlReader entry)
    {
        var exec = Checked(entry, entry.String("exec"), IsAbsolute, AbsoluteRule);
        if (!entry.Has("exec"))
            entry.Missing("exec", "exec = \"/usr/bin/mc\"");
        var env = Table<string>.Empty;
        foreach (var variable in entry.Section("env")?.Table.Entries ?? [])
        {
            if (variable.Value.Kind != TomlKind.String || variable.Key.Any(c => !char.IsAsciiLetterOrDigit(c) && c != '_'))
                entry.Errors.Add(variable.Place, $"{Words.Quote(variable.Key)} in \"env\": expected a variable and its text, like LANG = \"C.UTF-8\"");
            else
                env = env.With(variable.Key, variable.Value.Text);
        }
        var tool = new RecipeTool(name, exec ?? "", [.. entry.Strings("args", MaxItems).Select(arg => arg.Text)], env);
        entry.End();
        return tool;
    }

    private static IEnumerable<(string Key, TomlValue Value)> Entries(TomlReader file, string section, Func<string, bool>? isKey = null, string rule = AbsoluteRule)
    {
        foreach (var entry in file.Section(section)?.Table.Entries.Take(MaxItems) ?? [])
        {
            if ((isKey ?? IsAbsolute)(entry.Key))
                yield return (entry.Key, entry.Value);
            else
                file.Errors.Add(entry.Place, $"bad key {Words.Quote(entry.Key)} in [{section}]: {rule}");
        }
    }

    private const string AbsoluteRule = "expected an absolute path of the sandbox, like \"/usr/bin/hello\"";

    private static bool IsAbsolute(string? path) =>
        path is ['/', _, ..] && !path.Contains('\0') && path[1..].Split('/').All(part => part is not ("" or "." or ".."));

    private static string? Checked(TomlReader file, TomlString? value, Func<string?, bool> isGood, string rule)
    {
        if (value is { } found && !isGood(found.Text))
            file.Errors.Add(found.Place, $"bad value {Words.Quote(found.Text)}: {rule}");
        return value?.Text;
    }
}
