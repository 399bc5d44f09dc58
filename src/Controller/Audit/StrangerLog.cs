using System.Net;

namespace G8os.Controller.Audit;

/// <summary>
/// Refused strangers in the audit log, without letting them fill the disk: the first refusal of an address in a minute gets a line, which
/// counts those of the minute before.
/// </summary>
internal sealed class StrangerLog(AuditLog audit)
{
    public const int MaxAddresses = 1024;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<string, (DateTimeOffset Since, int Count)> seen = [];

    /// <summary>Notes a refused request.</summary>
    public Task Note(IPAddress? address, string what, string subject, string detail)
    {
        var who = address?.ToString() ?? "unknown";
        var before = 0;
        lock (gate)
        {
            var now = DateTimeOffset.UtcNow;
            if (seen.TryGetValue(who, out var entry) && now - entry.Since < Window)
            {
                seen[who] = entry with { Count = entry.Count + 1 };
                return Task.CompletedTask;
            }
            if (entry.Since == default && seen.Count >= MaxAddresses)
            {
                var old = seen.Where(pair => now - pair.Value.Since >= Window).Select(pair => pair.Key).ToArray();
                foreach (var key in old)
                    seen.Remove(key);
                if (seen.Count >= MaxAddresses)
                    return Task.CompletedTask;
            }
            before = entry.Count;
            seen[who] = (now, 0);
        }
        return audit.Write(who, what, subject, before == 0 ? detail : $"{detail} (and {before} more from this address before)");
    }
}
