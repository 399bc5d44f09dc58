using G8os.Lab.Control;
using G8os.Model;

namespace G8os.Lab.Serve;

/// <summary>The links of one machine, eth0 first, and whether their cables are in. Cables stay pulled over a restart.</summary>
internal sealed class MachineLinks(string machine, IReadOnlyList<SegmentHost> segments, IReadOnlyList<string> names, IReadOnlyList<string> addresses)
{
    private readonly bool[] carrier = [.. segments.Select(_ => true)];
    private readonly int[] ports = new int[segments.Count];
    private readonly Lock gate = new();
    private bool plugged;

    /// <summary>Makes the links in a machine's namespace.</summary>
    public void Plug(LabNet net)
    {
        lock (gate)
        {
            for (var index = 0; index < segments.Count; index++)
                ports[index] = segments[index].Plug(net, $"eth{index}", LabMac.Of(machine, index), carrier[index]);
            plugged = true;
        }
    }

    public void Unplug()
    {
        lock (gate)
        {
            for (var index = 0; plugged && index < segments.Count; index++)
                segments[index].Unplug(ports[index]);
            plugged = false;
        }
    }

    /// <summary>Pulls or puts in the cable of a link.</summary>
    public void SetCarrier(string link, bool up)
    {
        var index = Enumerable.Range(0, segments.Count).FirstOrDefault(number => $"eth{number}" == link, -1);
        if (index < 0)
            throw new LabException($"cannot find link {link} of {machine}: it has eth0 to eth{segments.Count - 1}", LabErrorKind.NotFound);
        lock (gate)
        {
            carrier[index] = up;
            if (plugged)
                segments[index].SetCarrier(ports[index], up);
        }
    }

    public Values<LinkStatus> Status
    {
        get
        {
            lock (gate)
                return Enumerable.Range(0, segments.Count)
                    .Select(index => new LinkStatus($"eth{index}", names[index], LabMac.Of(machine, index), carrier[index], addresses[index])).ToValues();
        }
    }
}
