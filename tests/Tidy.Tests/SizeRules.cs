using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace G8os.Tidy.Tests;

/// <summary>How long things are.</summary>
internal static class SizeRules
{
    private const int MaxFile = 600;
    private const int MaxMedian = 100;
    private const int MaxFunction = 120;
    private const int MaxInit = 500;
    private const long MaxBlob = 512 * 1024;
    private static readonly string[] Written = [".cs", ".sh", ".proto", ".md", ".sql", ".c", ".csproj", ".props", ".targets"];

    public static IEnumerable<Finding> Files(Tree tree) =>
        from source in tree.Sources
        where Written.Contains(Path.GetExtension(source.Path)) && source.LineCount > MaxFile
        select new Finding(source.Path, MaxFile + 1, $"the file has {source.LineCount} lines; at most {MaxFile} are read well");

    public static IEnumerable<Finding> Median(Tree tree)
    {
        var lengths = tree.CSharp.Where(source => source.IsIn("src")).OrderBy(source => source.LineCount).ToArray();
        if (lengths.Length > 0 && lengths[lengths.Length / 2] is { LineCount: > MaxMedian } middle)
            yield return new(middle.Path, 1, $"half of the files of src have at least {middle.LineCount} lines; at most {MaxMedian} are wanted");
    }

    public static IEnumerable<Finding> Functions(Tree tree) =>
        from source in tree.CSharp
        from function in source.Nodes<SyntaxNode>()
        where function is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax or AnonymousFunctionExpressionSyntax or CompilationUnitSyntax
        let lines = function is CompilationUnitSyntax unit ? TopLevel(unit) : Lines(function)
        where lines > MaxFunction
        select source.At(function, $"the function has {lines} lines; at most {MaxFunction} are read well");

    /// <summary>The lines of a program written without a class, without those of its local functions.</summary>
    private static int TopLevel(CompilationUnitSyntax unit) =>
        unit.Members.OfType<GlobalStatementSyntax>().Where(statement => statement.Statement is not LocalFunctionStatementSyntax).Sum(Lines);

    private static int Lines(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    public static IEnumerable<Finding> Init(Tree tree)
    {
        var lines = tree.CSharp.Where(source => source.IsIn("src/Core/Init")).Sum(source => source.LineCount);
        if (lines > MaxInit)
            yield return new("src/Core/Init", 1, $"pid 1 has {lines} lines; at most {MaxInit} are wanted");
    }

    public static IEnumerable<Finding> Blobs(Tree tree) =>
        from blob in tree.Blobs
        where blob.Size > MaxBlob
        select new Finding(blob.Path, 1, $"{blob.Size / 1024} KiB; at most {MaxBlob / 1024} KiB are kept in git");
}
