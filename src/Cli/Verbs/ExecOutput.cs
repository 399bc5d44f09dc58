using System.Text;
using G8os.Cli.Show;
using G8os.Client;
using G8os.Model.Wire;

namespace G8os.Cli.Verbs;

/// <summary>
/// Where a job's output goes. One node: its bytes as they are, standard output and error kept apart. Several: whole lines with
/// <c>node | </c> before them. JSON: one event a line.
/// </summary>
internal sealed class ExecOutput(Surroundings here, IReadOnlyList<string> nodes, bool json)
{
    private const int LineBytesMax = 64 * 1024;
    private const int ErrorStream = 2;
    private static readonly string[] Colours = ["36", "33", "35", "32", "34", "31"];

    private readonly Dictionary<(string Node, int Stream), MemoryStream> open = [];
    private readonly int width = nodes.Count == 0 ? 0 : nodes.Max(n => n.Length);

    public void Take(JobEvent happened)
    {
        if (json)
        {
            here.Out.WriteLine(Json.Line(happened, WireJson.Default.JobEvent));
            return;
        }
        if (happened.Dropped > 0)
            here.Error.WriteLine(Clean.Line($"g8os: {happened.Dropped} bytes of {happened.Node} came too fast to be shown; g8os logs {happened.Node} --source JOB has them"));
        if (happened.Data is { } data)
            Write(happened.Node, happened.Stream, Decode(data));
    }

    /// <summary>Writes what came without an end of line.</summary>
    public void Finish()
    {
        foreach (var ((node, stream), rest) in open)
            if (rest.Length > 0)
                WriteLine(node, stream, rest);
    }

    private void Write(string node, int stream, byte[] bytes)
    {
        if (nodes.Count == 1)
        {
            var single = StreamOf(stream);
            single.Write(bytes);
            single.Flush();
            return;
        }
        if (!open.TryGetValue((node, stream), out var line))
            open[(node, stream)] = line = new MemoryStream();
        foreach (var b in bytes)
        {
            if (b != '\n')
                line.WriteByte(b);
            if (b == '\n' || line.Length >= LineBytesMax)
                WriteLine(node, stream, line);
        }
    }

    private void WriteLine(string node, int stream, MemoryStream line)
    {
        var inColour = stream == ErrorStream ? here.ErrorInColour : here.OutInColour;
        var colour = Colours[Math.Max(0, nodes.ToList().IndexOf(node)) % Colours.Length];
        var name = Clean.Line(node).PadRight(width);
        var target = StreamOf(stream);
        byte[] whole = [.. Encoding.UTF8.GetBytes(inColour ? $"\x1b[{colour}m{name} |\x1b[0m " : $"{name} | "), .. line.GetBuffer().AsSpan(0, (int)line.Length), (byte)'\n'];
        target.Write(whole);
        target.Flush();
        line.SetLength(0);
    }

    private Stream StreamOf(int stream) => stream == ErrorStream ? here.ErrorBytes : here.OutBytes;

    private static byte[] Decode(string data)
    {
        try
        {
            return Convert.FromBase64String(data);
        }
        catch (FormatException e)
        {
            throw new ClientException("cannot read the output the controller sent: it is no base64", "are both of one version? g8os doctor compares", ExitCode.Failed, e);
        }
    }
}
