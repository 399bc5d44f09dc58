using System.CommandLine;
using G8os.Client;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;
using G8os.Store;
using G8os.Store.Build;

namespace G8os.Cli.Verbs;

/// <summary>What verbs about built sandboxes share.</summary>
internal static class SandboxArguments
{
    public static Argument<string> Directory(string name = "DIR") => new(name) { Description = "A directory that g8os sandbox build made" };

    /// <summary>A built one here, or one of the grid.</summary>
    public static Argument<string> Either() => new("SANDBOX") { Description = "A directory that g8os sandbox build made, or NAME@VERSION of the grid; NAME is its newest version" };

    public static bool IsLocal(string typed) => System.IO.Directory.Exists(typed);

    /// <summary>The sandbox of the grid that was typed; a name alone is its newest version.</summary>
    public static async Task<SandboxView> FindAsync(ControllerClient client, string typed, CancellationToken cancel)
    {
        if (SandboxRef.TryParse(typed, out var exact))
            return await client.SandboxAsync(exact, cancel);
        if (!SandboxRef.IsName(typed))
            throw new ClientException($"cannot find \"{typed}\": it is neither a directory nor NAME@VERSION", "g8os sandbox ls lists those of the grid", ExitCode.NotFound);
        var newest = (await client.SandboxesAsync(cancel)).LastOrDefault(sandbox => sandbox.Name == typed)
            ?? throw new ClientException($"cannot find a sandbox {typed}: the grid has none of this name", "g8os sandbox ls lists them", ExitCode.NotFound);
        return await client.SandboxAsync(new(newest.Name, newest.Version), cancel);
    }

    /// <summary>The sandbox in a directory.</summary>
    public static LocalSandbox Open(string directory)
    {
        try
        {
            return LocalSandbox.Open(directory);
        }
        catch (StoreException fault)
        {
            throw new ClientException(fault.Message, "g8os sandbox build makes one", ExitCode.NotFound);
        }
    }
}
