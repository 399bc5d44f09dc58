using G8os.Decisions.Network;

namespace G8os.Sim;

/// <summary>One seeded world: wires, controllers and nodes that run the real machines, in virtual time. Bad things happen until <see cref="CalmAt"/>.</summary>
public sealed class World(ulong seed, Coverage coverage, Trace trace)
{
    /// <summary>How long the calm lasts: the slowest way back to the best candidate fits (a round, 10 min, a look at better ones).</summary>
    public const long Calm = 21 * 60_000;
    private const int UnreachableAfter = 3_000;

    public ulong Seed { get; } = seed;
    public Agenda Agenda { get; } = new();
    public Coverage Coverage { get; } = coverage;
    public Trace Trace { get; } = trace;
    public List<Segment> Segments { get; } = [];
    public List<Controller> Controllers { get; } = [];
    public List<Node> Nodes { get; } = [];
    public long CalmAt { get; set; }
    public long Now => Agenda.Now;
    public bool IsCalm => Now >= CalmAt;

    /// <summary>Lets the whole world happen; throws <see cref="ViolationException"/> when a rule is broken.</summary>
    public void Run()
    {
        Agenda.RunUntil(CalmAt + Calm);
        foreach (var node in Nodes)
            Outcome.Check(node);
        Fleet.NoTwoNodesShareTheirChances(Nodes);
    }

    /// <summary>What one HTTP exchange from this address over this link to this URL would meet now.</summary>
    public Exchange Try(Node node, string link, string address, string url)
    {
        var nic = node.Find(link);
        if (nic is not { Carrier: true } || !node.Kernel.Has(nic.Index, address))
            return new(Verdict.NoAnswer, 1, null);
        return Segment.Octet(address) is not null ? OnRescueLan(nic.Segment!, url) : Routed(nic.Segment!, address, node.Kernel.RouterFor(nic.Index, address), url);
    }

    /// <summary>The same, told beforehand: would this address with this router carry?</summary>
    public bool WouldCarry(Segment segment, string address, string? router) =>
        segment.Carries(address, router) && Controllers.Exists(one => one.Serves && (segment.Routed & (1 << one.Index)) != 0);

    public bool RescueWouldCarry(Segment segment) => HolderOf254(segment) is { Serves: true };

    private Exchange Routed(Segment segment, string address, string? router, string url)
    {
        var controller = At(url);
        if (controller is null || !segment.Carries(address, router) || (segment.Routed & (1 << controller.Index)) == 0)
            return new(Verdict.NoAnswer, UnreachableAfter, null);
        return Answer(controller);
    }

    private Controller? At(string url)
    {
        foreach (var one in Controllers)
            if (one.Url == url)
                return one;
        return null;
    }

    private Exchange OnRescueLan(Segment segment, string url)
    {
        var http = url.StartsWith("http://", StringComparison.Ordinal);
        return url.Contains(NetworkConstants.RescueNetwork, StringComparison.Ordinal) && HolderOf254(segment) is { } controller && http == (controller.Index == 1)
            ? Answer(controller) : new(Verdict.NoAnswer, UnreachableAfter, null);
    }

    /// <summary>Of those that want .254 the first that lives holds it.</summary>
    private Controller? HolderOf254(Segment segment) => Controllers.Find(one => (segment.Rescue & (1 << one.Index)) != 0 && one.Mode != ControllerMode.Dead);

    private Exchange Answer(Controller controller) => controller.Mode switch
    {
        ControllerMode.Up => new(Verdict.Answered, 5 + (int)(Now % 97), controller),
        ControllerMode.Slow => new(Verdict.Answered, 900 + (int)(Now % 700), controller),
        ControllerMode.Refusing => new(Verdict.ServerFault, 3 + (int)(Now % 50), controller),
        ControllerMode.Lying => new(Verdict.Stranger, 20, controller),
        _ => new(Verdict.NoAnswer, UnreachableAfter, null),
    };
}

/// <summary>How one exchange ends, after how many milliseconds, and who answered.</summary>
public readonly record struct Exchange(Verdict Verdict, int Delay, Controller? Who);
