using G8os.Linux.Native;

namespace G8os.Linux.Processes;

/// <summary>
/// Starts programs with posix_spawn(3): default signals, empty mask, session of their own. A .NET process ignores SIGPIPE and holds descriptors; without
/// this its children would do both. The child lives in the namespaces of the calling thread.
/// </summary>
public static unsafe class Spawner
{
    /// <summary>Highest descriptor number a child may be given.</summary>
    public const int InheritedMax = 63;
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    private const int OpaqueSize = 512;     // posix_spawnattr_t is 336 bytes, posix_spawn_file_actions_t 80, sigset_t 128

    /// <summary>Starts the program and returns its pid. The caller, or the process's reaper, waits for it.</summary>
    /// <exception cref="LinuxException">It cannot be found or started; missing programs have <see cref="LinuxException.Missing"/>.</exception>
    public static int Start(ProgramStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        var environment = start.Environment ?? OwnEnvironment();
        var path = Find(start.Arguments[0], environment);
        using var arguments = new StringTable(start.Arguments);
        using var variables = new StringTable(environment);
        using var paths = new StringTable(start.Directory is null ? [path] : [path, start.Directory]);
        using var nothing = Null();
        var attributes = stackalloc byte[OpaqueSize];
        var actions = stackalloc byte[OpaqueSize];
        Check(Libc.posix_spawnattr_init(attributes), start);
        Check(Libc.posix_spawn_file_actions_init(actions), start);
        var borrowed = new List<Descriptor>();
        try
        {
            SetSignals(attributes, start);
            MapDescriptors(actions, start, nothing.Number, borrowed);
            if (start.Directory is not null)
                Check(Libc.posix_spawn_file_actions_addchdir_np(actions, paths.Pointer[1]), start);
            int pid;
            Machine.RaiseShield(false);
            Check(Libc.posix_spawn(&pid, paths.Pointer[0], actions, attributes, arguments.Pointer, variables.Pointer), start);
            return pid;
        }
        finally
        {
            Machine.RaiseShield(true);
            foreach (var descriptor in borrowed)
                descriptor.Dispose();
            Libc.posix_spawn_file_actions_destroy(actions);
            Libc.posix_spawnattr_destroy(attributes);
        }
    }

    private static void SetSignals(byte* attributes, ProgramStart start)
    {
        var signals = stackalloc byte[OpaqueSize];
        Check(Libc.sigfillset(signals), start);
        Check(Libc.posix_spawnattr_setsigdefault(attributes, signals), start);
        Check(Libc.sigemptyset(signals), start);
        Check(Libc.posix_spawnattr_setsigmask(attributes, signals), start);
        Check(Libc.posix_spawnattr_setflags(attributes, Libc.POSIX_SPAWN_SETSIGDEF | Libc.POSIX_SPAWN_SETSIGMASK | Libc.POSIX_SPAWN_SETSID), start);
    }

    /// <summary>Sources are first copied above all targets, so that no copy overwrites the source of a later one. Everything else is closed.</summary>
    private static void MapDescriptors(byte* actions, ProgramStart start, int nothing, List<Descriptor> borrowed)
    {
        Span<int> sources = stackalloc int[InheritedMax + 1];
        sources.Fill(-1);
        (sources[0], sources[1], sources[2]) = (start.Input ?? nothing, start.Output ?? nothing, start.Error ?? nothing);
        foreach (var (ours, theirs) in start.Inherited)
            sources[theirs is >= 3 and <= InheritedMax ? theirs
                : throw new ArgumentOutOfRangeException(nameof(start), $"cannot give descriptor {theirs} to a child: expected 3–{InheritedMax}")] = ours;
        for (var target = 0; target <= InheritedMax; target++)
        {
            if (sources[target] < 0)
            {
                Check(Libc.posix_spawn_file_actions_addclose(actions, target), start);
                continue;
            }
            var copy = Libc.fcntl(sources[target], Libc.F_DUPFD_CLOEXEC, InheritedMax + 1);
            if (copy < 0)
                throw LinuxException.Last($"give descriptor {sources[target]} to {start.Arguments[0]}");
            borrowed.Add(new(copy));
            Check(Libc.posix_spawn_file_actions_adddup2(actions, copy, target), start);
        }
        Check(Libc.posix_spawn_file_actions_addclosefrom_np(actions, InheritedMax + 1), start);
    }

    private static void Check(int errno, ProgramStart start)
    {
        if (errno != 0)
            throw new LinuxException($"start {start.Arguments[0]}{(start.Directory is null || Directory.Exists(start.Directory) ? "" : $" in {start.Directory}")}", errno);
    }

    private static Descriptor Null()
    {
        var fd = Libc.open("/dev/null", Libc.O_RDWR | Libc.O_CLOEXEC, 0);
        return fd >= 0 ? new(fd) : throw LinuxException.Last("open /dev/null");
    }

    /// <summary>Replaces this process by the program (execve(2)); returns only by throwing.</summary>
    public static void Become(IReadOnlyList<string> arguments, IReadOnlyList<string>? environment = null, string? path = null)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        environment ??= OwnEnvironment();
        using var file = new StringTable([path ?? Find(arguments[0], environment)]);
        using var words = new StringTable(arguments);
        using var variables = new StringTable(environment);
        HearSignals();
        Libc.execve(file.Pointer[0], words.Pointer, variables.Pointer);
        throw LinuxException.Last($"become {arguments[0]}");
    }

    /// <summary>exec resets handlers but keeps ignored signals ignored, and .NET ignores SIGPIPE.</summary>
    private static void HearSignals()
    {
        const int ActionSize = 152, Ignored = 1;
        var action = stackalloc nint[ActionSize / sizeof(nint)];
        for (var signal = 1; signal <= Signals.Max; signal++)
        {
            new Span<byte>(action, ActionSize).Clear();
            if (Libc.sigaction(signal, null, action) < 0 || action[0] != Ignored)
                continue;
            new Span<byte>(action, ActionSize).Clear();     // SIG_DFL is 0
            if (Libc.sigaction(signal, action, null) < 0)
                throw LinuxException.Last($"hear signal {signal} again");
        }
    }

    /// <summary>The file of a program: the name itself when it has a slash, else the first match in PATH of <paramref name="environment"/>.</summary>
    private static string Find(string program, IReadOnlyList<string> environment)
    {
        if (program.Contains('/'))
            return program;
        var path = DefaultPath;
        foreach (var variable in environment)
            if (variable.StartsWith("PATH=", StringComparison.Ordinal))
                path = variable[5..];
        foreach (var directory in path.Split(':', StringSplitOptions.RemoveEmptyEntries))
            if (Libc.access($"{directory}/{program}", Libc.X_OK) == 0)
                return $"{directory}/{program}";
        throw new LinuxException($"start {program}", Errno.ENOENT, $"not found in {path}");
    }

    private static List<string> OwnEnvironment()
    {
        var variables = new List<string>();
        foreach (System.Collections.DictionaryEntry variable in System.Environment.GetEnvironmentVariables())
            variables.Add($"{variable.Key}={variable.Value}");
        return variables;
    }
}
