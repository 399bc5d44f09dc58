using System.Security.Cryptography;

namespace G8os.Controller.Grid;

/// <summary>The data directory (mode 0700): keys/ with one file a key (0600), the database, and a lock so that one controller uses it.</summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream? held;

    private DataDirectory(string path, FileStream? held) => (Path, this.held) = (path, held);

    public string Path { get; }
    public string Database => System.IO.Path.Combine(Path, "controller.db");
    /// <summary>Where the AYS repository is.</summary>
    public string Git => System.IO.Path.Combine(Path, "git");
    /// <summary>Where the objects of sandboxes are.</summary>
    public string Objects => System.IO.Path.Combine(Path, "objects");
    public string HookSocket => System.IO.Path.Combine(Git, "hook.sock");

    /// <summary>The directory to serve from; made when it is absent.</summary>
    public static DataDirectory Hold(string path) => Guard(path, () =>
    {
        const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(path, Private);
        Directory.CreateDirectory(System.IO.Path.Combine(path, "keys"), Private);
        MakePrivate(System.IO.Path.Combine(path, "controller.db"));
        var lockFile = System.IO.Path.Combine(path, "lock");
        try
        {
            return new DataDirectory(path, new FileStream(lockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException fault) when (fault is not DirectoryNotFoundException and not FileNotFoundException && File.Exists(lockFile))
        {
            throw new StartFault($"cannot use {path}: another g8os-controller runs on it; stop that one or give another --data");
        }
    });

    /// <summary>The directory of a controller that may be running.</summary>
    public static DataDirectory Visit(string path)
    {
        var directory = new DataDirectory(path, null);
        return File.Exists(directory.Database)
            ? directory
            : throw new StartFault($"cannot find a controller in {path}: there is no controller.db; start g8os-controller there first or give its --data");
    }

    public string KeyFile(string name) => System.IO.Path.Combine(Path, "keys", name);

    public bool HasKey(string name) => File.Exists(KeyFile(name));

    public string ReadKey(string name) => Guard(KeyFile(name), () => File.ReadAllText(KeyFile(name)));

    /// <summary>Writes a key file whole or not at all, for its owner only, and on disk before this returns.</summary>
    public void WriteKey(string name, string text) => Guard(KeyFile(name), () =>
    {
        var temporary = KeyFile(name) + ".new";
        var options = new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using (var file = new FileStream(temporary, options))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }
        File.Move(temporary, KeyFile(name), overwrite: true);
        return true;
    });

    /// <summary>The P-256 private key of this name, PKCS#8; made at the first start.</summary>
    public byte[] P256Key(string name)
    {
        var file = name + ".pem";
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (HasKey(file))
            Import(key, file);
        else
            WriteKey(file, key.ExportPkcs8PrivateKeyPem() + "\n");
        return key.ExportPkcs8PrivateKey();
    }

    public void Dispose() => held?.Dispose();

    // SQLite gives its side files the mode of the database, which holds the shares.
    private static void MakePrivate(string file)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using var stream = new FileStream(file, options);
    }

    private void Import(ECDsa key, string file)
    {
        try
        {
            key.ImportFromPem(ReadKey(file));
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            throw new StartFault($"cannot read {KeyFile(file)}: it is not a private key; restore it from a backup");
        }
    }

    private static T Guard<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (UnauthorizedAccessException)
        {
            throw new StartFault($"cannot write {path}: it is not writable for this user; run as its owner or give another --data");
        }
        catch (IOException fault)
        {
            const int NoSpace = 28;
            throw new StartFault((fault.HResult & 0xffff) == NoSpace
                ? $"cannot write {path}: the disk is full; free space, then start again"
                : $"cannot use {path}: {fault.Message.TrimEnd('.')}; give another --data");
        }
    }
}
