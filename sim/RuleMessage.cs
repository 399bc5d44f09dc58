using System.Runtime.CompilerServices;
using System.Text;

namespace G8os.Sim;

/// <summary>The words of a broken rule; put together only when it is broken, because rules are asked a million times a second.</summary>
[InterpolatedStringHandler]
public readonly ref struct RuleMessage
{
    private readonly StringBuilder? text;

    public RuleMessage(int literalLength, int formattedCount, bool good, out bool needed)
    {
        needed = !good;
        text = good ? null : new StringBuilder(literalLength + (formattedCount * 16));
    }

    public void AppendLiteral(string words) => text!.Append(words);

    public void AppendFormatted<T>(T value) => text!.Append(value);

    public override string ToString() => text?.ToString() ?? "";
}
