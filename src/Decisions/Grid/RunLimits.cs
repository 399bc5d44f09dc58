namespace G8os.Decisions.Grid;

/// <summary>How long a run waits for what, in milliseconds.</summary>
public static class RunLimits
{
    /// <summary>A connected node takes up a manifest within this.</summary>
    public const int Accept = 60_000;
    /// <summary>A service that is to go is gone within this.</summary>
    public const int Removal = 300_000;
    /// <summary>An offline node's step is given up after a day.</summary>
    public const int Offline = 24 * 3600_000;
    /// <summary>Nothing is under way and nothing went on for so long: the run is stuck.</summary>
    public const int Stuck = 900_000;
}
