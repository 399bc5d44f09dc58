using System.Collections.Concurrent;
using System.Collections.Immutable;
using G8os.Decisions.Grid;
using G8os.Model.Apps;

namespace G8os.Controller.Robot;

internal sealed partial class RobotDesk
{
    private static readonly ImmutableSortedDictionary<string, string> None = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<string, NodeVoice> voices = new(StringComparer.Ordinal);
    private ImmutableSortedDictionary<string, string> bound = None;
    private ImmutableSortedDictionary<string, string> names = None;
    private IReadOnlyList<Machine> machines = [];

    /// <summary>What each machine last said, by its id; read by anyone.</summary>
    public IReadOnlyDictionary<string, NodeVoice> Voices => voices;

    /// <summary>The accepted machines are these now.</summary>
    public void Know(IReadOnlyList<Machine> accepted)
    {
        machines = accepted;
        foreach (var id in voices.Keys.Where(id => accepted.All(machine => machine.Id != id)).ToArray())
            voices.TryRemove(id, out _);
        Bind();
    }

    /// <summary>A session began; the node says which generation it goes by.</summary>
    public void Hello(string id, long generation)
    {
        voices[id] = Voice(id) with { Connected = true, Heard = false, Generation = generation };
        if (names.GetValueOrDefault(id) is { } name)
            Catch(name, id);
    }

    public void Heard(string id, NodeApplied applied)
    {
        var voice = Voice(id).Says(applied, Environment.TickCount64);
        voices[id] = voice;
        if (names.GetValueOrDefault(id) is { } name)
            Step(new NodeReported(name, voice.Seen) { At = Now });
    }

    public void Left(string id)
    {
        voices[id] = Voice(id) with { Connected = false, Heard = false };
        if (names.GetValueOrDefault(id) is { } name)
            Step(new NodeLeft(name) { At = Now });
    }

    /// <summary>The signed document of a node of the repository, to be sent; null when there is none.</summary>
    public IssuedManifest? Document(string name) => manifests.GetValueOrDefault(name) is { Document.Length: > 0 } manifest ? manifest : null;

    // Who is which node follows from the commit and the machines; a machine that gets a name gets what was issued to it.
    private void Bind()
    {
        var before = bound;
        var had = manifests.Values.Where(manifest => manifest.Node.Length > 0).ToDictionary(manifest => manifest.Name, manifest => manifest.Node, StringComparer.Ordinal);
        bound = NodeBinding.Bind(wanted?.Nodes.Values ?? [], had, machines);
        names = bound.ToImmutableSortedDictionary(row => row.Value, row => row.Key, StringComparer.Ordinal);
        foreach (var (name, id) in had)
            if (!bound.ContainsKey(name) && machines.All(machine => machine.Id != id))
                Desert(name);
        foreach (var (name, id) in bound.Where(row => before.GetValueOrDefault(row.Key) != row.Value))
        {
            if (manifests.GetValueOrDefault(name) is { } manifest && manifest.Node != id)
                Issue(name, manifest.Issue, send: true);
            Catch(name, id);
        }
    }

    private void Desert(string name)
    {
        var manifest = manifests[name] with { Node = "", Document = "" };
        manifests[name] = manifest;
        Writes.Add(tx => ManifestRows.Put(tx, manifest));
        Forget(name);
    }

    /// <summary>The run waits for the node no more; what was issued to it is gone with it.</summary>
    private void Forget(string name)
    {
        Step(new NodeForgotten(name) { At = Now });
        if (!issued.Nodes.ContainsKey(name) && manifests.Remove(name))
            Writes.Add(tx => ManifestRows.Delete(tx, name));
    }

    // What a connected machine goes by is compared with what was issued. One that is ahead had another name, or we are an older backup: its
    // generation must grow, so that it takes ours.
    private void Catch(string name, string id)
    {
        if (!voices.TryGetValue(id, out var voice) || !voice.Connected)
            return;
        if (voice.Heard)
            Step(new NodeReported(name, voice.Seen) { At = Now });
        if (manifests.GetValueOrDefault(name) is not { } manifest)
            return;
        if (voice.Generation > manifest.Issue.Generation)
            Issue(name, manifest.Issue with { Generation = voice.Generation + 1 }, send: true);
        else if (voice.Generation < manifest.Issue.Generation)
            ToSend.Add(name);
    }

    private void Issue(string name, NodeIssue issue, bool send)
    {
        issued = issued.With(name, issue);
        if (run is not null)
            run = run with { State = run.State with { Issued = issued } };
        var before = manifests.GetValueOrDefault(name);
        var node = bound.GetValueOrDefault(name, "");
        var same = before is not null && before.Node == node && before.Issue.Generation == issue.Generation;
        var manifest = new IssuedManifest(name, node, issue, node.Length == 0 ? "" : same ? before!.Document : maker.Sign(name, node, issue));
        manifests[name] = manifest;
        Writes.Add(tx => ManifestRows.Put(tx, manifest));
        if (send)
            ToSend.Add(name);
    }

    private NodeVoice Voice(string id) => voices.GetValueOrDefault(id, NodeVoice.Silent);
}
