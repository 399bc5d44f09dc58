using System.Runtime.InteropServices;
using G8os.Linux.Files;

namespace G8os.Core.Run;

/// <summary><c>g8os-core run</c>: the core proper.</summary>
internal static class CoreProgram
{
    private static readonly TimeSpan ConfigurationRetry = TimeSpan.FromSeconds(5);

    public static async Task<int> RunAsync()
    {
        using var stop = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var (config, faults) = Configuration.Load();
                foreach (var fault in faults)
                    CoreLog.Write(fault);
                if (config is null)
                {
                    await Task.Delay(ConfigurationRetry, stop.Token); // never stops at a prompt: the file may be repaired
                    continue;
                }
                if (TryIdentity() is not { } identity)
                {
                    await Task.Delay(ConfigurationRetry, stop.Token);
                    continue;
                }
                using var own = identity;
                using var node = new Node(config, identity);
                await node.RunAsync(config, stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            CoreLog.Write("the core ends; what it started lives on under init");
        }
        return 0;
    }

    /// <summary>Null, and told why, when the disk does not take the identity of a new node.</summary>
    private static Identity? TryIdentity()
    {
        try
        {
            return Identity.LoadOrMake();
        }
        catch (Exception fault) when (DiskFault.Say(fault) is not null)
        {
            CoreLog.Write(DiskFault.Say(fault)!);
            return null;
        }
    }
}
