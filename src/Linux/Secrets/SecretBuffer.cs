using G8os.Linux.Native;

namespace G8os.Linux.Secrets;

/// <summary>
/// Bytes that never reach swap or a core dump and are zeroed when disposed (mlock(2), MADV_DONTDUMP). The garbage collector never sees or copies them.
/// </summary>
public sealed unsafe class SecretBuffer : IDisposable
{
    private const int PageBytes = 4096;
    private byte* memory;
    private readonly nuint size;

    /// <summary>Room for <paramref name="length"/> bytes, all zero.</summary>
    /// <exception cref="LinuxException">The limit of locked memory (RLIMIT_MEMLOCK) is reached.</exception>
    public SecretBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        Length = length;
        size = (nuint)((length + PageBytes - 1) / PageBytes * PageBytes);
        var got = Libc.mmap(null, size, Libc.PROT_READ | Libc.PROT_WRITE, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS, -1, 0);
        if (got == (void*)-1)
            throw LinuxException.Last("allocate secret memory");
        memory = (byte*)got;
        if (Libc.mlock(got, size) < 0 || Libc.madvise(got, size, Libc.MADV_DONTDUMP) < 0 || Libc.madvise(got, size, Libc.MADV_WIPEONFORK) < 0)
        {
            var failure = LinuxException.Last("lock secret memory");
            Dispose();
            throw failure;
        }
    }

    /// <summary>A locked copy; the caller zeroes the original.</summary>
    public SecretBuffer(ReadOnlySpan<byte> secret) : this(secret.Length) => secret.CopyTo(Span);

    /// <summary>Bytes it holds.</summary>
    public int Length { get; }

    /// <summary>The bytes. Do not keep the span beyond the buffer's life, and do not copy it into an array.</summary>
    public Span<byte> Span => memory is null ? throw new ObjectDisposedException(nameof(SecretBuffer)) : new(memory, Length);

    /// <summary>A pipe that holds the bytes as lower-case hex digits and a line end: kernel memory, never swapped, gone when it was read.</summary>
    /// <returns>Its reading end. At most 32,767 bytes, what a pipe takes without waiting.</returns>
    public Descriptor ToHexPipe()
    {
        const int HexMax = 32 * 1024 - 1;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Length, HexMax);
        using var digits = new SecretBuffer((Length * 2) + 1);
        for (var i = 0; i < Length; i++)
            (digits.Span[i * 2], digits.Span[(i * 2) + 1]) = ("0123456789abcdef"u8[Span[i] >> 4], "0123456789abcdef"u8[Span[i] & 15]);
        digits.Span[^1] = (byte)'\n';
        var (read, write) = DescriptorIo.Pipe(nonBlocking: false);
        using (write)
            DescriptorIo.WriteAll(write.Number, digits.Span);
        return read;
    }

    /// <summary>Zeroes and frees.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (memory is null)
            return;
        Libc.explicit_bzero(memory, size);
        Libc.munmap(memory, size);
        memory = null;
    }

    /// <summary>A forgotten buffer is zeroed too.</summary>
    ~SecretBuffer() => Free();
}
