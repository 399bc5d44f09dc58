namespace G8os.Controller.Http;

/// <summary>An operator's request that cannot be done: becomes a problem with this status.</summary>
internal sealed class ApiFault(int status, string code, string message, string remedy = "") : Exception(message)
{
    public int Status => status;
    public string Code => code;
    public string Remedy => remedy;
}
