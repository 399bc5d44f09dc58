using System.Collections.Concurrent;
using G8os.Linux.Files;

namespace G8os.Core.Run;

/// <summary>
/// Writes that make the next boot better and leave this one as it is. On a full or broken disk each file is told once, and the node goes on: its network,
/// its session and ssh need no disk.
/// </summary>
internal static class StateDisk
{
    private static readonly ConcurrentDictionary<string, bool> told = new(StringComparer.Ordinal);

    /// <summary>Hears each sentence too, for explain.</summary>
    public static Action<string>? Heard { get; set; }

    /// <summary>Writes the file whole. False when the disk did not take it.</summary>
    public static bool Keep(string path, ReadOnlySpan<byte> content, uint mode)
    {
        try
        {
            AtomicFile.Write(path, content, mode);
            told.TryRemove(path, out _);
            return true;
        }
        catch (Exception fault) when (DiskFault.Say(fault) is not null)
        {
            Tell(path, DiskFault.Say(fault)!);
            return false;
        }
    }

    /// <summary>Says once a file, until a write of it succeeds, that the node goes on without it.</summary>
    public static void Tell(string path, string sentence)
    {
        if (!told.TryAdd(path, true))
            return;
        CoreLog.Write($"{sentence}; the node goes on without it");
        Heard?.Invoke(sentence);
    }

    /// <summary>The file can be written again.</summary>
    public static void Clear(string path) => told.TryRemove(path, out _);
}
