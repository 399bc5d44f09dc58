namespace G8os.Linux.Fuse;

/// <summary>What both sides of a connection agreed on at INIT; kept beside the descriptor, because only the first server of a connection is asked.</summary>
public sealed record FuseSession
{
    private const uint MinorOldest = 31, MinorOurs = 40, ReadAheadWanted = FuseSize.ReadMax;
    private const FuseFeatures Wanted = FuseFeatures.AsyncRead | FuseFeatures.NoOpen | FuseFeatures.ParallelDirectories | FuseFeatures.MaxPages
        | FuseFeatures.NoOpenDirectory | FuseFeatures.Extended | FuseFeatures.HasResend;

    /// <summary>The minor protocol version; the major is 7.</summary>
    public required uint Minor { get; init; }
    /// <summary>Features both sides use.</summary>
    public required FuseFeatures Features { get; init; }
    /// <summary>Read-ahead, bytes.</summary>
    public required uint ReadAhead { get; init; }

    /// <summary>What to answer to INIT.</summary>
    /// <exception cref="LinuxException">The kernel speaks another protocol, or one older than 7.31 (Linux 5.4).</exception>
    public static FuseSession Answer(FuseRequest init) =>
        init.Major != 7 || init.Minor < MinorOldest
            ? throw new LinuxException("serve the kernel", Native.Errno.EPROTO, $"it speaks FUSE {init.Major}.{init.Minor}, 7.{MinorOldest} is needed")
            : new() { Minor = Math.Min(init.Minor, MinorOurs), Features = init.Features & Wanted, ReadAhead = ReadAheadWanted };
}
