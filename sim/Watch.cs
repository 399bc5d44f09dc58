using System.Runtime.CompilerServices;
using G8os.Decisions;
using G8os.Decisions.Boot;
using G8os.Decisions.Network;
using G8os.Model;

namespace G8os.Sim;

/// <summary>
/// Looks over one node's shoulder: what must always hold, each rule a function by its name. It keeps its own memory of what the core was
/// told and trusts the machine's state as little as it can.
/// </summary>
public sealed partial class Watch
{
    /// <summary>More steps of one node in one virtual second are a busy loop.</summary>
    private const int StepsPerSecondMax = 400;
    private const int IdleTicksMax = 3;
    /// <summary>After the calm began: what was decided before it has worked itself out.</summary>
    private const long Settled = 90_000;
    private Table<ClaimWatch> claims = [];
    private long second;
    private int stepsThisSecond;
    private int idleTicks;

    public static void Broken(Node node, string rule, string message) =>
        throw new ViolationException(rule, $"{node.Name} at {node.World.Now} ms: {message}");

    private static void Require(bool good, Node node, [InterpolatedStringHandlerArgument(nameof(good))] RuleMessage message, [CallerMemberName] string rule = "")
    {
        if (!good)
            Broken(node, rule, message.ToString());
    }

    public void CoreStarted(Node node, BootStarted started)
    {
        (second, stepsThisSecond, idleTicks) = (0, 0, 0);
        StartSearch(node, started);
        StartBoot(started);
    }

    /// <summary>Called before the machine takes an event.</summary>
    public void Before(Node node, BootState before, Event happened)
    {
        if (happened is ArpHeard heard)
            ClaimOf(node, heard.Link).Heard(node, heard, node.Listening.Contains(heard.Link));
        Told(happened);
    }

    /// <summary>Called when the kernel is as planned and before the effects are done.</summary>
    public void Check(Node node, BootState? before, Event happened, BootState after, Values<Effect> effects)
    {
        ItDoesNotSpin(node, happened, effects);
        CheckSearch(node, before, happened, after, effects);
        CheckBoot(node, before, happened, after, effects);
    }

    /// <summary>Called when the effects are done.</summary>
    public void CheckEdges(Node node, BootState after)
    {
        ClientsRunOnlyWhereTheyAreWanted(node, after);
        ArpIsHeardOnlyWhereAnAddressIsClaimed(node, after);
    }

    /// <summary>There is a deadline in every state: nothing can wait for ever. Returns it.</summary>
    public static long ThereIsAlwaysANextStep(Node node, BootState state)
    {
        var due = BootMachine.NextDeadline(state);
        Require(due is not null, node, $"no deadline: the machine waits for nothing");
        return due!.Value;
    }

    private void ItDoesNotSpin(Node node, Event happened, Values<Effect> effects)
    {
        if (node.World.Now / 1000 != second)
            (second, stepsThisSecond) = (node.World.Now / 1000, 0);
        Require(++stepsThisSecond <= StepsPerSecondMax, node, $"more than {StepsPerSecondMax} steps in one second");
        idleTicks = happened is Ticked && effects.Count == 0 && BootMachine.NextDeadline(node.State!) <= node.Clock ? idleTicks + 1 : 0;
        Require(idleTicks <= IdleTicksMax, node, $"ticks that do nothing and ask for the next at once (now {node.Clock}, deadline {BootMachine.NextDeadline(node.State!)})");
    }

    private ClaimWatch ClaimOf(Node node, string link)
    {
        if (claims.Find(link) is { } known)
            return known;
        var claim = new ClaimWatch(node, link);
        claims = claims.With(link, claim);
        return claim;
    }

    /// <summary>The rule's arithmetic of better: P0 before P1 before P2 before P3, links in the kernel's order.</summary>
    internal static int Order(Node node, Candidate candidate) =>
        ((int)candidate.Kind * 10_000) + (candidate.Link.Length == 0 ? 0 : node.Nics.Find(nic => nic.Name == candidate.Link)?.Index ?? 0);
}
