using System.Text.Json;
using G8os.Model;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;

namespace G8os.Core.Run.Sandboxes;

/// <summary>Which sandboxes this node shall have; on the disk, so that it has them without a controller. Read again when somebody changed it.</summary>
internal sealed class WantedFile
{
    private const uint OwnerOnly = 0x180;
    private readonly Lock gate = new();
    private DateTime stamp;
    private Values<SandboxWanted> wanted = [];

    public Values<SandboxWanted> Now()
    {
        lock (gate)
        {
            var changed = File.GetLastWriteTimeUtc(NodeFiles.Sandboxes);   // one that is not there has a time of its own
            if (changed != stamp)
                (stamp, wanted) = (changed, Read());
            return wanted;
        }
    }

    /// <summary>Takes another list; what <paramref name="needed"/> names and the list does not stays, pinned: an app still runs out of it.</summary>
    public void Take(Values<SandboxWanted> list, IReadOnlyCollection<string> needed)
    {
        lock (gate)
        {
            var kept = Now().Where(one => needed.Contains(one.Sandbox) && !list.Any(other => other.Sandbox == one.Sandbox));
            var next = list.Concat(kept.Select(one => one with { Tool = false, Pinned = true })).ToValues();
            if (next == wanted || next.Equals(wanted))
                return;
            wanted = next;
            if (StateDisk.Keep(NodeFiles.Sandboxes, JsonSerializer.SerializeToUtf8Bytes(next, WireJson.Default.ValuesSandboxWanted), OwnerOnly))
                stamp = File.GetLastWriteTimeUtc(NodeFiles.Sandboxes);
        }
    }

    private static Values<SandboxWanted> Read()
    {
        try
        {
            return File.Exists(NodeFiles.Sandboxes) ? JsonSerializer.Deserialize(File.ReadAllBytes(NodeFiles.Sandboxes), WireJson.Default.ValuesSandboxWanted) ?? [] : [];
        }
        catch (JsonException)
        {
            CoreLog.Write($"{NodeFiles.Sandboxes} is damaged; no sandbox is wanted until a controller says which");
            return [];
        }
    }
}
