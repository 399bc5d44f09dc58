using System.Collections.Concurrent;
using G8os.Core.Init;

namespace G8os.Core.Run;

/// <summary>The core's children: they belong to init, which outlives the core; this asks it for them and hears of their ends.</summary>
internal sealed class Children
{
    private readonly InitClient init;
    private readonly ConcurrentDictionary<string, TaskCompletionSource<int>> waited = new();
    private readonly Dictionary<string, Action<string, int>> watchers = [];
    private int runs;

    public Children(InitClient init)
    {
        this.init = init;
    }

    /// <summary>Whoever owns the names with this prefix hears of their ends: full name and wait status.</summary>
    public void Own(string prefix, Action<string, int> ended) => watchers.Add(prefix, ended);

    /// <summary>Begins to deliver ends, each once; those that happened while no core ran come first.</summary>
    public void Listen() => init.Subscribe(ended => Deliver(ended.Name, ended.Status));

    public IReadOnlyList<ChildEntry> List() => init.List();

    public bool Runs(string name) => init.List().Any(child => child.Name == name && child.Running);

    /// <exception cref="Linux.LinuxException">Init refused it, or a program of the core is missing.</exception>
    public int Start(SpawnRequest request)
    {
        NodeTools.Check(request.Argv[0]);
        return init.Spawn(request);
    }

    /// <summary>Init owns from now on what was left to it, under this name.</summary>
    public void Adopt(string name, int pid) => init.Adopt(name, pid);

    public void Signal(string name, int signal, bool group = true) => init.Signal(name, signal, group);

    public void Forget(string name) => init.Acknowledge(name);

    /// <summary>Runs a program to its end; its wait status. Given up, and killed, after <paramref name="limit"/>.</summary>
    public async Task<int> RunAsync(SpawnRequest request, TimeSpan limit)
    {
        var name = $"run-{Environment.ProcessId}-{Interlocked.Increment(ref runs)}";
        var ended = waited[name] = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            Start(request with { Name = name });
            return await ended.Task.WaitAsync(limit);
        }
        catch (TimeoutException)
        {
            init.Signal(name, 9, true);
            throw new TimeoutException($"cannot wait for {Path.GetFileName(request.Argv[0])}: it ran longer than {limit.TotalSeconds:F0} s");
        }
        finally
        {
            waited.TryRemove(name, out _);
        }
    }

    private void Deliver(string name, int status)
    {
        if (waited.TryGetValue(name, out var waiter))
        {
            init.Acknowledge(name);
            waiter.TrySetResult(status);
            return;
        }
        foreach (var (prefix, ended) in watchers)
            if (name.StartsWith(prefix, StringComparison.Ordinal))
            {
                ended(name, status);
                return;
            }
        init.Acknowledge(name); // a program of a core that is gone
    }
}

/// <summary>A wait status in words (wait(2)).</summary>
internal static class WaitStatus
{
    public static int ExitCode(int status) => (status & 0x7f) == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f);

    public static string Say(int status) => (status & 0x7f) == 0 ? $"exit code {(status >> 8) & 0xff}" : $"signal {status & 0x7f}";
}
