using G8os.Linux.Processes;

namespace G8os.Core.Init;

/// <summary>Init's children in the order they were started: running, or ended and not acknowledged.</summary>
internal sealed class InitChildren
{
    public const int CountMax = 4096;
    private readonly List<InitChild> children = new(64);

    public long LastSerial { get; set; }
    public long LastExit { get; set; }
    public IReadOnlyList<InitChild> All => children;

    public InitChild? Find(string name)
    {
        for (var i = 0; i < children.Count; i++)
            if (children[i].Name == name)
                return children[i];
        return null;
    }

    public InitChild Add(string name, int pid, long now)
    {
        children.Add(new() { Serial = ++LastSerial, Name = name, Pid = pid, StartedMs = now, Running = true });
        return children[^1];
    }

    public void Restore(InitChild child) => children.Add(child);

    public void Remove(InitChild child) => children.Remove(child);

    /// <summary>The child that ended, or null for an orphan. Of two with the same pid the older one is meant: the newer got it after the older was gone.</summary>
    public InitChild? Ended(int pid, int status)
    {
        for (var i = 0; i < children.Count; i++)
            if (children[i].Pid == pid && children[i].Running)
            {
                (children[i].Running, children[i].Status, children[i].ExitSerial) = (false, status, ++LastExit);
                return children[i];
            }
        return null;
    }

    /// <summary>The first exit after number <paramref name="heard"/>, or null.</summary>
    public InitChild? NextExit(long heard)
    {
        InitChild? next = null;
        for (var i = 0; i < children.Count; i++)
            if (!children[i].Running && children[i].ExitSerial > heard && (next is null || children[i].ExitSerial < next.ExitSerial))
                next = children[i];
        return next;
    }

    public void SignalAll(int signal)
    {
        for (var i = 0; i < children.Count; i++)
            if (children[i].Running)
                Signals.Send(children[i].Pid, signal, group: true);
    }
}
