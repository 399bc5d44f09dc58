using G8os.Linux;
using G8os.Linux.Sockets;

namespace G8os.Core.Init;

/// <summary>
/// Asks init. Calls are safe from several threads, wait for the answer, and throw <see cref="InitException"/> when init refuses. When init becomes itself
/// anew the connection is made again and the question asked again.
/// </summary>
public sealed class InitClient : IDisposable
{
    private const int StdinMax = 1 << 20, AnswerMs = 30_000, RetryMs = 50, TriesMax = 100, ENOENT = 2, ESRCH = 3, EEXIST = 17, EBADMSG = 74, EMSGSIZE = 90, ETIMEDOUT = 110, ECONNRESET = 104;
    private readonly string path;
    private readonly Lock gate = new();
    private readonly byte[] buffer = GC.AllocateUninitializedArray<byte>(InitMessage.SizeMax, pinned: true);
    private readonly CancellationTokenSource ended = new();
    private Descriptor? socket;

    private InitClient(string path) => this.path = path;

    private delegate void Compose(ref MessageWriter to);
    private delegate T Take<T>(ref MessageReader from, int descriptor);

    /// <summary>Connects to init's socket.</summary>
    public static InitClient Connect(string path = "/run/g8os/init.sock")
    {
        var client = new InitClient(path);
        client.socket = UnixSocket.Connect(path, UnixKind.Messages);
        return client;
    }

    /// <summary>Starts a child and returns its pid. A name that runs, or ended and was not acknowledged, is refused with <see cref="LinuxException.Exists"/>.</summary>
    public int Spawn(SpawnRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.StdinData.Length > StdinMax)
            throw new InitException($"start {request.Name}", EMSGSIZE, $"its input has {request.StdinData.Length} bytes, at most {StdinMax} are allowed");
        if (request.Argv.Count > InitMessage.WordsMax || request.Env?.Count > InitMessage.WordsMax)
            throw new InitException($"start {request.Name}", EMSGSIZE, $"at most {InitMessage.WordsMax} arguments and as many variables are allowed");
        using var input = request is { Stdin: SpawnStdin.Data, StdinDescriptor: null } ? DescriptorIo.MemoryFile("stdin", request.StdinData.Span) : null;
        var again = false;
        return Ask($"start {request.Name}", (ref to) => InitMessage.WriteSpawn(ref to, request), (ref from, _) => from.I32(), (request.StdinDescriptor ?? input)?.Number ?? -1,
            // Asked twice because the connection broke: the first one may have been heard.
            refused => refused == EEXIST && again && Find(request.Name) is { Running: true } child ? child.Pid : null, () => again = true);
    }

    /// <summary>Gives init a process that was left to it by the program that started it, to own like a child: its end is told under this name.</summary>
    /// <exception cref="InitException">It is no child of init's, or has ended (<see cref="LinuxException.Errno"/> is ESRCH).</exception>
    public void Adopt(string name, int pid) => Spawn(new() { Name = name, Argv = [], Adopted = pid });

    /// <summary>Sends a signal to a child, or to its process group. False when it does not run (any more).</summary>
    public bool Signal(string name, int signal, bool group) => Ask($"send signal {signal} to {name}",
        (ref to) => InitMessage.WritePlain(ref to, InitVerb.Signal, name, (signal & 0xff) + (group ? 0x100 : 0)), (ref _, _) => true,
        orElse: refused => refused == ESRCH ? false : null);

    /// <summary>All children, in the order they were started: running, or ended and not acknowledged.</summary>
    public IReadOnlyList<ChildEntry> List()
    {
        var found = new List<ChildEntry>();
        for (var last = 0L; ; )
        {
            var before = found.Count;
            last = Ask("list children", (ref to) => InitMessage.WritePlain(ref to, InitVerb.List, number: last), (ref from, _) => Entries(ref from, found, last));
            if (found.Count == before)
                return found;
        }
    }

    private static long Entries(ref MessageReader from, List<ChildEntry> found, long last)
    {
        while (!from.Whole)
        {
            var child = InitMessage.ReadChild(ref from);
            if (child.Serial == 0)
                throw new InitException("list children", EBADMSG, "the answer is cut short");
            last = child.Serial;
            found.Add(new(child.Name, child.Pid, child.StartedMs, child.Running, child.Status));
        }
        return last;
    }

    private ChildEntry? Find(string name)
    {
        foreach (var child in List())
            if (child.Name == name)
                return child;
        return null;
    }

    /// <summary>Lets init forget a child that ended. One it does not know is no error; one that runs is.</summary>
    public void Acknowledge(string name) => Ask($"acknowledge {name}", (ref to) => InitMessage.WritePlain(ref to, InitVerb.Acknowledge, name), (ref _, _) => true,
        orElse: refused => refused == ESRCH ? true : null);

    /// <summary>Gives init a copy of a descriptor to hold until reboot, in place of one of the same name.</summary>
    public void PutDescriptor(string name, int descriptor) =>
        Ask($"hold descriptor {name}", (ref to) => InitMessage.WritePlain(ref to, InitVerb.PutDescriptor, name), (ref _, _) => true, descriptor);

    /// <summary>A copy of a held descriptor, or null when none of this name is held.</summary>
    public Descriptor? GetDescriptor(string name) => Ask($"get descriptor {name}", (ref to) => InitMessage.WritePlain(ref to, InitVerb.GetDescriptor, name),
        (ref _, number) => new Held(number < 0 ? null : new(number)), orElse: refused => refused == ENOENT ? new Held(null) : null).Descriptor;

    private readonly record struct Held(Descriptor? Descriptor);

    /// <summary>Lets init close a held descriptor; one it does not hold is no error.</summary>
    public void DropDescriptor(string name) => Ask($"drop descriptor {name}", (ref to) => InitMessage.WritePlain(ref to, InitVerb.DropDescriptor, name), (ref _, _) => true,
        orElse: refused => refused == ENOENT ? true : null);

    /// <summary>Gives init the disk key (1–64 bytes) to keep in locked memory until reboot. The caller zeroes its own.</summary>
    public void PutKey(ReadOnlySpan<byte> key)
    {
        using var kept = new Linux.Secrets.SecretBuffer(key);
        Ask("keep the disk key", (ref to) => InitMessage.WritePlain(ref to, InitVerb.PutKey, key: kept.Span), (ref _, _) => true);
    }

    /// <summary>Init has a disk key.</summary>
    public bool HasKey() => Ask("ask for the disk key", (ref to) => InitMessage.WritePlain(ref to, InitVerb.HasKey), (ref from, _) => from.U8() != 0);

    /// <summary>Init zeroes and forgets the disk key.</summary>
    public void DropKey() => Ask("drop the disk key", (ref to) => InitMessage.WritePlain(ref to, InitVerb.DropKey), (ref _, _) => true);

    /// <summary>Init becomes itself anew, in the version that is on disk now, with all it owns. Returns when it answers again.</summary>
    public void Reexec()
    {
        lock (gate)
        {
            var got = Exchange("become anew", (ref to) => InitMessage.WritePlain(ref to, InitVerb.Reexec), -1, out _);
            if (got > 0)
                Answer("become anew", got, -1, (ref _, _) => true, null);   // it answers only to refuse
            Close();
        }
        HasKey();
    }

    /// <summary>Ends everything init owns, then the node: powered off, or restarted. Returns at once.</summary>
    public void Shutdown(bool restart = false) =>
        Ask("shut down", (ref to) => InitMessage.WritePlain(ref to, InitVerb.Shutdown, number: restart ? 1 : 0), (ref _, _) => true);

    /// <summary>
    /// Tells each exit once, on a thread of its own: first all that were not acknowledged, then new ones as they come, also across a new image of init.
    /// </summary>
    public void Subscribe(Action<ChildExited> exited) => new Thread(() => Listen(exited)) { IsBackground = true, Name = "exits" }.Start();

    private void Listen(Action<ChildExited> exited)
    {
        var news = new byte[InitMessage.NameMax + 64];
        for (var heard = 0L; !ended.IsCancellationRequested; ended.Token.WaitHandle.WaitOne(RetryMs))
        {
            using var events = TryConnect();
            if (events is null)
                continue;
            using var stop = ended.Token.Register(() => UnixSocket.Shutdown(events.Number));
            var to = new MessageWriter(news);
            InitMessage.WritePlain(ref to, InitVerb.Subscribe, number: heard);
            var good = UnixSocket.Send(events.Number, to.Written) > 0 && UnixSocket.Receive(events.Number, news, out _) > 0;
            while (good && UnixSocket.Receive(events.Number, news, out _) is > 0 and var got && !ended.IsCancellationRequested)
            {
                var from = new MessageReader(news.AsSpan(0, got));
                var child = InitMessage.ReadChild(ref from);
                heard = child.ExitSerial;
                exited(new(child.Name, child.Pid, child.Status));
            }
        }
    }

    /// <summary>Null while nobody listens: init is starting.</summary>
    private Descriptor? TryConnect()
    {
        try
        {
            return UnixSocket.Connect(path, UnixKind.Messages);
        }
        catch (LinuxException)
        {
            return null;
        }
    }

    /// <param name="action">For messages: "start sshd".</param>
    /// <param name="compose">Writes the request.</param>
    /// <param name="take">Reads the fields of the reply.</param>
    /// <param name="descriptor">Goes with the request.</param>
    /// <param name="orElse">A refusal (its errno) that has a good meaning.</param>
    /// <param name="again">Called before the question is asked once more.</param>
    private T Ask<T>(string action, Compose compose, Take<T> take, int descriptor = -1, Func<int, T?>? orElse = null, Action? again = null) where T : struct
    {
        lock (gate)
            for (var attempt = 1; ; attempt++)
            {
                var got = Exchange(action, compose, descriptor, out var passed);
                if (got > 0)
                    return Answer(action, got, passed, take, orElse);
                Close();
                if (attempt == TriesMax || got == -ETIMEDOUT)
                    throw new InitException(action, got == 0 ? ECONNRESET : -got);
                again?.Invoke();
                ended.Token.WaitHandle.WaitOne(RetryMs);
            }
    }

    /// <summary>One message there and one back: its length, 0 when init closed the connection, or the negated errno.</summary>
    private int Exchange(string action, Compose compose, int descriptor, out int passed)
    {
        passed = -1;
        var to = new MessageWriter(buffer);
        compose(ref to);
        if (to.Full)
            throw new InitException(action, EMSGSIZE, $"arguments and environment have more than {InitMessage.SizeMax / 1024} KiB together");
        var number = Open(action);
        var sent = UnixSocket.Send(number, to.Written, descriptor);
        to.Written.Clear();     // it may hold the key
        if (sent < 0)
            return sent;
        Span<Watched> watched = [new() { Descriptor = number, Events = Watched.Readable }];
        for (var end = Environment.TickCount64 + AnswerMs; DescriptorIo.Wait(watched, AnswerMs) == 0;)
            if (Environment.TickCount64 >= end)
                return -ETIMEDOUT;
        return UnixSocket.Receive(number, buffer, out passed);
    }

    private T Answer<T>(string action, int got, int passed, Take<T> take, Func<int, T?>? orElse) where T : struct
    {
        var from = new MessageReader(buffer.AsSpan(0, got));
        var errno = from.I32();
        if (errno == 0)
            return take(ref from, passed);
        return orElse?.Invoke(errno) ?? throw new InitException(action, errno, from.Text(InitMessage.TextMax));
    }

    private int Open(string action)
    {
        try
        {
            socket ??= UnixSocket.Connect(path, UnixKind.Messages);
            return socket.Number;
        }
        catch (LinuxException failure) when (failure is not InitException)
        {
            throw new InitException(action, failure.Errno, failure.Message);
        }
    }

    private void Close()
    {
        socket?.Dispose();
        socket = null;
    }

    /// <summary>Ends the subscription and the connection.</summary>
    public void Dispose()
    {
        ended.Cancel();
        lock (gate)
            Close();
    }
}
