namespace G8os.Store.Tests;

/// <summary>A directory of one test, on the disk that holds /var/tmp: EROFS images are mounted from there. It is gone afterwards.</summary>
internal sealed class Scratch : IDisposable
{
    public string Path { get; } = Directory.CreateDirectory($"/var/tmp/g8os-store-test.{Environment.ProcessId}.{Guid.NewGuid():N}").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Make(string name) => Directory.CreateDirectory(this[name]).FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
