using System.Text.Json;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Decisions.Grid;

/// <summary>The fields in which two specs of one service differ, as dotted paths: process.args.2, health.0.every.</summary>
public static class ServiceDiff
{
    public static Values<FieldChange> Of(ServiceSpec old, ServiceSpec now)
    {
        var (before, after) = (Fields(old), Fields(now));
        var changes = new List<FieldChange>();
        foreach (var path in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
            if (before.GetValueOrDefault(path, "") is var was && after.GetValueOrDefault(path, "") is var becomes && was != becomes)
                changes.Add(new(path, was, becomes));
        return changes.ToValues();
    }

    private static SortedDictionary<string, string> Fields(ServiceSpec service)
    {
        var fields = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["node"] = service.Node,
            ["producers"] = string.Join(", ", service.Producers),
            ["update"] = $"canary {service.Update.Canary}, batch {service.Update.Batch}, min_healthy {service.Update.MinHealthy} ms, "
                + $"healthy_deadline {service.Update.HealthyDeadline} ms, rollback {(service.Update.Rollback ? "auto" : "off")}",
        };
        Flatten("", JsonSerializer.SerializeToElement(service.App, WireJson.Default.AppSpec), fields);
        return fields;
    }

    private static void Flatten(string path, JsonElement element, SortedDictionary<string, string> fields)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                    Flatten(path.Length == 0 ? member.Name : $"{path}.{member.Name}", member.Value, fields);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in element.EnumerateArray())
                    Flatten($"{path}.{index++}", item, fields);
                break;
            default:
                fields[path] = element.ToString();
                break;
        }
    }
}
