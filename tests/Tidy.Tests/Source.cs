using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace G8os.Tidy.Tests;

/// <summary>A text file of the checkout; C# is parsed when a rule asks for it.</summary>
internal sealed class Source(string path, string text)
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.Preview, DocumentationMode.Parse);
    private readonly Lazy<SyntaxNode> syntax = new(() => CSharpSyntaxTree.ParseText(text, Options).GetRoot());

    /// <summary>From the root of the checkout, with forward slashes.</summary>
    public string Path => path;
    public string Text => text;
    public string Name => System.IO.Path.GetFileName(path);
    public bool IsCSharp => path.EndsWith(".cs", StringComparison.Ordinal);
    public bool IsTest => path.StartsWith("tests/", StringComparison.Ordinal);
    public string[] Lines { get; } = text.Split('\n');
    /// <summary>Lines, without the empty one after the last line end.</summary>
    public int LineCount => Lines.Length - (Lines[^1].Length == 0 ? 1 : 0);

    public bool IsIn(string folder) => path.StartsWith(folder + "/", StringComparison.Ordinal);

    /// <summary>All nodes of a kind in the C# syntax.</summary>
    public IEnumerable<T> Nodes<T>() where T : SyntaxNode => syntax.Value.DescendantNodesAndSelf().OfType<T>();

    public Finding At(SyntaxNodeOrToken place, string message) =>
        new(Path, place.GetLocation()!.GetLineSpan().StartLinePosition.Line + 1, message);
}
