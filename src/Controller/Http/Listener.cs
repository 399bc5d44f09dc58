namespace G8os.Controller.Http;

/// <summary>Which of the three ports a connection came in by; kept as a connection feature.</summary>
internal sealed record Listener(string Name)
{
    public static readonly Listener Api = new("api");
    public static readonly Listener Plain = new("plain");
    public static readonly Listener Session = new("session");
}
