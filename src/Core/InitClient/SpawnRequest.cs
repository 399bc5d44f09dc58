using G8os.Linux;

namespace G8os.Core.Init;

/// <summary>What a child reads on its standard input.</summary>
public enum SpawnStdin : byte
{
    /// <summary>Nothing.</summary>
    Null,
    /// <summary><see cref="SpawnRequest.StdinData"/>.</summary>
    Data,
    /// <summary>The disk key as lower-case hex digits and a line end; it never leaves init another way.</summary>
    Key,
}

/// <summary>A child to be started and owned by init.</summary>
public sealed record SpawnRequest
{
    /// <summary>Unique among the children that run or were not acknowledged; 1–128 bytes. "core" is init's own.</summary>
    public required string Name { get; init; }
    /// <summary>Program and arguments, at most 1024; a program without a slash is looked up in PATH.</summary>
    public required IReadOnlyList<string> Argv { get; init; }
    /// <summary>"NAME=value" each; null is a plain PATH, HOME, LANG, TERM.</summary>
    public IReadOnlyList<string>? Env { get; init; }
    /// <summary>Working directory; null is "/".</summary>
    public string? Cwd { get; init; }
    /// <summary>What standard input is.</summary>
    public SpawnStdin Stdin { get; init; }
    /// <summary>For <see cref="SpawnStdin.Data"/>: at most 1 MiB.</summary>
    public ReadOnlyMemory<byte> StdinData { get; init; }
    /// <summary>For <see cref="SpawnStdin.Data"/>, instead of the data: the child's standard input is a copy of it.</summary>
    public Descriptor? StdinDescriptor { get; init; }
    /// <summary>File that standard output is appended to (made 0600); null is /dev/null.</summary>
    public string? Stdout { get; init; }
    /// <summary>The same for standard error.</summary>
    public string? Stderr { get; init; }
    /// <summary>Cgroup to make and start in, in every hierarchy; null is init's own.</summary>
    public string? Cgroup { get; init; }
    /// <summary>
    /// Pid of a process that was started by another program and left to init when that ended (a container's first process): nothing is started, it is
    /// owned from now on like a child that was. 0: start <see cref="Argv"/>, which is empty otherwise.
    /// </summary>
    public int Adopted { get; init; }
}

/// <summary>A child of init: running, or ended and not acknowledged.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Pid">Its pid, also its process group and session.</param>
/// <param name="StartedMs">When it was started: monotonic milliseconds, as Environment.TickCount64.</param>
/// <param name="Running">It still runs.</param>
/// <param name="Status">How it ended, in the encoding of wait(2).</param>
public sealed record ChildEntry(string Name, int Pid, long StartedMs, bool Running, int Status);

/// <summary>A child has ended. It stays in init's list until it is acknowledged.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Pid">The pid it had.</param>
/// <param name="Status">In the encoding of wait(2).</param>
public sealed record ChildExited(string Name, int Pid, int Status);

/// <summary>Init refused, or cannot be reached.</summary>
public sealed class InitException(string action, int errno, string? reason = null) : LinuxException(action, errno, reason);
