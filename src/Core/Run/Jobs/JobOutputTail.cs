using G8os.Linux.Files;
using G8os.Model.Session;
using Google.Protobuf;

namespace G8os.Core.Run.Jobs;

/// <summary>Sends a job's output while it grows. The files are the truth; what a slow session cannot take is counted as dropped.</summary>
internal sealed class JobOutputTail(string job, Action<FromNode> send) : IDisposable
{
    private const int ChunkMax = 64 * 1024;
    /// <summary>More output than this per stream is cut from the front of its file; offsets stay true.</summary>
    private const long KeptMax = 64 << 20;
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(200);
    private readonly long[] sent = [0, 0, 0];
    private readonly long[] cut = [0, 0, 0];
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();

    public void Start() => _ = Task.Run(FollowAsync);

    /// <summary>Sends the rest; nothing is sent afterwards.</summary>
    public void Finish()
    {
        stop.Cancel();
        Pump();
    }

    public void Dispose() => stop.Dispose();

    private async Task FollowAsync()
    {
        var wait = Quick;
        while (!stop.IsCancellationRequested)
        {
            wait = Pump() ? Quick : wait * 2 > Slow ? Slow : wait * 2;
            await Task.Delay(wait, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private bool Pump()
    {
        lock (gate)
            return Pump(1) | Pump(2);
    }

    private bool Pump(int stream)
    {
        var path = JobFiles.Output(job, stream);
        if (!File.Exists(path))
            return false;
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 1);
        var moved = false;
        var buffer = new byte[ChunkMax];
        file.Seek(sent[stream], SeekOrigin.Begin);
        while (file.Read(buffer) is > 0 and var count)
        {
            send(new FromNode { JobOutput = new JobOutput { Job = job, Stream = stream, Offset = sent[stream], Data = ByteString.CopyFrom(buffer, 0, count) } });
            sent[stream] += count;
            moved = true;
        }
        if (sent[stream] - cut[stream] > 2 * KeptMax)
        {
            FileHole.Punch(file.SafeFileHandle, cut[stream], sent[stream] - KeptMax - cut[stream]);
            cut[stream] = sent[stream] - KeptMax;
        }
        return moved;
    }
}
