using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;
using G8os.Lab.Control;
using G8os.Linux.Cgroups;
using G8os.Linux.Files;

namespace G8os.Lab.Serve;

/// <summary>The supervisor as a program: <c>g8os lab serve DIRECTORY</c>. It listens on the control socket until it is told to stop.</summary>
public sealed class LabServer : IDisposable
{
    private readonly LabPaths paths;
    private readonly LabSupervisor supervisor;
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly SemaphoreSlim free = new(LabLimits.ControlConnections);
    private readonly TaskCompletionSource<bool> stop = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private LabServer(LabPaths paths, LabSupervisor supervisor) => (this.paths, this.supervisor) = (paths, supervisor);

    /// <summary>Runs a lab until it is stopped. Returns the exit code.</summary>
    public static async Task<int> ServeAsync(string directory)
    {
        var paths = new LabPaths(directory);
        using var own = FileLock.TryTake(paths.Lock);
        if (own is null)
        {
            Log($"cannot serve {paths.Name}: another supervisor does");
            return 1;
        }
        try
        {
            // What a supervisor left that was killed: nobody is its parent any more.
            var cgroups = CgroupTree.Detect();
            LabCgroups.Clear(cgroups, LabCgroups.Whole(paths.Name));
            cgroups.Create(LabCgroups.Own(paths.Name));
            cgroups.Enter(LabCgroups.Own(paths.Name));
            var read = LabFile.Parse(await File.ReadAllTextAsync(paths.LabFile), LabRecord.Read(paths).File);
            if (read.File is not { } lab)
                throw new LabException(read.Errors[0].ToString());
            await using var supervisor = new LabSupervisor(paths, lab, LabPrograms.Find(), Log);
            supervisor.Draw();
            using var server = new LabServer(paths, supervisor);
            await server.RunAsync();
            return 0;
        }
        catch (Exception e)
        {
            // The last line of the log is what `lab up` shows.
            if (e is not (LabException or Linux.LinuxException))
                Log(e.ToString());
            Log(DiskFault.Say(e) ?? e.Message);
            return 1;
        }
    }

    private static void Log(string line)
    {
        try
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {line}"));
        }
        catch (IOException)
        {
            // The disk is full: the line is lost, the lab must not be.
            return;
        }
    }

    private async Task RunAsync()
    {
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            stop.TrySetResult(false);
        });
        File.Delete(paths.Control);
        listener.Bind(new UnixDomainSocketEndPoint(paths.Control));
        listener.Listen(LabLimits.ControlConnections);
        var accepting = AcceptAsync();
        var rising = supervisor.BringUpAsync();
        var told = await stop.Task;
        if (!told)
            await supervisor.StopAsync(kill: false);
        File.Delete(paths.Control);
        await rising;
        listener.Dispose();
        await accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                await free.WaitAsync();
                _ = ConverseAsync(await listener.AcceptAsync());
            }
        }
        catch (Exception e) when (stop.Task.IsCompleted && e is ObjectDisposedException or SocketException)
        {
            Log("the control socket is closed");
        }
    }

    private async Task ConverseAsync(Socket socket)
    {
        try
        {
            using (socket)
            {
                var lines = new LabLines(socket);
                while (await lines.ReadAsync(CancellationToken.None) is { } line)
                {
                    var request = JsonSerializer.Deserialize(line, LabJson.Default.LabRequest) ?? throw new JsonException("the request is null");
                    var reply = await supervisor.AnswerAsync(request, CancellationToken.None);
                    await lines.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(reply, LabJson.Default.LabReply), CancellationToken.None);
                    if (request.Verb == LabVerb.Stop)
                        stop.TrySetResult(true);
                }
            }
        }
        catch (Exception e) when (e is SocketException or IOException or JsonException)
        {
            Log($"a control connection broke: {e.Message}");
        }
        finally
        {
            free.Release();
        }
    }

    /// <summary>Closes the control socket.</summary>
    public void Dispose()
    {
        listener.Dispose();
        free.Dispose();
    }
}
