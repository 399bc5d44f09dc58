using System.Net;

namespace G8os.Controller.Audit;

/// <summary>
/// Refused requests in the audit log, without letting anyone fill the disk with them: of one address about one node the first in a minute gets
/// a line, which counts those since the last line.
/// </summary>
internal sealed class RefusalLog(AuditLog audit)
{
    public const int MaxKeys = 1024;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly Dictionary<(string Who, string What, string Subject), (DateTimeOffset Since, int Unwritten)> seen = [];

    /// <summary>Notes a refused request.</summary>
    public Task Note(IPAddress? address, string what, string subject, string detail)
    {
        var who = address?.ToString() ?? "unknown";
        return Count((who, what, subject), ControllerClock.Now) is { } before
            ? audit.Write(who, what, subject, before == 0 ? detail : $"{detail} (and {before} times more since the last line)")
            : Task.CompletedTask;
    }

    // How many went unwritten before this one; null when this one is not written either.
    private int? Count((string, string, string) key, DateTimeOffset now)
    {
        lock (gate)
        {
            if (seen.TryGetValue(key, out var entry) && now - entry.Since < Window)
            {
                seen[key] = entry with { Unwritten = entry.Unwritten + 1 };
                return null;
            }
            if (seen.Count >= MaxKeys && !seen.ContainsKey(key))
            {
                foreach (var old in seen.Where(pair => now - pair.Value.Since >= Window).Select(pair => pair.Key).ToArray())
                    seen.Remove(old);
                if (seen.Count >= MaxKeys)
                    return null;
            }
            seen[key] = (now, 0);
            return entry.Unwritten;
        }
    }
}
