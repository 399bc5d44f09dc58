using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace G8os.Tidy.Tests;

/// <summary>The law of the house: who may know whom, and who alone may touch the system.</summary>
internal static partial class LayerRules
{
    private static readonly Dictionary<string, string[]> MayReferTo = new()
    {
        ["Model"] = [],
        ["Linux"] = [],
        ["Decisions"] = ["Model"],
        ["Store"] = ["Model"],
        ["Client"] = ["Model", "Decisions"],
        ["Lab"] = ["Model", "Decisions", "Linux"],
        ["Sim"] = ["Model", "Decisions"],
        ["Core"] = ["Model", "Decisions", "Linux", "Store"],
        ["Fs"] = ["Model", "Decisions", "Linux", "Store"],
        ["Controller"] = ["Model", "Decisions", "Store", "Robot"],
        ["Robot"] = ["Model", "Decisions", "Store"],
        ["Cli"] = ["Model", "Decisions", "Linux", "Store", "Client", "Lab", "Image", "Sim"],
        ["Image"] = ["Model", "Linux", "Store"],
    };

    private static readonly string[] Essentials =
    [
        "P:System.DateTime.Now", "P:System.DateTime.UtcNow", "P:System.DateTimeOffset.Now", "P:System.DateTimeOffset.UtcNow", "T:System.TimeProvider",
        "T:System.Diagnostics.Stopwatch", "T:System.Random", "M:System.Guid.NewGuid", "T:System.IO.File", "T:System.IO.Directory",
        "T:System.Diagnostics.Process", "N:System.Net.Sockets", "N:System.Net.Http", "T:System.Threading.Tasks.Task", "T:System.Threading.Tasks.Task`1",
        "T:System.Threading.Thread", "T:System.Threading.Timer", "T:System.Console", "T:System.Collections.Immutable.ImmutableDictionary`2",
    ];

    public static IEnumerable<Finding> Dependencies(Tree tree)
    {
        foreach (var (project, line, name, target) in References(tree))
        {
            if (!MayReferTo.TryGetValue(name, out var allowed))
                yield return new(project.Path, 1, $"project {name} has no line in LayerRules.MayReferTo");
            else if (!allowed.Contains(target))
                yield return new(project.Path, line, $"{name} must not refer to {target}; it may refer to: {(allowed.Length == 0 ? "nothing" : string.Join(", ", allowed))}");
        }
    }

    private static IEnumerable<(Source Project, int Line, string Name, string Target)> References(Tree tree)
    {
        foreach (var project in tree.Sources.Where(source => source.Path.EndsWith(".csproj", StringComparison.Ordinal) && !source.IsTest && !source.IsIn("bench")))
        {
            foreach (var reference in XDocument.Parse(project.Text, LoadOptions.SetLineInfo).Descendants("ProjectReference"))
            {
                var target = Path.GetFileNameWithoutExtension((reference.Attribute("Include")?.Value ?? "").Replace('\\', '/'));
                yield return (project, ((IXmlLineInfo)reference).LineNumber, Path.GetFileNameWithoutExtension(project.Path), target);
            }
        }
    }

    public static IEnumerable<Finding> Unsafe(Tree tree)
    {
        foreach (var source in tree.Sources.Where(source => !source.IsIn("src/Linux")))
        {
            if (source.Path.EndsWith(".csproj", StringComparison.Ordinal) || source.Path.EndsWith(".props", StringComparison.Ordinal))
            {
                for (var i = 0; i < source.Lines.Length; i++)
                {
                    if (AllowUnsafe().IsMatch(source.Lines[i]))
                        yield return new(source.Path, i + 1, "AllowUnsafeBlocks belongs to src/Linux");
                }
            }
            else if (source.IsCSharp && source.Text.Contains("unsafe", StringComparison.Ordinal))
            {
                foreach (var token in source.Nodes<CompilationUnitSyntax>().SelectMany(unit => unit.DescendantTokens()).Where(token => token.IsKind(SyntaxKind.UnsafeKeyword)))
                    yield return source.At(token, "unsafe code belongs to src/Linux");
            }
        }
    }

    public static IEnumerable<Finding> NativeCalls(Tree tree) =>
        from source in tree.CSharp.Where(source => !source.IsIn("src/Linux"))
        from attribute in source.Nodes<AttributeSyntax>()
        let name = attribute.Name.ToString().Split('.')[^1]
        where name is "DllImport" or "LibraryImport" or "DllImportAttribute" or "LibraryImportAttribute"
        select source.At(attribute, $"{name} belongs to src/Linux");

    public static IEnumerable<Finding> Process(Tree tree) =>
        from source in tree.CSharp.Where(source => source.IsIn("src/Core") || source.IsIn("src/Linux") || source.IsIn("lab"))
        from name in source.Nodes<IdentifierNameSyntax>()
        where name.Identifier.Text == "ProcessStartInfo" || IsSystemProcess(name)
        select source.At(name, "System.Diagnostics.Process loses exits beside our reaper; start programs through src/Linux");

    /// <summary>Process.Start and its kin, new Process, System.Diagnostics.Process; a type of ours may have the name.</summary>
    private static bool IsSystemProcess(IdentifierNameSyntax name) => name.Identifier.Text == "Process" && name.Parent switch
    {
        MemberAccessExpressionSyntax member when member.Expression == name => member.Name.Identifier.Text is "Start" or "GetCurrentProcess" or "GetProcessById" or "GetProcesses" or "GetProcessesByName",
        MemberAccessExpressionSyntax member => member.Expression.ToString() == "System.Diagnostics",
        QualifiedNameSyntax qualified => qualified.Left.ToString() == "System.Diagnostics",
        ObjectCreationExpressionSyntax => true,
        _ => false,
    };

    public static IEnumerable<Finding> BannedSymbols(Tree tree)
    {
        const string File = "src/Decisions/BannedSymbols.txt";
        var banned = tree.Find(File)?.Lines.Select(line => line.Split(';')[0]).ToHashSet() ?? [];
        foreach (var missing in Essentials.Where(symbol => !banned.Contains(symbol)))
            yield return new(File, 1, $"{missing} is not banned");
        if (tree.Find("src/Decisions/Decisions.csproj") is { } project && !project.Text.Contains("BannedSymbols.txt", StringComparison.Ordinal))
            yield return new(project.Path, 1, "BannedSymbols.txt is not given to the analyzer");
    }

    [GeneratedRegex("<AllowUnsafeBlocks>\\s*true", RegexOptions.IgnoreCase)]
    private static partial Regex AllowUnsafe();
}
