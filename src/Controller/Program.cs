using G8os.Controller.Operators;
using G8os.Controller.Storage;

namespace G8os.Controller;

internal static class Program
{
    private const int Failed = 1;
    private const int Usage = 64;

    private static async Task<int> Main(string[] args)
    {
        try
        {
            return await Run(CommandLine.Parse(args));
        }
        catch (Exception fault) when (fault is StartFault or StorageFault or Certificates.SshFault)
        {
            return await Complain(fault.Message, Failed);
        }
    }

    /// <summary>Says it and gives the exit code. A log on a full disk takes no words, and the code is all there is.</summary>
    private static async Task<int> Complain(string message, int code)
    {
        try
        {
            await Console.Error.WriteLineAsync($"g8os-controller: {message}");
        }
        catch (IOException)
        {
            return code;
        }
        return code;
    }

    private static async Task<int> Run(Command command)
    {
        switch (command)
        {
            case Show show:
                Console.WriteLine(show.Text);
                return 0;
            case RunHook hook:
                return await Git.GitHook.Run(hook.Name);
            case Misuse misuse:
                return await Complain(misuse.Message, Usage);
            case MakeLoginLink link:
                Console.WriteLine(await LoginLink.Make(link.Data, link.Url));
                return 0;
            case Serve serve:
                await using (var app = await ControllerApp.Build(serve.Options))
                {
                    await app.Start();
                    await app.Web.WaitForShutdownAsync();
                }
                return 0;
            default:
                throw new System.Diagnostics.UnreachableException($"internal error: {command} is not handled");
        }
    }
}
