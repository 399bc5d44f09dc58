using System.Net.Sockets;

namespace G8os.Lab.Control;

/// <summary>Lines over a socket, each at most <see cref="LabLimits.ControlLine"/> bytes.</summary>
internal sealed class LabLines(Socket socket)
{
    private byte[] buffer = new byte[4096];
    private int filled;

    /// <summary>The next line without its end, or null when the other side has closed.</summary>
    public async Task<byte[]?> ReadAsync(CancellationToken cancel)
    {
        var searched = 0;
        while (true)
        {
            if (buffer.AsSpan(searched, filled - searched).IndexOf((byte)'\n') is var found and >= 0)
                return Take(searched + found);
            searched = filled;
            if (filled == LabLimits.ControlLine)
                throw new IOException($"a line is longer than {LabLimits.ControlLine} bytes");
            if (filled == buffer.Length)
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, LabLimits.ControlLine));
            var count = await socket.ReceiveAsync(buffer.AsMemory(filled), cancel);
            if (count == 0)
                return null;
            filled += count;
        }
    }

    public async Task WriteAsync(byte[] line, CancellationToken cancel)
    {
        byte[] whole = [.. line, (byte)'\n'];
        for (var sent = 0; sent < whole.Length;)
            sent += await socket.SendAsync(whole.AsMemory(sent), cancel);
    }

    private byte[] Take(int length)
    {
        var line = buffer[..length];
        buffer.AsSpan(length + 1, filled - length - 1).CopyTo(buffer);
        filled -= length + 1;
        return line;
    }
}
