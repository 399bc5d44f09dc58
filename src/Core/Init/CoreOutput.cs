using G8os.Linux;

namespace G8os.Core.Init;

/// <summary>
/// What the core writes, by a pipe into /run/g8os/log/core.log; at 4 MiB that file becomes core.log.1. A pipe, because a writer that has the file
/// itself would go on writing into the renamed one.
/// </summary>
internal sealed class CoreOutput
{
    private const string File = "/run/g8os/log/core.log";
    private const int SizeMax = 4 << 20, ReadsMax = 4;
    private readonly byte[] buffer = new byte[16 * 1024];
    private int file = -1;
    private long size;

    public CoreOutput() => (Read, Write) = DescriptorIo.Pipe();

    public CoreOutput(int read, int write) => (Read, Write) = (new(read), new(write));

    public Descriptor Read { get; }
    public Descriptor Write { get; }

    /// <summary>Moves what waits in the pipe, a bounded amount at a time.</summary>
    public void Move()
    {
        for (var i = 0; i < ReadsMax && DescriptorIo.Read(Read.Number, buffer) is > 0 and var got; i++)
            Append(buffer.AsSpan(0, got));
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (file < 0 && !Open())
            return;     // nowhere to write: /run is full or gone, and the core must not wait for us
        if (DescriptorIo.WriteAll(file, bytes) < 0 || (size += bytes.Length) < SizeMax)
            return;
        DescriptorIo.Close(file);
        file = -1;
        System.IO.File.Move(File, File + ".1", overwrite: true);
    }

    private bool Open()
    {
        file = DescriptorIo.OpenAppend(File, 0x180);
        size = file < 0 ? 0 : DescriptorIo.Length(file);
        return file >= 0;
    }
}
