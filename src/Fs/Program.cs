using System.Runtime.InteropServices;
using System.Text.Json;
using G8os.Fs;
using G8os.Fs.Fetch;
using G8os.Fs.Serve;
using G8os.Linux;
using G8os.Linux.Fuse;
using G8os.Store.Objects;

const int Threads = 2;

if (FsOptions.Parse(args) is not { } options || new FileInfo("/proc/self/fd/0").LinkTarget != "/dev/fuse")
{
    Console.Error.WriteLine(FsOptions.Usage);
    return 64;
}
// Before any other thread is made: they inherit it. Memory that is short must not make a reply wait for our own mount.
Machine.BecomeIoFlusher();
Machine.ShieldFromOom();
Directory.CreateDirectory(options.State, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
Directory.CreateDirectory(options.Objects);
var log = new FsLog(options.Log);
using var stop = new CancellationTokenSource();
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    stop.Cancel();
});

var store = new ObjectStore(options.Objects, durable: true);
using var nodes = new NodeTable(Path.Combine(options.State, "nodes"));
using var fetcher = new Fetcher(store, new SourceList(options.Settings), log);
ObjectNamespace? objects = null;
FuseServer? server = null;
var late = new LateAnswers(fetcher, log, (LateRequest request, ref FuseReply reply) => objects!.Answer(request, ref reply), message => server!.Send(message));
objects = new ObjectNamespace(store, nodes, Keep, late.Take);
using var device = new Descriptor(0);
using var serving = server = new FuseServer(device, Threads, objects.Handle, fault => log.Write($"a request failed: {fault}"));
server.Start();
log.Write($"serving {options.Objects}, {nodes.Count} objects known to the kernel");
if (File.Exists(Session()) && !server.Resend())
    log.Write("this kernel cannot resend: readers that a server before us left wait until the mount is aborted");
try
{
    _ = AskAsync();
    await Beat.RunAsync(options.Beat, () => server.Busy, server.Ended, stop.Token);
    log.Write("the mount is gone");
}
catch (OperationCanceledException)
{
    log.Write("ending; readers wait for the next server");
}
return 0;

async Task AskAsync()
{
    try
    {
        await new AskServer(options.Socket, fetcher, () => late.Waiting).RunAsync(stop.Token);
    }
    catch (Exception fault) when (fault is not OperationCanceledException)
    {
        log.Write($"cannot be asked at {options.Socket}: {fault.Message}");
    }
}

string Session() => Path.Combine(options.State, "session.json");

void Keep(FuseSession session)
{
    log.Write($"the kernel speaks FUSE 7.{session.Minor}, features {session.Features}");
    File.WriteAllText(Session(), JsonSerializer.Serialize(session, FsJson.Default.FuseSession));
}
