using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Client;

public sealed partial class ControllerClient
{
    /// <summary>The newest jobs, as many as <paramref name="limit"/>.</summary>
    public Task<Values<JobView>> JobsAsync(int limit, CancellationToken cancel) =>
        connection.GetAsync($"{Routes.Jobs}?limit={Number(limit)}", WireJson.Default.ValuesJobView, cancel);

    public Task<JobView> JobAsync(string job, CancellationToken cancel) =>
        connection.GetAsync(Fill(Routes.Job, "job", job), WireJson.Default.JobView, cancel);

    /// <summary>Sends a command to nodes. The answer names every target.</summary>
    public Task<JobView> CreateJobAsync(JobRequest request, CancellationToken cancel) =>
        connection.PostAsync(Routes.Jobs, request, WireJson.Default.JobRequest, WireJson.Default.JobView, cancel);

    /// <summary>Kills the job on every node that still runs it.</summary>
    public Task KillJobAsync(string job, CancellationToken cancel) => connection.DeleteAsync(Fill(Routes.Job, "job", job), cancel);

    /// <summary>The job's output and results from its start to its last result.</summary>
    public IAsyncEnumerable<JobEvent> JobEventsAsync(string job, CancellationToken cancel) =>
        connection.StreamAsync(Fill(Routes.JobStream, "job", job), WireJson.Default.JobEvent, cancel);
}
