using G8os.Linux.Files;
using G8os.Model.Session;
using Google.Protobuf;

namespace G8os.Core.Run.Jobs;

/// <summary>Sends a job's output while it grows. The files are the truth: what no session took stays unsent, and offsets let the controller drop what it has.</summary>
internal sealed class JobOutputTail(string job, Func<FromNode, bool> send) : IDisposable
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

    /// <summary>The command ended: sends what is left. False when the session did not take all of it.</summary>
    public bool Drain()
    {
        stop.Cancel();
        lock (gate)
        {
            Pump(1);
            Pump(2);
            return Sent(1) && Sent(2);
        }
    }

    /// <summary>Another session: what the last one took may not have arrived, so everything that is kept is offered again.</summary>
    public void Rewind()
    {
        lock (gate)
            (sent[1], sent[2]) = (cut[1], cut[2]);
    }

    private bool Sent(int stream) => !File.Exists(JobFiles.Output(job, stream)) || new FileInfo(JobFiles.Output(job, stream)).Length <= sent[stream];

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
            if (!send(new FromNode { JobOutput = new JobOutput { Job = job, Stream = stream, Offset = sent[stream], Data = ByteString.CopyFrom(buffer, 0, count) } }))
                break;
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
