using Microsoft.Win32.SafeHandles;

namespace G8os.Fuzz;

/// <summary>artifacts/fuzz/TARGET.last holds the input that is being run; it is removed when a run ends in order.</summary>
internal sealed class LastInput : IDisposable
{
    private readonly string file;
    private readonly SafeFileHandle handle;

    public LastInput(string target)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Checkout.Root, "artifacts", "fuzz"));
        file = Path.Combine(folder.FullName, $"{target}.{Environment.ProcessId}.last");
        handle = File.OpenHandle(file, FileMode.Create, FileAccess.Write);
    }

    public void Write(byte[] input)
    {
        RandomAccess.SetLength(handle, input.Length);
        RandomAccess.Write(handle, input, 0);
    }

    public void Dispose()
    {
        handle.Dispose();
        File.Delete(file);
    }
}
