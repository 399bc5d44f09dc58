using System.Globalization;
using System.Text;
using G8os.Linux;
using G8os.Linux.Processes;

namespace G8os.Lab.Serve;

/// <summary>A program of the lab and its log. The supervisor is its parent and hears of its end.</summary>
internal sealed class LabProcess : IDisposable
{
    private const int TailBytes = 4096;
    private const uint LogMode = 0x180;

    private readonly ChildProcess child;

    private LabProcess(ChildProcess child) => this.child = child;

    public int Pid => child.Id;
    public Task<ExitStatus> Exited => child.Exited;
    public bool Running => !child.Exited.IsCompleted;

    /// <summary>Starts a program; what it writes is added to the log.</summary>
    public static LabProcess Start(IReadOnlyList<string> command, string log, IReadOnlyList<string>? environment = null, string? directory = null)
    {
        if (File.Exists(log) && new FileInfo(log).Length > LabLimits.LogBytes)
            File.Move(log, log + ".1", overwrite: true);
        var number = DescriptorIo.OpenAppend(log, LogMode);
        if (number < 0)
            throw new LinuxException($"open {log}", -number);
        using var output = new Descriptor(number);
        return new(ChildProcess.Start(new() { Arguments = command, Environment = environment, Directory = directory, Output = number, Error = number }));
    }

    /// <summary>Sends SIGTERM to <paramref name="pid"/>, SIGKILL after <paramref name="seconds"/>, and waits for the end.</summary>
    public async Task StopAsync(int pid, int seconds)
    {
        if (Running)
            Signals.Send(pid, Signals.Terminate);
        if (await Task.WhenAny(Exited, Task.Delay(TimeSpan.FromSeconds(seconds))) != Exited)
            await KillAsync(pid);
    }

    public async Task KillAsync(int pid)
    {
        if (Running)
            Signals.Send(pid, Signals.Kill);
        await Exited.WaitAsync(LabLimits.Gone);
    }

    /// <summary>The last line of a log that says something, without its time; empty when there is none.</summary>
    public static string LastLine(string log)
    {
        using var file = TryOpen(log);
        if (file is null)
            return "";
        file.Seek(-Math.Min(TailBytes, file.Length), SeekOrigin.End);
        var bytes = new byte[TailBytes];
        var text = Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, TailBytes, throwOnEndOfStream: false));
        var line = text.Split('\n').Select(each => each.Trim()).LastOrDefault(each => each.Length > 0) ?? "";
        var words = line.Split(' ', 2);
        if (words.Length == 2 && DateTimeOffset.TryParse(words[0], CultureInfo.InvariantCulture, out _))
            line = words[1];
        return string.Concat(line.Where(character => !char.IsControl(character)));
    }

    /// <summary>Null when it is not there: a node's log goes with the node.</summary>
    private static FileStream? TryOpen(string log)
    {
        try
        {
            return new(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public void Dispose() => child.Dispose();
}
