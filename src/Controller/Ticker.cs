using G8os.Controller.Certificates;
using G8os.Controller.Jobs;
using G8os.Controller.Sessions;
using G8os.Controller.Storage;

namespace G8os.Controller;

/// <summary>What is done by the clock: pings and expiries once a second, old rows and the server certificate once an hour.</summary>
internal sealed class Ticker(Database database, SessionTable sessions, JobBook jobs, ServerCertificate server, ILogger<Ticker> log) : BackgroundService
{
    private const int SecondsPerHour = 3600;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var second = 0; await timer.WaitForNextTickAsync(CancellationToken.None) && !stoppingToken.IsCancellationRequested; second++)
        {
            sessions.Tick();
            jobs.Tick(ControllerClock.Now);
            if (second % SecondsPerHour == 0)
                await Hourly();
        }
    }

    private async Task Hourly()
    {
        server.Renew(ControllerClock.Now);
        try
        {
            await database.Write(tx => JobRows.DeleteOld(tx, ControllerClock.Now - JobLimits.Kept));
        }
        catch (StorageFault fault)
        {
            Log.NotRecorded(log, "that old jobs are deleted", fault.Message);
        }
    }
}
