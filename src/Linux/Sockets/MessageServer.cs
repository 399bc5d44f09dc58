namespace G8os.Linux.Sockets;

/// <summary>One client of a <see cref="MessageServer"/>.</summary>
public sealed class MessageConnection
{
    internal MessageConnection(int socket) => Socket = socket;

    internal int Socket { get; }

    /// <summary>The last push did not fit; cleared when there is room again.</summary>
    public bool Slow { get; internal set; }

    /// <summary>The owner's mark; -1 at first.</summary>
    public long Mark { get; set; } = -1;
}

/// <summary>Answers one message.</summary>
/// <param name="from">Who asks.</param>
/// <param name="message">The question; it is zeroed afterwards.</param>
/// <param name="reply">Room for the answer.</param>
/// <param name="passed">A descriptor that came along, or -1; set it to -1 to keep it, else it is closed.</param>
/// <param name="give">A descriptor to send along; it stays the owner's.</param>
/// <returns>Bytes of the answer.</returns>
public delegate int MessageHandler(MessageConnection from, ReadOnlySpan<byte> message, Span<byte> reply, ref int passed, ref int give);

/// <summary>
/// Serves root's connections to a SOCK_SEQPACKET socket from a poll loop and never waits for any of them: one message each way, and pushes. A client
/// that does not read its answers is dropped. For pid 1: no exception for anything a client does, buffers made once.
/// </summary>
public sealed class MessageServer(Descriptor listener, int messageMax, int connectionsMax, MessageHandler handler)
{
    private const int Again = -11, TooLarge = -90, Root = 0;
    private readonly byte[] request = GC.AllocateUninitializedArray<byte>(messageMax, pinned: true);
    private readonly byte[] reply = new byte[messageMax];
    private readonly List<MessageConnection> connections = new(connectionsMax);
    private int watched;

    /// <summary>The listening socket.</summary>
    public Descriptor Listener => listener;

    /// <summary>The clients, in the order they came.</summary>
    public IReadOnlyList<MessageConnection> Connections => connections;

    /// <summary>Puts what to wait for into <paramref name="entries"/> (connectionsMax + 1 of them) and returns how many.</summary>
    public int Watch(Span<Watched> entries)
    {
        watched = connections.Count;
        for (var i = 0; i < watched; i++)
            entries[i] = new() { Descriptor = connections[i].Socket, Events = (short)(Watched.Readable | (connections[i].Slow ? Watched.Writable : 0)) };
        entries[watched] = new() { Descriptor = watched < connectionsMax ? listener.Number : -1, Events = Watched.Readable };
        return watched + 1;
    }

    /// <summary>Serves what is ready of the entries of <see cref="Watch"/>: at most one message of each client.</summary>
    public void Serve(ReadOnlySpan<Watched> entries)
    {
        for (var i = watched - 1; i >= 0; i--)
            if (entries[i].Returned != 0)
                Serve(connections[i], entries[i].Returned);
        if (entries[watched].Returned != 0)
            Accept();
    }

    private void Accept()
    {
        var socket = UnixSocket.Accept(listener.Number);
        if (socket < 0)
            return;
        if (UnixSocket.Peer(socket).UserId == Root)
            connections.Add(new(socket));
        else
            DescriptorIo.Close(socket);
    }

    private void Serve(MessageConnection connection, short ready)
    {
        if ((ready & Watched.Writable) != 0)
            connection.Slow = false;
        if (ready == Watched.Writable)
            return;
        var got = UnixSocket.Receive(connection.Socket, request, out var passed, wait: false);
        if (got == Again)
            return;
        if (got <= 0 && got != TooLarge)
        {
            Drop(connection);
            return;
        }
        var give = -1;
        // A message that is too large is an empty one to the handler: malformed.
        var length = handler(connection, request.AsSpan(0, Math.Max(got, 0)), reply, ref passed, ref give);
        request.AsSpan(0, Math.Max(got, 0)).Clear();
        if (passed >= 0)
            DescriptorIo.Close(passed);
        if (UnixSocket.Send(connection.Socket, reply.AsSpan(0, length), give, wait: false) < 0)
            Drop(connection);
    }

    /// <summary>Sends unasked. False when it did not go: the client is slow and is tried again when it has room, or it is gone.</summary>
    public bool Push(MessageConnection connection, ReadOnlySpan<byte> message)
    {
        ArgumentNullException.ThrowIfNull(connection);
        var sent = UnixSocket.Send(connection.Socket, message, wait: false);
        connection.Slow = sent == Again;
        if (sent < 0 && !connection.Slow)
            Drop(connection);
        return sent >= 0;
    }

    private void Drop(MessageConnection connection)
    {
        connections.Remove(connection);
        DescriptorIo.Close(connection.Socket);
    }
}
