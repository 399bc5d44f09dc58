using System.Net.Sockets;
using System.Security.Authentication;

namespace G8os.Client;

/// <summary>Which exceptions mean "the other side was not reached", and how that is said.</summary>
internal static class Transport
{
    /// <summary>True for failures of the way there; false when the caller itself gave up.</summary>
    public static bool IsFailure(Exception exception, CancellationToken cancel) => exception switch
    {
        OperationCanceledException => !cancel.IsCancellationRequested,
        HttpRequestException or IOException or SocketException or AuthenticationException or InvalidDataException => true,
        _ => false,
    };

    public static ControllerUnreachableException Unreachable(string url, Exception cause) => new($"cannot reach the controller at {url}: {Reason(cause)}",
        "check that g8os-controller runs there and that this machine has a way to it; g8os doctor looks", cause);

    private static string Reason(Exception cause)
    {
        if (cause is OperationCanceledException)
            return "no answer in time";
        var deepest = cause;
        while (deepest.InnerException is { } inner)
            deepest = inner;
        return deepest switch
        {
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "the connection was refused",
            SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain } => "the name is not known",
            SocketException socket => socket.Message,
            OperationCanceledException or TimeoutException => "no answer in time",
            _ => deepest.Message.TrimEnd('.'),
        };
    }
}
