using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace G8os.Tidy.Tests;

/// <summary>What C# of this repository does not do.</summary>
internal static partial class CodeRules
{
    private const double MaxInterfaces = 0.08;

    public static IEnumerable<Finding> Sleep(Tree tree) =>
        from source in tree.CSharp.Where(source => !source.IsIn("src/Linux"))
        from call in Calls(source, "Thread", "Sleep")
        select source.At(call, "Thread.Sleep: wait for the condition itself, with a deadline");

    /// <summary>A file Wait.cs holds the loop that looks for a condition again and again until its deadline.</summary>
    public static IEnumerable<Finding> Delay(Tree tree) =>
        from source in tree.CSharp.Where(source => source.IsTest && source.Name != "Wait.cs")
        from call in Calls(source, "Task", "Delay")
        select source.At(call, "Task.Delay in a test: wait for the condition itself, with a deadline (Wait.cs)");

    private static IEnumerable<SyntaxNode> Calls(Source source, string type, string method) =>
        source.Nodes<MemberAccessExpressionSyntax>().Where(member => member.Name.Identifier.Text == method
            && member.Expression.ToString() is var owner && (owner == type || owner.EndsWith("." + type, StringComparison.Ordinal)));

    public static IEnumerable<Finding> EmptyCatch(Tree tree) =>
        from source in tree.CSharp
        from clause in source.Nodes<CatchClauseSyntax>()
        where clause.Block.Statements.Count == 0
        select source.At(clause, "an empty catch hides the fault: handle it, or let it go up");

    public static IEnumerable<Finding> Unfinished(Tree tree)
    {
        foreach (var source in tree.Sources)
        {
            for (var i = 0; i < source.Lines.Length; i++)
            {
                if (Marks().Match(source.Lines[i]) is { Success: true } mark)
                    yield return new(source.Path, i + 1, $"{mark.Value}: finish it, or open an issue");
            }
        }
    }

    public static IEnumerable<Finding> Names(Tree tree)
    {
        foreach (var source in tree.CSharp)
        {
            if (source.Name.Split('.')[..^1].FirstOrDefault(part => Vague().IsMatch(part)) is { } vague)
                yield return new(source.Path, 1, $"a file named {vague} says nothing: name what it does");
            foreach (var type in source.Nodes<BaseTypeDeclarationSyntax>().Where(type => Vague().IsMatch(type.Identifier.Text)))
                yield return source.At(type.Identifier, $"a type named {type.Identifier.Text} says nothing: name what it does");
            foreach (var type in source.Nodes<DelegateDeclarationSyntax>().Where(type => Vague().IsMatch(type.Identifier.Text)))
                yield return source.At(type.Identifier, $"a type named {type.Identifier.Text} says nothing: name what it does");
        }
    }

    public static IEnumerable<Finding> Interfaces(Tree tree)
    {
        var types = tree.CSharp.Where(source => source.IsIn("src")).SelectMany(source => source.Nodes<BaseTypeDeclarationSyntax>().Select(type => (source, type))).ToArray();
        var interfaces = types.Where(found => found.type is InterfaceDeclarationSyntax).ToArray();
        if (interfaces.Length > types.Length * MaxInterfaces)
        {
            foreach (var (source, type) in interfaces)
                yield return source.At(type.Identifier, $"interface {type.Identifier.Text} is one of {interfaces.Length} in {types.Length} types; at most {MaxInterfaces:P0} are wanted");
        }
    }

    /// <summary>One part of a partial type is enough.</summary>
    public static IEnumerable<Finding> DocComments(Tree tree) =>
        from source in tree.CSharp.Where(source => source.IsIn("src") || source.IsIn("lab"))
        from type in source.Nodes<MemberDeclarationSyntax>()
        where type is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax
        where type.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().Where(outer => outer is not BaseNamespaceDeclarationSyntax).All(IsPublic)
        group (source, type) by (Folder: Path.GetDirectoryName(source.Path), Name: FullName(type)) into parts
        where !parts.Any(part => HasDocComment(part.type))
        let first = parts.First()
        select first.source.At(Identifier(first.type), $"public type {parts.Key.Name} has no doc comment");

    private static bool IsPublic(MemberDeclarationSyntax member) =>
        member.Modifiers.Any(SyntaxKind.PublicKeyword) || member.Parent is InterfaceDeclarationSyntax;

    private static bool HasDocComment(MemberDeclarationSyntax member) =>
        member.GetLeadingTrivia().Any(trivia => trivia.IsKind(SyntaxKind.SingleLineDocumentationCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineDocumentationCommentTrivia));

    private static string FullName(MemberDeclarationSyntax type) =>
        string.Join('.', type.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().Where(outer => outer is not BaseNamespaceDeclarationSyntax).Reverse().Select(outer => Identifier(outer).Text));

    private static SyntaxToken Identifier(MemberDeclarationSyntax type) => type switch
    {
        BaseTypeDeclarationSyntax declared => declared.Identifier,
        DelegateDeclarationSyntax declared => declared.Identifier,
        _ => type.GetFirstToken(),
    };

    // The words are cut in two, so that this file does not hold them.
    [GeneratedRegex(@"\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK)\b|NotImpl" + "ementedException")]
    private static partial Regex Marks();

    [GeneratedRegex("(Manager|Helpers?|Utils?|Utilities|Impl|Info)$")]
    private static partial Regex Vague();
}
