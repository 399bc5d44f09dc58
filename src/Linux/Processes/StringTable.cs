using System.Runtime.InteropServices;
using System.Text;

namespace G8os.Linux.Processes;

/// <summary>A NULL-terminated array of C strings in one block of native memory: argv or envp.</summary>
internal sealed unsafe class StringTable : IDisposable
{
    private readonly byte** table;

    internal StringTable(IReadOnlyList<string> strings)
    {
        var size = (strings.Count + 1) * sizeof(byte*);
        for (var i = 0; i < strings.Count; i++)
            size += Encoding.UTF8.GetByteCount(strings[i]) + 1;
        table = (byte**)NativeMemory.AllocZeroed((nuint)size);
        var at = (byte*)(table + strings.Count + 1);
        var end = (byte*)table + size;
        for (var i = 0; i < strings.Count; i++)
        {
            if (strings[i].Contains('\0'))
                throw new ArgumentException($"cannot pass argument {i}: it has a NUL character");
            table[i] = at;
            at += Encoding.UTF8.GetBytes(strings[i], new Span<byte>(at, (int)(end - at))) + 1;
        }
    }

    internal byte** Pointer => table;

    public void Dispose()
    {
        NativeMemory.Free(table);
        GC.SuppressFinalize(this);
    }

    ~StringTable() => NativeMemory.Free(table);
}
