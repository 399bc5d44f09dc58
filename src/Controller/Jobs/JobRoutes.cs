using System.Globalization;
using System.Text;
using G8os.Controller.Http;
using G8os.Controller.Nodes;
using G8os.Controller.Operators;
using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Controller.Jobs;

/// <summary>The operators' routes about jobs.</summary>
internal sealed class JobRoutes(JobBook jobs, NodeTable nodes, NodeRoutes nodeRoutes, CancellationToken stopping)
{
    public const int DefaultListed = 20;

    public Task List(HttpContext context)
    {
        var text = (string?)context.Request.Query["limit"] ?? DefaultListed.ToString(CultureInfo.InvariantCulture);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit <= JobLimits.MaxListed
            ? Json.Write(context, jobs.Newest(limit).ToValues(), WireJson.Default.ValuesJobView)
            : throw new ApiFault(400, "bad-request", $"cannot list '{text}' jobs: it is not a number up to {JobLimits.MaxListed}", "ask with ?limit=N");
    }

    public async Task Create(HttpContext context)
    {
        if (await Json.Read(context, WireJson.Default.JobRequest, JobLimits.MaxRequest) is not { } request)
            return;
        if (Fault(request) is { } fault)
            throw new ApiFault(400, "bad-job", $"cannot take the job: {fault}", "see /openapi/v1.json");
        var stdin = request.Stdin is null ? null : Base64.Decode(request.Stdin, JobLimits.MaxStdin)
            ?? throw new ApiFault(400, "bad-job", $"cannot take the job: stdin is not base64 of up to {JobLimits.MaxStdin} bytes", "send a file another way");
        var job = await jobs.Create(request, stdin, Targets(request), Operator.Of(context).Name);
        await Json.Write(context, job.View(), WireJson.Default.JobView, 201);
    }

    public Task Show(HttpContext context) => Json.Write(context, Find(context).View(), WireJson.Default.JobView);

    public async Task Kill(HttpContext context)
    {
        var job = Find(context);
        await jobs.Kill(job, Operator.Of(context).Name);
        await Json.Write(context, job.View(), WireJson.Default.JobView);
    }

    public async Task Stream(HttpContext context)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        using var reader = Find(context).Read();
        var stream = new EventStream<JobEvent>(context, WireJson.Default.JobEvent);
        await stream.Start();
        try
        {
            while (!reader.Done)
            {
                var events = await reader.Next(EventStream<JobEvent>.Heartbeat, stop.Token);
                foreach (var item in events)
                    await stream.Send(item);
                if (events.Count == 0)
                    await stream.Beat();
            }
        }
        catch (OperationCanceledException)
        {
            // The reader went away, or we stop: it may follow again, from the start.
            return;
        }
    }

    private Job Find(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["job"]!;
        return jobs.Get(id) ?? throw new ApiFault(404, "no-job", $"cannot find job {id}: there is none with this id", "see the list of jobs");
    }

    private List<NodeRecord> Targets(JobRequest request)
    {
        if (request.Nodes.Count > 0)
        {
            var found = request.Nodes.Select(nodeRoutes.Find).DistinctBy(node => node.Id).ToList();
            return found.FirstOrDefault(node => node.Standing != Standing.Accepted) is { } outsider
                ? throw new ApiFault(409, "not-in-grid", $"cannot run a job on {outsider.Name}: it is not accepted", $"accept it with g8os node accept {outsider.Name}")
                : found;
        }
        var chosen = nodes.All.Where(node => node.Standing == Standing.Accepted && Names.Match(request.Labels, node.Labels)).ToList();
        return chosen.Count > 0 ? chosen : throw new ApiFault(404, "no-node", "cannot run the job: no node has these labels", "see g8os node ls");
    }

    private static string? Fault(JobRequest request)
    {
        if (request.Command.Count is 0 or > JobLimits.MaxWords)
            return $"a command has 1 to {JobLimits.MaxWords} words";
        if (request.Command.Any(word => word is null || word.Contains('\0', StringComparison.Ordinal)) || request.Command[0].Length == 0)
            return "its words cannot be null or hold a zero byte, and the first one is a program";
        if (request.Command.Sum(Encoding.UTF8.GetByteCount) > JobLimits.MaxCommandBytes)
            return $"its words are longer than {JobLimits.MaxCommandBytes} bytes together";
        if (request.Nodes.Count > 0 == request.Labels.Count > 0)
            return "either nodes or labels choose where it runs";
        if (request.Nodes.Any(node => node is null) || Names.Fault(request.Labels) is not null)
            return "its nodes or labels are not written as such";
        if (request.MaxTimeSeconds is < 0 or > JobLimits.MaxTimeSeconds || request.ExpiresSeconds is < 0 or > JobLimits.MaxExpiresSeconds)
            return $"its times are 0 to {JobLimits.MaxTimeSeconds} seconds";
        return null;
    }
}
