using System.Text.Json;

namespace G8os.Client;

/// <summary>
/// contexts.json of one operator: <c>$XDG_CONFIG_HOME/g8os/contexts.json</c>, else <c>~/.config/g8os/contexts.json</c>. Mode 0600 in
/// a 0700 directory, replaced in one step; writers take turns.
/// </summary>
public sealed class ContextStore(string path)
{
    public const string OverrideVariable = "G8OS_CONTEXT";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int LockTries = 100;
    private static readonly TimeSpan LockPause = TimeSpan.FromMilliseconds(20);

    public string Path { get; } = path;

    /// <summary>The store of the operator whose environment this is.</summary>
    public static ContextStore Of(Func<string, string?> environment)
    {
        var config = environment("XDG_CONFIG_HOME");
        if (string.IsNullOrEmpty(config))
        {
            var home = environment("HOME");
            config = System.IO.Path.Combine(string.IsNullOrEmpty(home) ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) : home, ".config");
        }
        return new ContextStore(System.IO.Path.Combine(config, "g8os", "contexts.json"));
    }

    /// <summary>What the file holds; an absent file holds nothing.</summary>
    public ContextFile Read()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path), ContextJson.Default.ContextFile) ?? new ContextFile();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new ContextFile();
        }
        catch (JsonException e)
        {
            throw new ClientException($"cannot read {Path}: {e.Message}", "mend the file, or remove it and log in again", ExitCode.Failed, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClientException($"cannot read {Path}: {e.Message}", "make it readable for you", ExitCode.Failed, e);
        }
    }

    /// <summary>The context in use: <paramref name="name"/>, else the active one.</summary>
    /// <exception cref="ClientException">There is none.</exception>
    public ClientContext Current(string? name)
    {
        var file = Read();
        if (!string.IsNullOrEmpty(name))
            return file.Find(name) ?? throw new ClientException($"cannot use context \"{name}\": there is none of that name in {Path}",
                "g8os context ls shows them", ExitCode.NotFound);
        return (file.Active is { } active ? file.Find(active) : null) ?? throw new ClientException(
            "cannot reach a grid: this operator has not logged in to one",
            "run g8os login with the string that g8os-controller login-link prints", ExitCode.NotFound);
    }

    /// <summary>Replaces the file's content by what <paramref name="change"/> makes of it.</summary>
    public async Task UpdateAsync(Func<ContextFile, ContextFile> change, CancellationToken cancel)
    {
        try
        {
            var directory = System.IO.Path.GetDirectoryName(Path)!;
            Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
            using var turn = await TakeTurnAsync(cancel);
            Replace(change(Read()));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ClientException($"cannot write {Path}: {e.Message}", "make its directory writable for you", ExitCode.Failed, e);
        }
    }

    private void Replace(ContextFile file)
    {
        var fresh = $"{Path}.{Environment.ProcessId}.{Guid.NewGuid():n}";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly };
            using (var stream = new FileStream(fresh, options))
            {
                JsonSerializer.Serialize(stream, file, ContextJson.Default.ContextFile);
                stream.Flush(flushToDisk: true);
            }
            File.Move(fresh, Path, overwrite: true);
        }
        finally
        {
            File.Delete(fresh);
        }
    }

    /// <summary>An exclusive lock beside the file: two logins at once both land.</summary>
    private async Task<FileStream> TakeTurnAsync(CancellationToken cancel)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = OwnerOnly,
        };
        for (var tries = 1; ; tries++)
        {
            try
            {
                return new FileStream(Path + ".lock", options);
            }
            catch (IOException) when (tries < LockTries)
            {
                await Task.Delay(LockPause, cancel);
            }
        }
    }
}
