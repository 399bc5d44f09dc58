using System.Text;

namespace G8os.Cli;

/// <summary>Where the program runs: its streams, whether people look at them, its environment, its clock and its Ctrl-C.</summary>
internal sealed class Surroundings : IDisposable
{
    private const int WidthWithoutTerminal = 10_000;
    private const int WidthUnknown = 80;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    public required TextWriter Out { get; init; }
    public required TextWriter Error { get; init; }
    /// <summary>The same as <see cref="Out"/> for bytes that are nobody's text: a command's output is passed on as it is.</summary>
    public required Stream OutBytes { get; init; }
    public required Stream ErrorBytes { get; init; }
    public Func<Stream> Input { get; init; } = Console.OpenStandardInput;
    public bool OutIsTerminal { get; init; }
    public bool ErrorIsTerminal { get; init; }
    public bool InputIsTerminal { get; init; }
    public Func<int> Columns { get; init; } = () => WidthWithoutTerminal;
    public Func<string, string?> Variable { get; init; } = Environment.GetEnvironmentVariable;
    public Func<DateTimeOffset> Now { get; init; } = () => DateTimeOffset.UtcNow;
    public Interrupts Interrupts { get; init; } = new();
    /// <summary>How long a Tab may wait for live names: an answer that comes later is no help.</summary>
    public TimeSpan TabLimit { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Colours are for terminals, and not for people who said NO_COLOR (no-color.org).</summary>
    public bool OutInColour => OutIsTerminal && string.IsNullOrEmpty(Variable("NO_COLOR"));
    public bool ErrorInColour => ErrorIsTerminal && string.IsNullOrEmpty(Variable("NO_COLOR"));

    public static Surroundings OfThisProcess()
    {
        var dumb = Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb";
        return new Surroundings
        {
            Out = Console.Out,
            Error = Console.Error,
            OutBytes = Console.OpenStandardOutput(),
            ErrorBytes = Console.OpenStandardError(),
            OutIsTerminal = !dumb && !Console.IsOutputRedirected,
            ErrorIsTerminal = !dumb && !Console.IsErrorRedirected,
            InputIsTerminal = !Console.IsInputRedirected,
            Columns = () => dumb || Console.IsOutputRedirected ? WidthWithoutTerminal : Console.WindowWidth is > 0 and var width ? width : WidthUnknown,
            Interrupts = Interrupts.OfThisProcess(),
        };
    }

    /// <summary>No terminal: two writers, for tests and for programs that call verbs.</summary>
    public static Surroundings Of(TextWriter output, TextWriter error) => new()
    {
        Out = output,
        Error = error,
        OutBytes = new TextStream(output),
        ErrorBytes = new TextStream(error),
    };

    public void Dispose() => Interrupts.Dispose();

    /// <summary>Bytes into a writer, as UTF-8; a character that two writes share is kept together.</summary>
    private sealed class TextStream(TextWriter writer) : Stream
    {
        private readonly Decoder decoder = Utf8.GetDecoder();

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override void Write(byte[] buffer, int offset, int count)
        {
            var text = new char[Utf8.GetMaxCharCount(count)];
            writer.Write(text, 0, decoder.GetChars(buffer.AsSpan(offset, count), text, flush: false));
        }

        public override void Flush() => writer.Flush();
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
