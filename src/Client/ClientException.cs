using System.Net;
using G8os.Model.Wire;

namespace G8os.Client;

/// <summary>Something an operator can act on: what and where in the message, what to do in the remedy, and the exit code for scripts.</summary>
public class ClientException(string message, string remedy, int exitCode, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What to do about it; may be empty.</summary>
    public string Remedy { get; } = remedy;
    /// <summary>One of <see cref="Client.ExitCode"/>.</summary>
    public int ExitCode { get; } = exitCode;
}

/// <summary>The controller answered with an error.</summary>
public sealed class ControllerException(Problem problem, HttpStatusCode status)
    : ClientException(problem.Message, problem.Remedy, ExitCodeOf(status))
{
    public Problem Problem { get; } = problem;
    public HttpStatusCode Status { get; } = status;

    private static int ExitCodeOf(HttpStatusCode status) => status switch
    {
        HttpStatusCode.NotFound or HttpStatusCode.Gone => Client.ExitCode.NotFound,
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.Conflict or HttpStatusCode.Locked
            or HttpStatusCode.TooManyRequests => Client.ExitCode.Refused,
        HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout => Client.ExitCode.TimedOut,
        HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable => Client.ExitCode.Unreachable,
        _ => Client.ExitCode.Failed,
    };
}

/// <summary>Nobody answered, or the connection broke.</summary>
public sealed class ControllerUnreachableException(string message, string remedy, Exception? cause = null)
    : ClientException(message, remedy, Client.ExitCode.Unreachable, cause);

/// <summary>Somebody answered who is not this grid's controller.</summary>
public sealed class TrustException(string message, string remedy, Exception? cause = null)
    : ClientException(message, remedy, Client.ExitCode.Refused, cause);
