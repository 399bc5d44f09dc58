namespace G8os.Decisions.Network;

/// <summary>Times of the network search, in milliseconds.</summary>
public static class NetworkConstants
{
    /// <summary>How long after start a link may still get its carrier before a candidate on it is given up.</summary>
    public const int CarrierGrace = 5_000;
    /// <summary>Three discovers.</summary>
    public const int DhcpWait = 10_000;
    /// <summary>A claim takes 4 to 7 s without conflicts.</summary>
    public const int ClaimWait = 30_000;
    /// <summary>All controllers of one candidate together; one address gets 3 s.</summary>
    public const int ProbeWait = 8_000;
    /// <summary>Beyond the probe's own bound before the machine gives its answer up.</summary>
    public const int ProbeSlack = 2_000;
    public const int PauseFirst = 2_000;
    public const int PauseMax = 60_000;
    /// <summary>The cap of the pause for <see cref="RecentlyLost"/> after a session was lost.</summary>
    public const int PauseCapRecent = 5_000;
    public const int RecentlyLost = 15 * 60_000;
    public const int Retest = 60_000;
    /// <summary>After a first miss, and while the controller itself is at fault.</summary>
    public const int RetestSoon = 3_000;
    public const int MissesAllowed = 2;
    public const int BetterRetest = 10 * 60_000;
    /// <summary>How long a configuration carries before it is written down as the last good one.</summary>
    public const int LastGoodAfter = 10 * 60_000;

    public const string RescueNetwork = "10.254.254.";
    public const int RescuePrefix = 24;
    /// <summary>https first, then http; the controller is .254.</summary>
    public static readonly G8os.Model.Values<string> RescueUrls = ["https://10.254.254.254:8443", "http://10.254.254.254:8080"];
}
