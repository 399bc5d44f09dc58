using System.Collections.Concurrent;
using System.Security.Cryptography;
using G8os.Decisions.Apps;
using G8os.Linux.Cgroups;
using G8os.Linux.Files;
using G8os.Linux.Processes;
using G8os.Model;
using G8os.Model.Apps;

namespace G8os.Core.Run.Apps;

/// <summary>Makes, stops and clears away the containers of apps. One container of an app at a time; whoever calls does so one after the other for one app.</summary>
internal sealed class Containers(Children children) : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const uint OwnerOnly = 0x180;
    private const long LogMax = 8 << 20;
    private const int StartsAtOnce = 4;
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(8);
    private readonly Runc runc = new(children);
    private readonly CgroupTree cgroups = CgroupTree.Detect();
    private readonly SemaphoreSlim starts = new(StartsAtOnce);
    /// <summary>Number of the container of an app that is not cleared away.</summary>
    private readonly ConcurrentDictionary<string, long> present = new();
    /// <summary>Number of the container of an app that ended last: what is missing of it is not missed.</summary>
    private readonly ConcurrentDictionary<string, long> ended = new();

    public CgroupUsage Usage(string app) => cgroups.Exists(AppFiles.Cgroup(app)) ? cgroups.Usage(AppFiles.Cgroup(app)) : default;

    /// <summary>A container that an earlier core made.</summary>
    public void TakeUp(string app, long attempt) => present[app] = attempt;

    /// <summary>Makes the container and starts it; after a failure nothing of it is left.</summary>
    public async Task StartAsync(AppSpec spec, long attempt)
    {
        await starts.WaitAsync();
        try
        {
            await ClearAsync(spec.Name);
            present[spec.Name] = attempt;
            MakeBundle(spec);
            var pid = await runc.CreateAsync(spec.Name);
            children.Adopt(new ContainerName(spec.Name, attempt).ToString(), pid);
            await runc.StartAsync(spec.Name);
        }
        catch
        {
            await ClearAsync(spec.Name);
            throw;
        }
        finally
        {
            starts.Release();
        }
    }

    /// <summary>Writes the bundle again, as it was made.</summary>
    public static void MakeBundle(AppSpec spec)
    {
        var (app, root) = (spec.Name, AppFiles.Root(spec.Sandbox));
        if (AppRoot.Directories.FirstOrDefault(place => !Directory.Exists(root + place)) is { } missing)
            throw new IOException($"cannot mount {missing}: sandbox {spec.Sandbox} has no such directory; add it to `directories` of its recipe");
        var user = AppUser.Find(ReadInside(root, "passwd"), ReadInside(root, "group"), spec.Process.User)
            ?? throw new IOException($"cannot run as {spec.Process.User}: /etc/passwd of sandbox {spec.Sandbox} has no such user");
        Directory.CreateDirectory(AppFiles.Kept(app), Private);
        Directory.CreateDirectory(AppFiles.Data(app), Private);
        FileOwner.Set(AppFiles.Data(app), user.Uid, user.Gid);
        Directory.CreateDirectory(AppFiles.Bundle(app), Private);
        Rotate(AppFiles.Log(app));
        var files = AppRoot.Files.Where(file => File.Exists(file) && File.Exists(root + file) && new FileInfo(root + file).LinkTarget is null).ToValues();
        var config = ContainerConfig.Of(spec, user, new ContainerPlace(root, AppFiles.Data(app), files, AppFiles.Cgroup(app)));
        AtomicFile.Write(AppFiles.Config(app), config, OwnerOnly);
        AtomicFile.Write(AppFiles.ConfigDigest(app), SHA256.HashData(config), OwnerOnly);
    }

    /// <summary>Someone edited the bundle, or took the container from runc; null when all is as it was made.</summary>
    public (Drift Drift, string Evidence)? LookAt(string app, long attempt)
    {
        if (present.GetValueOrDefault(app) != attempt || ended.GetValueOrDefault(app) == attempt)
            return null;
        if (!Runc.Knows(app))
            return (Drift.Container, $"{Runc.StateOf(app)} is gone");
        var (config, digest) = (AppFiles.Config(app), AppFiles.ConfigDigest(app));
        if (!File.Exists(config) || !File.Exists(digest))
            return (Drift.Bundle, $"{(File.Exists(config) ? digest : config)} is gone");
        return SHA256.HashData(File.ReadAllBytes(config)).AsSpan().SequenceEqual(File.ReadAllBytes(digest)) ? null : (Drift.Bundle, $"{config} was edited");
    }

    /// <summary>
    /// SIGTERM to its first process. One that does not handle it would not notice, because the kernel spares the first process of a pid namespace: as
    /// anywhere else it ends at once, here by SIGKILL.
    /// </summary>
    public void Stop(string app, long attempt)
    {
        var name = new ContainerName(app, attempt).ToString();
        if (children.List().FirstOrDefault(child => child.Name == name && child.Running) is not { } first)
            return;
        var signal = Signals.IsLeftToDefault(first.Pid, Signals.Terminate) ? Signals.Kill : Signals.Terminate;
        children.Signal(name, signal, group: false);
    }

    /// <summary>Its first process has ended; <see cref="EndAsync"/> follows.</summary>
    public void Ended(string app, long attempt) => ended[app] = attempt;

    /// <summary>Its first process has ended: clears away what is left of it. Words for how it ended.</summary>
    public async Task<string> EndAsync(string app, long attempt, int status)
    {
        var killed = Usage(app).OomKills > 0 ? ": out of memory" : "";
        if (present.TryGetValue(app, out var now) && now == attempt)
            await ClearAsync(app);
        children.Forget(new ContainerName(app, attempt).ToString());
        return WaitStatus.Say(status) + killed;
    }

    /// <summary>Kills everything in its cgroup, and takes away cgroup, bundle and what runc knows of it.</summary>
    public async Task ClearAsync(string app)
    {
        var cgroup = AppFiles.Cgroup(app);
        if (cgroups.Exists(cgroup) && !cgroups.KillAll(cgroup, KillLimit))
            throw new IOException($"cannot end the processes of app {app}: some do not die within {KillLimit.TotalSeconds:F0} s");
        if (Directory.Exists(Runc.StateOf(app)))
            await runc.DeleteAsync(app);
        cgroups.Remove(cgroup);
        foreach (var directory in new[] { Runc.StateOf(app), AppFiles.Bundle(app) })
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
        present.TryRemove(app, out _);
    }

    /// <summary>Takes away everything, its data too.</summary>
    public async Task UninstallAsync(string app)
    {
        await ClearAsync(app);
        if (Directory.Exists(AppFiles.Kept(app)))
            Directory.Delete(AppFiles.Kept(app), recursive: true);
        ended.TryRemove(app, out _);
    }

    /// <summary>The app goes on writing into an open file: its front is given back to the disk, its end stays where it is.</summary>
    public static void BoundLog(string app)
    {
        var path = AppFiles.Log(app);
        if (!File.Exists(path))
            return;
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 1);
        if (file.Length > LogMax)
            FileHole.Punch(file.SafeFileHandle, 0, file.Length - (LogMax / 2));
    }

    /// <summary>Between two containers a log of some size is put aside.</summary>
    private static void Rotate(string log)
    {
        if (File.Exists(log) && new FileInfo(log).Length > LogMax / 2)
            File.Move(log, log + ".1", overwrite: true);
    }

    /// <summary>A file of the sandbox's /etc; a link would lead out of it, so it counts as none.</summary>
    private static string ReadInside(string root, string name)
    {
        const int Most = 1 << 20;
        var file = new FileInfo($"{root}/etc/{name}");
        return file.Exists && file.LinkTarget is null && file.Directory!.LinkTarget is null && file.Length <= Most ? File.ReadAllText(file.FullName) : "";
    }

    public void Dispose() => starts.Dispose();
}
