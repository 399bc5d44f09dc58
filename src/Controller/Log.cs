namespace G8os.Controller;

/// <summary>What goes to the controller's own log, on stderr.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "session of {Node} opened from {Remote}")]
    public static partial void SessionOpened(ILogger log, string node, string remote);

    [LoggerMessage(Level = LogLevel.Information, Message = "session of {Node} ended: {Reason}")]
    public static partial void SessionEnded(ILogger log, string node, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Node} has seen epoch {Seen}, this controller is at {Epoch}: it was restored from an older backup, and the node will refuse its jobs")]
    public static partial void EpochBehind(ILogger log, string node, long seen, long epoch);

    [LoggerMessage(Level = LogLevel.Error, Message = "cannot record {What}: {Reason}")]
    public static partial void NotRecorded(ILogger log, string what, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "{What}")]
    public static partial void Note(ILogger log, string what);
}
