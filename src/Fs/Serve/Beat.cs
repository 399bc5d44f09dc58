using System.Globalization;
using System.Text;
using G8os.Linux.Files;

namespace G8os.Fs.Serve;

/// <summary>Says every second that requests are answered. The core takes a server whose beat stops for dead, whatever its process does.</summary>
internal static class Beat
{
    /// <summary>A request that a thread could not answer within this time, milliseconds, stops the beat.</summary>
    private const long BusyMax = 10_000;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>Until <paramref name="ended"/> or <paramref name="stop"/>.</summary>
    public static async Task RunAsync(string file, Func<long> busy, Task ended, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Every);
        do
        {
            if (busy() < BusyMax)
                Volatile(file, Environment.TickCount64.ToString(CultureInfo.InvariantCulture));
        }
        while (!ended.IsCompleted && await timer.WaitForNextTickAsync(stop));
    }

    private static void Volatile(string file, string text) => AtomicFile.Write(file, Encoding.ASCII.GetBytes(text));
}
