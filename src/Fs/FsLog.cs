using System.Text;
using G8os.Linux.Files;

namespace G8os.Fs;

/// <summary>The server's log: one line each, in a bounded file. A full disk loses lines, never requests.</summary>
internal sealed class FsLog(string path)
{
    private const long SizeMax = 4 << 20;
    private const int LineMax = 2000;
    private readonly Lock gate = new();
    private readonly BoundedLog file = new(path, SizeMax);

    public void Write(string line)
    {
        var text = line.Length > LineMax ? line[..LineMax] : line;
        lock (gate)
            file.Append(Encoding.UTF8.GetBytes($"{DateTimeOffset.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ} {text.ReplaceLineEndings(" ")}\n"));
    }
}
