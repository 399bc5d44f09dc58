using System.Text;
using G8os.Store.Tree;

namespace G8os.Store.Build;

/// <summary>Writes the starter of a tool: the sandbox's own loader with its own libraries, found from where the starter lies.</summary>
internal static class ToolScript
{
    private static readonly string[] Loaders = ["lib64/ld-linux-x86-64.so.2", "lib/ld-linux-aarch64.so.1"];

    public static string Write(RecipeTool tool, TreeInode root)
    {
        if (root.Find(tool.Exec) is null)
            throw new StoreException($"cannot make the tool {tool.Name}: {tool.Exec} is not in the sandbox");
        var text = new StringBuilder("#!/bin/sh\n# Runs with the sandbox's own libraries, wherever it is mounted.\nself=$(readlink -f -- \"$0\")\nroot=${self%/bin/*}\n");
        foreach (var (name, value) in tool.Env)
            text.Append($"export {name}={Quoted(value)}\n");
        var exec = $"\"$root\"{Quoted(tool.Exec)}";
        text.Append("exec ");
        if (Loaders.FirstOrDefault(loader => root.Find(loader) is not null) is { } loader)
            text.Append($"\"$root\"/{loader} --library-path {Libraries(root)} --argv0 {exec} ");
        text.Append(exec);
        foreach (var argument in tool.Args)
            text.Append($" {Quoted(argument)}");
        return text.Append(" \"$@\"\n").ToString();
    }

    /// <summary>The multiarch directories, e.g. usr/lib/x86_64-linux-gnu.</summary>
    private static string Libraries(TreeInode root)
    {
        var directories = root.Find("usr/lib")?.Children.Where(entry => entry.Value.IsDirectory && entry.Key.ToString().EndsWith("-linux-gnu", StringComparison.Ordinal)).Select(entry => entry.Key.ToString()) ?? [];
        return string.Join(':', directories.Select(directory => $"\"$root\"/usr/lib/{directory}"));
    }

    /// <summary>A word of the shell; {root} is where the sandbox is mounted.</summary>
    private static string Quoted(string text) =>
        string.Join("\"$root\"", text.Split("{root}").Select(part => part.Length == 0 ? "" : part.All(IsPlain) ? part : $"'{part.Replace("'", "'\\''", StringComparison.Ordinal)}'"));

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '-' or '_' or '+' or ':' or ',' or '=';
}
