namespace G8os.Core.Init;

/// <summary>One child of init, as it is in init's table and in messages.</summary>
internal sealed record InitChild
{
    /// <summary>In the order of their starts.</summary>
    public required long Serial { get; init; }
    public required string Name { get; init; }
    public required int Pid { get; init; }
    public required long StartedMs { get; init; }
    public required bool Running { get; set; }
    public int Status { get; set; }
    /// <summary>In the order of their exits, so that a subscriber can say up to which one it has heard.</summary>
    public long ExitSerial { get; set; }
}
