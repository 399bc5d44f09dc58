using System.Text.Json;
using System.Text.Json.Serialization;
using G8os.Model;
using G8os.Model.Wire;

namespace G8os.Core.Run;

/// <summary>The last steps of this boot with their evidence, for explain; they outlive a restart of the core.</summary>
internal sealed class Transitions
{
    public const int Kept = 50;
    private const int FileLinesMax = 500;
    private readonly Lock gate = new();
    private readonly Queue<Transition> ring = new();
    private readonly string path;
    private int lines;

    public Transitions(string path = NodeFiles.Transitions)
    {
        this.path = path;
        if (!File.Exists(path))
            return;
        foreach (var line in File.ReadLines(path))
            if (Read(line) is { } transition)
                Push(transition);
    }

    public Values<Transition> All
    {
        get
        {
            lock (gate)
                return ring.ToValues();
        }
    }

    public void Add(Transition transition)
    {
        lock (gate)
        {
            Push(transition);
            if (++lines > FileLinesMax)
            {
                File.WriteAllLines(path, ring.Select(Write));
                lines = ring.Count;
                return;
            }
            File.AppendAllText(path, Write(transition) + "\n");
        }
    }

    private void Push(Transition transition)
    {
        ring.Enqueue(transition);
        if (ring.Count > Kept)
            ring.Dequeue();
    }

    private static string Write(Transition transition) => JsonSerializer.Serialize(transition, CoreJson.Default.Transition);

    /// <summary>A line cut by a crash is left out.</summary>
    private static Transition? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, CoreJson.Default.Transition);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>JSON of the core's own small files.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true, RespectNullableAnnotations = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Transition))]
[JsonSerializable(typeof(Jobs.JobRecord))]
[JsonSerializable(typeof(Sandboxes.ApiAccess))]
[JsonSerializable(typeof(Jobs.JobEnd))]
[JsonSerializable(typeof(Network.DhcpNews))]
internal sealed partial class CoreJson : JsonSerializerContext;
