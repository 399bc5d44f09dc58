namespace G8os.Core.Run;

/// <summary>The core's log: lines on standard output, which init keeps in a bounded file.</summary>
internal static class CoreLog
{
    private const int LineMax = 2000;

    public static void Write(string line)
    {
        var text = line.Length > LineMax ? line[..LineMax] : line;
        Console.Out.WriteLine($"{DateTimeOffset.UtcNow:yyyy-MM-ddTHH:mm:ss.fffZ} {text.ReplaceLineEndings(" ")}");
    }
}
