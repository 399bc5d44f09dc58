using G8os.Model.Toml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace G8os.Robot.Yaml;

/// <summary>
/// Builds values from YamlDotNet's events. Plain YAML 1.2 without anchors, aliases, tags and directives: what a blueprint says stands where it
/// says it. A key written twice is an error.
/// </summary>
internal sealed class YamlTree
{
    private readonly string file;
    private readonly string[] lines;
    private readonly Parser parser;
    private readonly AysErrors errors;
    private readonly List<YamlNode> documents = [];
    private int depth;

    private YamlTree(string file, string text, AysErrors errors)
    {
        (this.file, this.errors) = (file, errors);
        lines = text.ReplaceLineEndings("\n").Split('\n');
        parser = new Parser(new StringReader(text));
    }

    /// <summary>The documents up to the first fault of syntax, empty ones left out.</summary>
    public static IReadOnlyList<YamlNode> Read(string file, string text, AysErrors errors)
    {
        var tree = new YamlTree(file, text, errors);
        try
        {
            tree.ReadStream();
        }
        catch (YamlException fault)
        {
            errors.AddUnreadable(tree.PlaceOf(fault), tree.Explain(fault));
        }
        return tree.documents;
    }

    private void ReadStream()
    {
        var count = 0;
        while (Advance())
        {
            if (parser.Current is not DocumentStart start)
                continue;
            if (LineOf(start.Start).StartsWith('%'))
                throw new SemanticErrorException(start.Start, start.End, "directives (%YAML, %TAG) are not read; leave the line out");
            if (count++ == AysLimits.MaxDocuments)
                throw new SemanticErrorException(start.Start, start.End, $"the file has more than {AysLimits.MaxDocuments} documents; split it, the robot merges all files below blueprints/");
            Advance();
            if (ReadNode() is var node && node is not YamlScalar { IsNothing: true })
                documents.Add(node);
        }
    }

    /// <summary>Reads the value whose first event is the current one; the last of its events is current afterwards.</summary>
    private YamlNode ReadNode()
    {
        Refuse(parser.Current!);
        switch (parser.Current)
        {
            case Scalar scalar:
                return Word(scalar);
            case SequenceStart start:
                return ReadList(start);
            case MappingStart start:
                return ReadMap(start);
            default:
                // The parser's events do not always pair up (found by tests/Fuzz).
                throw new SemanticErrorException(parser.Current!.Start, parser.Current.End, "While looking for a value, found none");
        }
    }

    private YamlScalar Word(Scalar scalar)
    {
        var plain = scalar.Style == ScalarStyle.Plain;
        var (line, start) = (LineOf(scalar.Start), scalar.Start.Column - 1 + (plain ? 0 : 1));
        var verbatim = start <= line.Length && line.AsSpan((int)start).StartsWith(scalar.Value, StringComparison.Ordinal);
        return new(scalar.Value, plain, verbatim, PlaceOf(scalar.Start));
    }

    private YamlList ReadList(SequenceStart start)
    {
        Enter(start);
        var items = new List<YamlNode>();
        while (Next() is not SequenceEnd)
            items.Add(ReadNode());
        depth--;
        return new(items, PlaceOf(start.Start));
    }

    private YamlMap ReadMap(MappingStart start)
    {
        Enter(start);
        var entries = new List<YamlEntry>();
        var places = new Dictionary<string, Place>(StringComparer.Ordinal);
        while (Next() is not MappingEnd)
        {
            if (parser.Current is not Scalar key)
                throw new SemanticErrorException(parser.Current!.Start, parser.Current.End, "a key is one word; expected \"key: value\"");
            Refuse(key);
            var said = new Said(key.Value, PlaceOf(key.Start));
            Next();
            var value = ReadNode();
            if (places.TryAdd(said.Text, said.Place))
                entries.Add(new(said, value));
            else
                errors.Add(said.Place, $"{Words.Quote(said.Text)} is written twice; the first is in line {places[said.Text].Line}");
        }
        depth--;
        return new(entries, PlaceOf(start.Start));
    }

    private ParsingEvent Next()
    {
        Advance();
        return parser.Current!;
    }

    /// <summary>YamlDotNet's scanner gives up on some texts with other exceptions than its own (found by tests/Fuzz); they are faults of the text all the same.</summary>
    private bool Advance()
    {
        var last = parser.Current?.End ?? Mark.Empty;
        try
        {
            return parser.MoveNext();
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException or OverflowException)
        {
            throw new SyntaxErrorException(last, last, "While scanning what follows, found no way to read it");
        }
    }

    private void Enter(NodeEvent start)
    {
        if (++depth > AysLimits.MaxDepth)
            throw new SemanticErrorException(start.Start, start.End, $"lists and maps are nested more than {AysLimits.MaxDepth} deep");
    }

    /// <summary>What YAML allows and a blueprint does not.</summary>
    private void Refuse(ParsingEvent current)
    {
        if (current is AnchorAlias alias)
            throw new SemanticErrorException(alias.Start, alias.End, $"aliases (*{Shown(alias.Value.Value)}) are not read; write the value out, and a text that begins with * in \"quotes\"");
        if (current is NodeEvent { Anchor.IsEmpty: false } anchored)
            throw new SemanticErrorException(current.Start, current.End, $"anchors (&{Shown(anchored.Anchor.Value)}) are not read; leave it out, and write a text that begins with & in \"quotes\"");
        if (current is NodeEvent { Tag.IsEmpty: false })
            throw new SemanticErrorException(current.Start, current.End, "tags (!) are not read; leave it out, the robot knows what it expects, and write a text that begins with ! in \"quotes\"");
        var line = LineOf(current.Start);
        var column = (int)Math.Min(current.Start.Column - 1, line.Length);
        if (line.AsSpan(0, column) is var before && before.IsWhiteSpace() && before.Contains('\t'))
            throw new SemanticErrorException(current.Start, current.End, TabMessage);
    }

    private const string TabMessage = "a tab in the indentation; indent with spaces";

    private static string Shown(string name) => Words.Quote(name)[1..^1];

    private string LineOf(Mark mark) => mark.Line >= 1 && mark.Line <= lines.Length ? lines[mark.Line - 1] : "";

    private Place PlaceOf(Mark mark) => new(file, (int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));

    /// <summary>A tab is told where the map begins that it is in; people look for the tab.</summary>
    private Place PlaceOf(YamlException fault)
    {
        if (!IsTab(fault))
            return PlaceOf(fault.Start);
        for (var line = Math.Max(1, fault.Start.Line); line <= lines.Length; line++)
        {
            var indentation = lines[line - 1].AsSpan(0, lines[line - 1].AsSpan().IndexOfAnyExcept(" \t") is >= 0 and var text ? text : 0);
            if (indentation.IndexOf('\t') is >= 0 and var tab)
                return new(file, (int)line, tab + 1);
        }
        return PlaceOf(fault.Start);
    }

    private static bool IsTab(YamlException fault) => fault.Message == TabMessage || fault.Message.Contains("invalid tab", StringComparison.Ordinal);

    /// <summary>YamlDotNet's sentence, and what people mostly did when it says it.</summary>
    private string Explain(YamlException fault)
    {
        var message = fault.Message.TrimEnd('.');
        var line = LineOf(fault.Start);
        if (IsTab(fault))
            return TabMessage;
        if (!message.StartsWith("While", StringComparison.Ordinal) && !message.StartsWith("Block", StringComparison.Ordinal))
            return message;
        var why = line.Contains("${", StringComparison.Ordinal) ? "; a text with ${ is written in \"quotes\""
            : message.Contains("invalid mapping", StringComparison.Ordinal) ? "; check the indentation, and write a text with \": \" in \"quotes\"" : "";
        return $"no YAML: {char.ToLowerInvariant(message[0])}{message[1..]}{why}";
    }
}
