using System.Text.Json;
using G8os.Linux.Files;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Core.Run.Jobs;

/// <summary>A job this node accepted; written before anything is started.</summary>
internal sealed record JobRecord
{
    public required string Id { get; init; }
    public required Values<string> Command { get; init; }
    public int MaxTimeSeconds { get; init; }
    /// <summary>Which life of init accepted it: another one cannot know whether the command ran.</summary>
    public required string Boot { get; init; }
    /// <summary>Monotonic and wall milliseconds of the acceptance.</summary>
    public required long At { get; init; }
    public required long Unix { get; init; }
}

/// <summary>How it ended; kept until the controller has committed it.</summary>
internal sealed record JobEnd(Outcome Outcome, int ExitCode, string Reason, long StartedUnix, long EndedUnix);

/// <summary>The directories of jobs: <c>ID/{job.json, stdin, out, err, end.json, committed}</c>.</summary>
internal static class JobFiles
{
    /// <summary>Committed jobs whose output is kept for <c>g8os logs --source JOB</c>.</summary>
    private const int Kept = 200;
    private const uint OwnerOnly = 0x180;

    public static string Of(string job) => Path.Combine(NodeFiles.Jobs, job);
    public static string Output(string job, int stream) => Path.Combine(Of(job), stream == 1 ? "out" : "err");

    public static bool IsId(string id) => id.Length is > 0 and <= 64 && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_');

    public static bool Known(string job) => File.Exists(Path.Combine(Of(job), "job.json"));

    /// <summary>Its input first, its record last: with that it is accepted.</summary>
    public static void Accept(JobRecord record, byte[] stdin)
    {
        Directory.CreateDirectory(Of(record.Id), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        AtomicFile.Write(Path.Combine(Of(record.Id), "stdin"), stdin, OwnerOnly);
        AtomicFile.Write(Path.Combine(Of(record.Id), "job.json"), JsonSerializer.SerializeToUtf8Bytes(record, CoreJson.Default.JobRecord), OwnerOnly);
    }

    /// <summary>Takes back what was written of a job that could not be accepted.</summary>
    public static void Discard(string job)
    {
        if (Directory.Exists(Of(job)))
            Directory.Delete(Of(job), recursive: true);
    }

    /// <summary>On a full disk the end is in memory, and with init, which still knows the child.</summary>
    public static void End(string job, JobEnd end) =>
        StateDisk.Keep(Path.Combine(Of(job), "end.json"), JsonSerializer.SerializeToUtf8Bytes(end, CoreJson.Default.JobEnd), OwnerOnly);

    public static void Commit(string job)
    {
        StateDisk.Keep(Path.Combine(Of(job), "committed"), [], OwnerOnly);
        Prune();
    }

    public static bool Committed(string job) => File.Exists(Path.Combine(Of(job), "committed"));

    public static JobEnd? EndOf(string job)
    {
        var path = Path.Combine(Of(job), "end.json");
        return File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), CoreJson.Default.JobEnd) : null;
    }

    public static IEnumerable<JobRecord> All()
    {
        Directory.CreateDirectory(NodeFiles.Jobs);
        foreach (var directory in Directory.GetDirectories(NodeFiles.Jobs))
        {
            var path = Path.Combine(directory, "job.json");
            if (File.Exists(path) && JsonSerializer.Deserialize(File.ReadAllBytes(path), CoreJson.Default.JobRecord) is { } record)
                yield return record;
            else
                Directory.Delete(directory, recursive: true); // cut before it was accepted: the controller sends it again
        }
    }

    private static void Prune()
    {
        var done = Directory.GetDirectories(NodeFiles.Jobs).Where(path => File.Exists(Path.Combine(path, "committed"))).ToList();
        foreach (var old in done.OrderByDescending(path => File.GetLastWriteTimeUtc(Path.Combine(path, "committed"))).Skip(Kept))
            Directory.Delete(old, recursive: true);
    }
}
