using System.CommandLine;
using G8os.Client;
using G8os.Store;
using G8os.Store.Build;

namespace G8os.Cli.Verbs;

/// <summary>What verbs about built sandboxes share.</summary>
internal static class SandboxArguments
{
    public static Argument<string> Directory(string name = "DIR") => new(name) { Description = "A directory that g8os sandbox build made" };

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
