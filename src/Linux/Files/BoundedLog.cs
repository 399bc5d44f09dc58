namespace G8os.Linux.Files;

/// <summary>A log file that is appended to and at a size becomes FILE.1, in place of the last FILE.1. Never throws for a full disk: a log must stop nobody.</summary>
public sealed class BoundedLog(string path, long sizeMax)
{
    private int file = -1;
    private long size;

    /// <summary>Appends, or drops the bytes when the file cannot be opened or written.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (file < 0)
        {
            file = DescriptorIo.OpenAppend(path, 0x180);
            size = file < 0 ? 0 : DescriptorIo.Length(file);
        }
        if (file < 0 || DescriptorIo.WriteAll(file, bytes) < 0 || (size += bytes.Length) < sizeMax)
            return;
        DescriptorIo.Close(file);
        file = -1;
        File.Move(path, path + ".1", overwrite: true);
    }
}
