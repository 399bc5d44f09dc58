using System.Diagnostics;
using System.Globalization;
using System.Text;
using G8os.Controller.Http;
using G8os.Controller.Operators;
using G8os.Controller.Robot;

namespace G8os.Controller.Git;

/// <summary>
/// Git over smart HTTP at /git/ays.git by <c>git http-backend</c> (CGI, RFC 3875): a child for each request, bounded in size, time and number.
/// Who may read and who may push says the route table.
/// </summary>
internal sealed class GitRoutes(BareRepository repository, HookSocket hooks, RobotService robot, ILogger<GitRoutes> log, CancellationToken stopping)
{
    private const int MaxCgiHeader = 16 * 1024;

    /// <summary>What the repository has: the first request of clone, fetch and push.</summary>
    public Task Refs(HttpContext context)
    {
        var service = (string?)context.Request.Query["service"];
        if (service is not ("git-upload-pack" or "git-receive-pack"))
            throw new ApiFault(403, "git-protocol", "cannot serve the repository to this program: only git's smart protocol is spoken here", "use git 2.18 or newer");
        var user = Operator.Of(context);
        if (service == "git-receive-pack" && user.Role < Role.Operator)
            throw new ApiFault(403, "not-allowed", $"cannot take a push: {user.Name} is {user.Role}, this takes the role {Role.Operator}", "ask an admin");
        return Serve(context, repository.Reading, 0);
    }

    public Task Fetch(HttpContext context) => Serve(context, repository.Reading, GitLimits.MaxAsk);

    public async Task Push(HttpContext context)
    {
        try
        {
            await Serve(context, repository.Writing, GitLimits.MaxPush);
        }
        finally
        {
            // Whoever pushed may be gone before the hook told of it.
            if (await repository.Head() is { } head && head != robot.Picture.Commit?.Commit)
                await robot.Arrived(head, Operator.Of(context).Name);
        }
    }

    private async Task Serve(HttpContext context, SemaphoreSlim places, int maxBody)
    {
        if (context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = maxBody;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        ending.CancelAfter(GitLimits.MaxTime);
        if (!await places.WaitAsync(GitLimits.MaxWait, ending.Token))
            throw new ApiFault(503, "busy", "cannot serve the repository now: too many others use it", "try again");
        var push = hooks.Begin(Operator.Of(context).Name);
        try
        {
            using var process = GitProgram.Launch(Backend(context, push));
            await Exchange(context, process, ending.Token);
        }
        finally
        {
            hooks.End(push);
            places.Release();
        }
    }

    private ProcessStartInfo Backend(HttpContext context, string push)
    {
        var request = context.Request;
        var start = GitProgram.Start("git", ["http-backend"], repository.Git.Repository);
        var environment = start.Environment;
        environment["GIT_PROJECT_ROOT"] = Path.GetDirectoryName(repository.Git.Repository);
        environment["GIT_HTTP_EXPORT_ALL"] = "1";
        environment["PATH_INFO"] = request.Path.Value!["/git".Length..];
        environment["REQUEST_METHOD"] = request.Method;
        environment["QUERY_STRING"] = request.QueryString.Value?.TrimStart('?') ?? "";
        environment["CONTENT_TYPE"] = request.ContentType ?? "";
        environment["REMOTE_USER"] = Operator.Of(context).Name;
        environment["REMOTE_ADDR"] = context.Connection.RemoteIpAddress?.ToString() ?? "";
        if (request.ContentLength is { } length)
            environment["CONTENT_LENGTH"] = length.ToString(CultureInfo.InvariantCulture);
        if ((string?)request.Headers.ContentEncoding is { Length: > 0 } encoding)
            environment["HTTP_CONTENT_ENCODING"] = encoding;
        if ((string?)request.Headers["Git-Protocol"] is { Length: > 0 } protocol)
            environment["GIT_PROTOCOL"] = protocol;
        environment[GitHook.SocketVariable] = hooks.Path;
        environment[GitHook.PushVariable] = push;
        return start;
    }

    private async Task Exchange(HttpContext context, Process process, CancellationToken ending)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ending);
        var said = process.StandardError.ReadToEndAsync(stop.Token);
        var feed = Feed(context, process, stop);
        try
        {
            await Answer(context, process.StandardOutput.BaseStream, stop.Token);
            await Task.WhenAll(feed, said, process.WaitForExitAsync(stop.Token));
            if (process.ExitCode != 0)
                Log.Note(log, $"git http-backend ended with {process.ExitCode}: {GitProgram.Last(await said)}");
        }
        catch (OperationCanceledException)
        {
            // The caller went away, we stop, or it took too long: the answer is cut, so that git sees that it is not whole.
            context.Abort();
        }
        finally
        {
            await stop.CancelAsync();
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    // False when the child reads no more, or gets no more: what it answers says why.
    private static async Task<bool> Feed(HttpContext context, Process process, CancellationTokenSource stop)
    {
        try
        {
            await context.Request.Body.CopyToAsync(process.StandardInput.BaseStream, stop.Token);
            process.StandardInput.Close();
            return true;
        }
        catch (BadHttpRequestException)
        {
            // Longer than the limit: the caller is cut off.
            await stop.CancelAsync();
            return false;
        }
        catch (Exception fault) when (fault is IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task Answer(HttpContext context, Stream output, CancellationToken stop)
    {
        var chunk = new byte[64 * 1024];
        var (length, body) = await Header(output, chunk, stop);
        if (body < 0)
            throw new ApiFault(500, "git", "cannot serve the repository: git gave no answer", "see the controller's log");
        foreach (var line in Encoding.ASCII.GetString(chunk, 0, body).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            Set(context.Response, line);
        await context.Response.Body.WriteAsync(chunk.AsMemory(body, length - body), stop);
        int read;
        while ((read = await output.ReadAsync(chunk, stop)) > 0)
        {
            await context.Response.Body.WriteAsync(chunk.AsMemory(0, read), stop);
            await context.Response.Body.FlushAsync(stop);
        }
    }

    // How much was read, and where the body begins; -1 when the header did not come.
    private static async Task<(int Length, int Body)> Header(Stream output, byte[] chunk, CancellationToken stop)
    {
        var length = 0;
        while (length < MaxCgiHeader)
        {
            var read = await output.ReadAsync(chunk.AsMemory(length), stop);
            if (read == 0)
                break;
            length += read;
            if (chunk.AsSpan(0, length).IndexOf("\r\n\r\n"u8) is >= 0 and var end)
                return (length, end + 4);
        }
        return (length, -1);
    }

    private static void Set(HttpResponse response, string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        var (name, value) = colon < 0 ? ("", "") : (line[..colon], line[(colon + 1)..].Trim());
        if (name == "Status" && int.TryParse(value.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            response.StatusCode = status;
        else if (name.Length > 0)
            response.Headers[name] = value;
    }
}
