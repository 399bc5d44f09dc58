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
            await Console.Error.WriteLineAsync($"g8os-controller: {fault.Message}");
            return Failed;
        }
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
                await Console.Error.WriteLineAsync($"g8os-controller: {misuse.Message}");
                return Usage;
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
