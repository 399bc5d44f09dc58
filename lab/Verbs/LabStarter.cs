using G8os.Lab.Control;
using G8os.Lab.Serve;
using G8os.Linux.Cgroups;
using G8os.Linux.Files;

namespace G8os.Lab.Verbs;

/// <summary>Starts a lab's supervisor, and clears away what a lab leaves.</summary>
internal static class LabStarter
{
    private const int LabsMax = 64;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>The labs of this machine, by name; also those whose supervisor is gone.</summary>
    public static IReadOnlyList<LabPaths> All() => !Directory.Exists(LabPaths.Root) ? [] :
    [
        .. Directory.EnumerateDirectories(LabPaths.Root).Select(directory => new LabPaths(directory))
            .Where(paths => LabFile.IsName(paths.Name)).OrderBy(paths => paths.Name, StringComparer.Ordinal),
    ];

    /// <summary>Writes the lab's directory and starts its supervisor, which outlives this program. Returns when it listens.</summary>
    /// <param name="paths">Where; a directory that is there is used again, with its disks and databases.</param>
    /// <param name="file">Full path of the lab file.</param>
    /// <param name="text">Its text, which has been judged good.</param>
    /// <param name="cancel">Gives up; the supervisor may have been started.</param>
    public static async Task<LabClient> StartAsync(LabPaths paths, string file, string text, CancellationToken cancel)
    {
        var programs = LabPrograms.Find();
        // They mean something in the options of an overlay mount.
        if (paths.Directory.AsSpan().IndexOfAny(",:\\") >= 0)
            throw new LabException($"cannot start lab {paths.Name}: its directory {paths.Directory} may hold no comma, colon or backslash; set {LabPaths.RootVariable} to another");
        if (All().Count >= LabsMax)
            throw new LabException($"cannot start lab {paths.Name}: {LabsMax} labs are here already; g8os lab ls shows them, g8os lab down removes one");
        LabPaths.MakePrivate(LabPaths.Root);
        LabPaths.MakePrivate(paths.Directory);
        AtomicFile.Write(paths.LabFile, System.Text.Encoding.UTF8.GetBytes(text));
        var old = File.Exists(paths.Record) ? LabRecord.Read(paths) : new() { File = file };
        (old with { File = file }).Write(paths);
        return await LaunchAsync(paths, programs, cancel);
    }

    private static async Task<LabClient> LaunchAsync(LabPaths paths, LabPrograms programs, CancellationToken cancel)
    {
        // Not disposed: that would kill it. It has a session of its own and holds nothing of ours.
        var supervisor = LabProcess.Start([programs.G8os, "lab", "serve", paths.Directory], paths.SupervisorLog, directory: "/");
        var deadline = Environment.TickCount64 + (long)LabLimits.SupervisorReady.TotalMilliseconds;
        while (true)
        {
            if (await LabClient.TryConnectAsync(paths, cancel) is { } client)
                return client;
            if (!supervisor.Running)
                throw new LabException($"cannot start lab {paths.Name}: {LabProcess.LastLine(paths.SupervisorLog)} (see {paths.SupervisorLog})");
            if (Environment.TickCount64 > deadline)
                throw new LabException($"cannot start lab {paths.Name}: its supervisor did not listen within {LabLimits.SupervisorReady.TotalSeconds:0} s; see {paths.SupervisorLog}");
            await Task.Delay(Pause, cancel);
        }
    }

    /// <summary>Stops a lab and removes every trace: processes, namespaces, cgroups, files. Also one whose supervisor was killed.</summary>
    public static async Task RemoveAsync(LabPaths paths, CancellationToken cancel)
    {
        if (await StoppedAsync(paths, cancel))
            await GoneAsync(paths, cancel);
        var cgroups = CgroupTree.Detect();
        LabCgroups.Clear(cgroups, LabCgroups.Whole(paths.Name));
        LabCgroups.RemoveTop(cgroups);
        if (Directory.Exists(paths.Directory))
            Directory.Delete(paths.Directory, recursive: true);
        if (Directory.Exists(LabPaths.Root) && !Directory.EnumerateFileSystemEntries(LabPaths.Root).Any())
            Directory.Delete(LabPaths.Root);
    }

    /// <summary>Tells the supervisor to stop. False when there is none, or it cannot: then it ends with all the rest, as its cgroup is cleared.</summary>
    private static async Task<bool> StoppedAsync(LabPaths paths, CancellationToken cancel)
    {
        using var client = await LabClient.TryConnectAsync(paths, cancel);
        try
        {
            return client is not null && (await client.AskAsync(new(LabVerb.Stop), cancel)).Error is null;
        }
        catch (LabException)
        {
            return false;
        }
    }

    /// <summary>Waits for a moment until the supervisor has left by itself.</summary>
    private static async Task GoneAsync(LabPaths paths, CancellationToken cancel)
    {
        var deadline = Environment.TickCount64 + (long)LabLimits.SupervisorLeaves.TotalMilliseconds;
        while (Directory.Exists(paths.Directory) && Environment.TickCount64 < deadline)
        {
            using var free = FileLock.TryTake(paths.Lock);
            if (free is not null)
                return;
            await Task.Delay(Pause, cancel);
        }
    }
}
