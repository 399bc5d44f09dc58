using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace G8os.Cli;

/// <summary>Ctrl-C and SIGTERM. The first one ends the call, unless a verb holds them and decides for itself.</summary>
internal sealed class Interrupts : IDisposable
{
    private const int PressesMax = 8;
    private readonly CancellationTokenSource first = new();
    private readonly Channel<bool> presses = Channel.CreateBounded<bool>(new BoundedChannelOptions(PressesMax) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly List<PosixSignalRegistration> signals = [];
    private volatile bool held;

    public CancellationToken Token => first.Token;

    public static Interrupts OfThisProcess()
    {
        var interrupts = new Interrupts();
        foreach (var signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM])
            interrupts.signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                interrupts.Raise();
            }));
        return interrupts;
    }

    /// <summary>What Ctrl-C does.</summary>
    public void Raise()
    {
        if (held)
            presses.Writer.TryWrite(true);
        else
            first.Cancel();
    }

    /// <summary>From now on nothing is cancelled; <see cref="PressedAsync"/> tells of each press.</summary>
    public void Hold() => held = true;

    /// <summary>Ends with the next press, or with one that nobody has taken yet.</summary>
    public Task PressedAsync(CancellationToken cancel) => presses.Reader.ReadAsync(cancel).AsTask();

    public void Dispose()
    {
        signals.ForEach(s => s.Dispose());
        first.Dispose();
    }
}
