using System.Text.Json;
using G8os.Lab.Control;
using G8os.Linux.Files;

namespace G8os.Lab.Serve;

/// <summary>What a supervisor leaves to its successor: the file it was drawn from, its ports, its operator tokens. Owner only.</summary>
public sealed record LabRecord
{
    /// <summary>Full path of the lab file; net.toml files are found relative to it.</summary>
    public required string File { get; init; }
    /// <summary>"NAME:PORT inside" → the relay's port on 127.0.0.1.</summary>
    public SortedDictionary<string, int> Ports { get; init; } = [];
    /// <summary>Controller → how its operator logs in.</summary>
    public SortedDictionary<string, ControllerLogin> Logins { get; init; } = [];

    public static LabRecord Read(LabPaths paths) =>
        JsonSerializer.Deserialize(System.IO.File.ReadAllBytes(paths.Record), LabJson.Default.LabRecord) ?? throw new JsonException($"{paths.Record} is empty");

    public void Write(LabPaths paths) => AtomicFile.Write(paths.Record, JsonSerializer.SerializeToUtf8Bytes(this, LabJson.Default.LabRecord));
}

/// <summary>The pin of a controller's grid and an operator token.</summary>
public sealed record ControllerLogin(string Pin, string Token)
{
    /// <summary>Without the token.</summary>
    public override string ToString() => Pin;
}
