using G8os.Model.Toml;

namespace G8os.Robot.Blueprints;

/// <summary>What an expression stands for.</summary>
internal enum Variable { None, NodeName, NodeAddress, ConsumedAddress, ConsumedPort }

/// <summary>A piece of a text: itself (<see cref="Variable.None"/>), or what is put in its place.</summary>
/// <param name="Variable">What it stands for.</param>
/// <param name="Text">The text itself, or the alias in consumes.</param>
/// <param name="Place">Where an expression is written.</param>
internal readonly record struct Piece(Variable Variable, string Text, Place Place = default);

/// <summary>A text with expressions: <c>${node.name}</c>, <c>${consumes.db.port}</c>; <c>$${</c> is <c>${</c> itself.</summary>
internal sealed record Template(IReadOnlyList<Piece> Pieces)
{
    private const string Open = "${";

    /// <param name="said">The text.</param>
    /// <param name="aliases">What the app calls the apps that it consumes.</param>
    /// <param name="errors">Where faults go; a faulty expression stands for nothing.</param>
    public static Template Read(Said said, IReadOnlyCollection<string> aliases, AysErrors errors)
    {
        var pieces = new List<Piece>();
        var text = said.Text;
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf(Open, at, StringComparison.Ordinal);
            if (open < 0)
            {
                pieces.Add(new(Variable.None, text[at..]));
                break;
            }
            if (open > at && text[open - 1] == '$')
            {
                pieces.Add(new(Variable.None, text[at..(open - 1)] + Open));
                at = open + Open.Length;
                continue;
            }
            if (open > at)
                pieces.Add(new(Variable.None, text[at..open]));
            var close = text.IndexOf('}', open);
            if (close < 0)
            {
                errors.Add(said.PlaceOf(open), $"{Words.Quote(text[open..])} is not closed; expected }} after it, or $${{ for the text ${{ itself");
                break;
            }
            if (Expression(text[(open + Open.Length)..close], said.PlaceOf(open), aliases, errors) is { } piece)
                pieces.Add(piece);
            at = close + 1;
        }
        return new(pieces);
    }

    private static Piece? Expression(string text, Place place, IReadOnlyCollection<string> aliases, AysErrors errors)
    {
        switch (text.Split('.'))
        {
            case ["node", "name"]:
                return new(Variable.NodeName, "");
            case ["node", "address"]:
                return new(Variable.NodeAddress, "");
            case ["consumes", var alias, "address" or "port"] when aliases.Contains(alias):
                return new(text.EndsWith("port", StringComparison.Ordinal) ? Variable.ConsumedPort : Variable.ConsumedAddress, alias, place);
            case ["consumes", var alias, "address" or "port"]:
                errors.Add(place, $"{Words.Quote(text)}: this app's consumes has no {Words.Quote(alias)}{errors.NameHint(alias, aliases)}");
                return null;
            default:
                errors.Add(place, $"unknown expression ${{{Words.Quote(text)[1..^1]}}}{errors.Hint(text, Valid(aliases))}");
                return null;
        }
    }

    private static string[] Valid(IReadOnlyCollection<string> aliases) =>
        ["node.name", "node.address", .. (aliases.Count > 0 ? aliases : ["ALIAS"]).Take(2).SelectMany(alias => (string[])[$"consumes.{alias}.address", $"consumes.{alias}.port"])];

    /// <param name="value">What stands for a piece.</param>
    public string Render(Func<Piece, string> value) => string.Concat(Pieces.Select(piece => piece.Variable == Variable.None ? piece.Text : value(piece)));
}
