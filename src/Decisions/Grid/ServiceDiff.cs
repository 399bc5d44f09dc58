using System.Globalization;
using System.Text.Json;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Decisions.Grid;

/// <summary>The fields in which two specs of one service differ, as dotted paths: process.args.2, health.0.every. In ordinal order.</summary>
public static class ServiceDiff
{
    public static Values<FieldChange> Of(ServiceSpec old, ServiceSpec now)
    {
        var changes = new List<FieldChange>();
        Compare("node", old.Node, now.Node, changes);
        if (!old.Producers.Equals(now.Producers))
            Compare("producers", string.Join(", ", old.Producers), string.Join(", ", now.Producers), changes);
        if (old.Update != now.Update)
            Compare("update", Words(old.Update), Words(now.Update), changes);
        if (old.App != now.App)
            Compare("", JsonSerializer.SerializeToElement(old.App, WireJson.Default.AppSpec), JsonSerializer.SerializeToElement(now.App, WireJson.Default.AppSpec), changes);
        return changes.OrderBy(change => change.Path, StringComparer.Ordinal).ToValues();
    }

    private static string Words(UpdateSpec update) => $"canary {update.Canary}, batch {update.Batch}, min_healthy {update.MinHealthy} ms, "
        + $"healthy_deadline {update.HealthyDeadline} ms, rollback {(update.Rollback ? "auto" : "off")}";

    private static void Compare(string path, string old, string now, List<FieldChange> changes)
    {
        if (old != now)
            changes.Add(new(path, old, now));
    }

    /// <summary>Field by field; what is missing on one side is compared with nothing.</summary>
    private static void Compare(string path, JsonElement old, JsonElement now, List<FieldChange> changes)
    {
        if (old.ValueKind is JsonValueKind.Object || now.ValueKind is JsonValueKind.Object)
        {
            foreach (var member in Members(old))
                Compare(Join(path, member.Name), member.Value, Members(now).FirstOrDefault(other => other.NameEquals(member.Name)).Value, changes);
            foreach (var member in Members(now))
                if (!Members(old).Any(other => other.NameEquals(member.Name)))
                    Compare(Join(path, member.Name), default, member.Value, changes);
        }
        else if (old.ValueKind is JsonValueKind.Array || now.ValueKind is JsonValueKind.Array)
            for (var (i, count) = (0, Math.Max(Length(old), Length(now))); i < count; i++)
                Compare(Join(path, i.ToString(CultureInfo.InvariantCulture)), i < Length(old) ? old[i] : default, i < Length(now) ? now[i] : default, changes);
        else
            Compare(path, Text(old), Text(now), changes);
    }

    private static JsonProperty[] Members(JsonElement element) => element.ValueKind is JsonValueKind.Object ? [.. element.EnumerateObject()] : [];

    private static int Length(JsonElement element) => element.ValueKind is JsonValueKind.Array ? element.GetArrayLength() : 0;

    private static string Text(JsonElement element) => element.ValueKind is JsonValueKind.Undefined ? "" : element.ToString();

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
