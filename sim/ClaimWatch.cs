using System.Runtime.CompilerServices;
using G8os.Decisions;
using G8os.Decisions.Network;

namespace G8os.Sim;

/// <summary>Judges the claims of rescue addresses on one link by RFC 5227, from the packets alone.</summary>
public sealed class ClaimWatch(Node node, string link)
{
    // RFC 5227, section 1.1, in milliseconds; ticks may be late.
    private const long ProbeMin = 1_000, ProbeMax = 2_000, AnnounceWait = 2_000, AnnounceInterval = 2_000, DefendInterval = 10_000, RateLimit = 60_000, Late = 500;
    private const int ProbeNumber = 3, AnnounceNumber = 2, MaxConflicts = 10, Addresses = 253;
    private readonly SortedSet<string> conflicted = new(StringComparer.Ordinal);
    private string? claimed;
    private bool counted;
    private int probes, announced, inARow;
    private long sentAt, conflictAt, useConflictAt, announceAt;
    private bool mustYield, mayDefend;

    /// <summary>The address in use, from the first announcement on.</summary>
    public string? InUse => announced > 0 ? claimed : null;

    private long Now => node.World.Now;

    public void Resume(string address) => (claimed, announced, useConflictAt) = (address, AnnounceNumber, -DefendInterval);

    private void Forget()
    {
        Release();
        conflicted.Clear();
        inARow = 0;
    }

    public void Release() => (claimed, probes, announced) = (null, 0, 0);

    /// <summary>Called before the machine hears it.</summary>
    public void Heard(Node node, ArpHeard heard, bool listening)
    {
        (mustYield, mayDefend) = (false, false);
        if (!listening || claimed is null || node.Nics.Exists(nic => nic.Present && nic.Mac == heard.SenderMac))
            return;
        var uses = heard.SenderAddress == claimed;
        if (announced == 0)
        {
            if (uses || (heard.SenderAddress == Ether.Nobody && heard.TargetAddress == claimed))
                Conflict();
        }
        else if (uses && Now - useConflictAt < DefendInterval)
        {
            mustYield = true;
            Conflict();
        }
        else if (uses)
            (mayDefend, useConflictAt) = (true, Now);
    }

    private void Conflict()
    {
        conflicted.Add(claimed!);
        if (conflicted.Count >= Addresses)
            conflicted.Clear();
        (claimed, probes, announced, conflictAt) = (null, 0, 0, Now);
        inARow++;
    }

    public void Sent(Node node, SendArp send)
    {
        if (send.Announce)
            Announced(send);
        else if (send.Address == claimed)
            ProbedAgain();
        else
            ProbedFirst(send.Address);
        sentAt = Now;
    }

    private void ProbedFirst(string address)
    {
        Require(claimed is null, "EachClaimIsGivenUpForAReason", $"{claimed} was left for {address} without a conflict");
        Require(!conflicted.Contains(address), "NoAddressIsTriedTwice", $"{address} is tried again after {conflicted.Count} conflicts");
        Require(inARow < MaxConflicts || Now - conflictAt >= RateLimit, "ConflictsAreRateLimited", $"{address} is tried {Now - conflictAt} ms after conflict number {inARow}");
        (claimed, probes, announced, useConflictAt) = (address, 1, 0, -DefendInterval);
        if (!counted && node.Disk.RescueOctets.Count == 0)
            node.World.Coverage.FirstOctets[Segment.Octet(address)!.Value]++;
        counted = true;
    }

    private void ProbedAgain()
    {
        probes++;
        Require(probes <= ProbeNumber && announced == 0, "ThreeProbes", $"probe number {probes} for {claimed}");
        Require(Now - sentAt is >= ProbeMin and <= ProbeMax + Late, "ProbesAreOneToTwoSecondsApart", $"{Now - sentAt} ms between probes for {claimed}");
    }

    private void Announced(SendArp send)
    {
        Require(send.Address == claimed, "OnlyAClaimedAddressIsAnnounced", $"{send.Address} is announced, {claimed ?? "nothing"} is claimed");
        if (mayDefend)
        {
            mayDefend = false;
            return;
        }
        if (announced == 0)
        {
            Require(probes == ProbeNumber, "ThreeProbes", $"{claimed} is announced after {probes} probes");
            Require(Now - sentAt >= AnnounceWait, "TwoSecondsBeforeTheAnnouncement", $"{claimed} is announced {Now - sentAt} ms after the last probe");
        }
        else
            Require(Now - announceAt >= AnnounceInterval, "AnnouncementsAreTwoSecondsApart", $"{Now - announceAt} ms between announcements of {claimed}");
        announced++;
        announceAt = Now;
        Require(announced <= AnnounceNumber, "TwoAnnouncements", $"announcement number {announced} of {claimed}");
        if (announced == AnnounceNumber)
        {
            inARow = 0;
            conflicted.Clear();
        }
    }

    /// <summary>After each step: the kernel has a rescue address only when it is ours, and not after the second conflict.</summary>
    public void Check(Node node, Event happened)
    {
        if (happened is LinksSeen seen && !seen.Links.Any(one => one.Name == link))
            Forget();
        if (node.JustPlanned && node.Find(link) is { } nic)
            foreach (var one in node.Kernel.Addresses)
                if (one.Link == nic.Index && one.Address.StartsWith(NetworkConstants.RescueNetwork, StringComparison.Ordinal))
                    Require(InUse == ProbeSources.Bare(one.Address), mustYield ? "TheSecondConflictYields" : "OnlyAClaimedAddressIsUsed", $"{one.Address} is on {link}; {InUse ?? "none"} is ours");
        Require(!mayDefend || happened is not ArpHeard, "TheFirstConflictIsDefended", $"{claimed} was not defended");
        (mustYield, mayDefend) = (false, false);
    }

    private void Require(bool good, string rule, [InterpolatedStringHandlerArgument(nameof(good))] RuleMessage message)
    {
        if (!good)
            throw new ViolationException(rule, $"{node.Name} {link} at {Now} ms: {message.ToString()}");
    }
}
