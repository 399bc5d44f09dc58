using Proto = G8os.Model.Session;

namespace G8os.Controller.Sessions;

/// <summary>What a node last said of itself.</summary>
internal sealed record NodeStatus(string Phase, string Uplink, string Candidate, string Address, string Waiting)
{
    public const int MaxText = 512;
    public static readonly NodeStatus None = new("", "", "", "", "");

    public static NodeStatus Of(Proto.Status? status) => status is null ? None : new(
        Clean(status.Phase), Clean(status.Uplink), Clean(status.Candidate), Clean(status.Address), Clean(status.Waiting));

    /// <summary>Text of a node, cut and without control characters: it is shown on terminals.</summary>
    public static string Clean(string text)
    {
        var cut = text.Length > MaxText ? text[..MaxText] : text;
        return cut.Any(char.IsControl) ? new string([.. cut.Select(c => char.IsControl(c) ? ' ' : c)]) : cut;
    }
}
