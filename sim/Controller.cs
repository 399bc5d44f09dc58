namespace G8os.Sim;

public enum ControllerMode
{
    Up,
    /// <summary>Answers, but late within the time one address gets.</summary>
    Slow,
    /// <summary>Packets to it vanish.</summary>
    Dead,
    /// <summary>Refuses connections or answers 5xx.</summary>
    Refusing,
    /// <summary>Answers with a signature of another grid.</summary>
    Lying,
}

public enum SessionMode { Accept, Fail, RefuseCertificate }

public sealed class Controller(int index)
{
    public int Index { get; } = index;
    public string Name { get; } = $"ac{index + 1}";
    public string Url { get; } = $"https://ac{index + 1}.example.org:8443";
    public ControllerMode Mode { get; set; }
    public SessionMode Sessions { get; set; }

    public bool Serves => Mode is ControllerMode.Up or ControllerMode.Slow;
}
