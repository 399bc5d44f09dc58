using System.Runtime.InteropServices;
using System.Text;

namespace G8os.Controller.Nodes;

/// <summary>Puts bytes together into lines of text; a line longer than the limit is cut into several.</summary>
internal sealed class LineReader
{
    public const int MaxLine = 64 * 1024;

    private readonly List<byte> rest = [];

    /// <summary>The lines that are whole now; at the end also the last one without a newline.</summary>
    public List<string> Add(ReadOnlySpan<byte> data, bool end)
    {
        var lines = new List<string>();
        foreach (var value in data)
        {
            if (value != '\n')
                rest.Add(value);
            if (value == '\n' || rest.Count >= MaxLine)
                Take(lines);
        }
        if (end && rest.Count > 0)
            Take(lines);
        return lines;
    }

    private void Take(List<string> lines)
    {
        lines.Add(Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(rest)).TrimEnd('\r'));
        rest.Clear();
    }
}
