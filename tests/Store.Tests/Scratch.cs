using System.Diagnostics;

namespace G8os.Store.Tests;

/// <summary>A directory of one test, on the disk that holds /var/tmp: EROFS images are mounted from there. It is gone afterwards.</summary>
internal sealed class Scratch : IDisposable
{
    public string Path { get; } = Directory.CreateDirectory($"/var/tmp/g8os-store-test.{Environment.ProcessId}.{Guid.NewGuid():N}").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Make(string name) => Directory.CreateDirectory(this[name]).FullName;

    /// <summary>By rm: names need not be UTF-8.</summary>
    public void Dispose()
    {
        using var rm = Process.Start("rm", ["-rf", Path]);
        rm.WaitForExit();
        Assert.Equal(0, rm.ExitCode);
    }
}
