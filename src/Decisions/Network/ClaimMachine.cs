using System.Text.Json.Serialization;
using G8os.Model;

namespace G8os.Decisions.Network;

/// <summary>How far a claim is (RFC 5227, section 2).</summary>
public enum ClaimStep
{
    /// <summary>Asking whether anyone has the address; it is not ours yet.</summary>
    Probing,
    /// <summary>Ours; the second announcement is still to be sent.</summary>
    Announcing,
    /// <summary>Ours, defended for as long as we hold it.</summary>
    Held,
}

/// <summary>One link's claim of a rescue address.</summary>
public sealed record ClaimState
{
    public required string Mac { get; init; }
    /// <summary>X of 10.254.254.X, 1 to 253.</summary>
    public required int Octet { get; init; }
    public ClaimStep Step { get; init; }
    /// <summary>Probes or announcements sent in this step.</summary>
    public int Sent { get; init; }
    /// <summary>When the next packet is due; null when there is none.</summary>
    public long? NextAt { get; init; }
    public int Conflicts { get; init; }
    public long? DefendedAt { get; init; }

    [JsonIgnore]
    public string Address => NetworkConstants.RescueNetwork + Octet;
    /// <summary>True once the address may be used.</summary>
    [JsonIgnore]
    public bool Usable => Step != ClaimStep.Probing;
    /// <summary>True while the limit of RFC 5227 after too many conflicts holds.</summary>
    public bool Resting(long now) => Conflicts >= ClaimMachine.MaxConflicts && Step == ClaimStep.Probing && Sent == 0 && NextAt > now + ClaimMachine.ProbeWaitMax;
}

/// <summary>Claims an address as RFC 5227 says, with its constants (section 1.1).</summary>
public static class ClaimMachine
{
    public const int ProbeWaitMax = 1_000;
    public const int ProbeMin = 1_000;
    public const int ProbeMax = 2_000;
    public const int ProbeCount = 3;
    public const int AnnounceWait = 2_000;
    public const int AnnounceInterval = 2_000;
    public const int MaxConflicts = 10;
    public const int RateLimitInterval = 60_000;
    public const int DefendInterval = 10_000;

    /// <summary>1 to 253: .0 is the network, .254 the controller, .255 the broadcast.</summary>
    private const int Octets = 253;

    /// <summary>Starts with the remembered X, else with a hash of the MAC.</summary>
    public static (ClaimState State, Jitter Jitter) Begin(string mac, int remembered, long now, Jitter jitter)
    {
        var octet = remembered is >= 1 and <= Octets ? remembered : (int)(Hash(mac) % Octets) + 1;
        (jitter, var wait) = jitter.Between(0, ProbeWaitMax);
        return (new ClaimState { Mac = mac, Octet = octet, NextAt = now + wait }, jitter);
    }

    /// <summary>What is kept of a claim that is let go: after conflicts the next X and the limit on tries, else nothing.</summary>
    public static ClaimState? Release(ClaimState state) =>
        state.Conflicts == 0 ? null : state with { Step = ClaimStep.Probing, Sent = 0, DefendedAt = null };

    /// <summary>Takes up what <see cref="Release"/> kept.</summary>
    public static (ClaimState State, Jitter Jitter) Again(ClaimState kept, long now, Jitter jitter)
    {
        (jitter, var wait) = jitter.Between(0, ProbeWaitMax);
        return (kept with { NextAt = Math.Max(kept.NextAt ?? now, now + wait) }, jitter);
    }

    /// <summary>Sends what is due.</summary>
    public static (ClaimState State, Jitter Jitter) Tick(ClaimState state, string link, long now, Jitter jitter, List<Effect> effects)
    {
        if (state.NextAt is not { } due || now < due)
            return (state, jitter);
        switch (state.Step)
        {
            case ClaimStep.Probing when state.Sent < ProbeCount:
                effects.Add(new SendArp(link, state.Address, Announce: false));
                (jitter, var wait) = jitter.Between(ProbeMin, ProbeMax);
                var sent = state.Sent + 1;
                return (state with { Sent = sent, NextAt = now + (sent < ProbeCount ? wait : AnnounceWait) }, jitter);
            case ClaimStep.Probing:
                effects.Add(new SendArp(link, state.Address, Announce: true));
                return (state with { Step = ClaimStep.Announcing, Sent = 1, NextAt = now + AnnounceInterval }, jitter);
            case ClaimStep.Announcing:
                effects.Add(new SendArp(link, state.Address, Announce: true));
                return (state with { Step = ClaimStep.Held, Sent = 2, NextAt = null, Conflicts = 0 }, jitter);
            default:
                return (state with { NextAt = null }, jitter);
        }
    }

    /// <summary>Judges a packet heard on the link. Our own packets, reflected by a loop or heard by a second link, are no conflict.</summary>
    public static (ClaimState State, Jitter Jitter) Hear(ClaimState state, string link, ArpHeard heard, Table<LinkStatus> own, Jitter jitter, List<Effect> effects)
    {
        foreach (var mine in own.Items)
            if (mine.Mac == heard.SenderMac)
                return (state, jitter);
        var uses = heard.SenderAddress == state.Address;
        var wants = heard.SenderAddress == "0.0.0.0" && heard.TargetAddress == state.Address;
        if (state.Step == ClaimStep.Probing)
            return uses || wants ? Yield(state, link, heard, jitter, effects) : (state, jitter);
        if (!uses)
            return (state, jitter);
        if (state.DefendedAt is { } last && heard.At - last < DefendInterval)
            return Yield(state, link, heard, jitter, effects);
        effects.Add(new Tell($"{state.Address} on {link} defended", $"{heard.SenderMac} uses it too"));
        effects.Add(new SendArp(link, state.Address, Announce: true));
        return (state with { DefendedAt = heard.At }, jitter);
    }

    private static (ClaimState State, Jitter Jitter) Yield(ClaimState state, string link, ArpHeard heard, Jitter jitter, List<Effect> effects)
    {
        effects.Add(new Tell($"{state.Address} on {link} given up", $"{heard.SenderMac} has or wants it"));
        var conflicts = state.Conflicts + 1;
        (jitter, var wait) = jitter.Between(0, ProbeWaitMax);
        return (new ClaimState
        {
            Mac = state.Mac,
            Octet = NextOctet(state.Mac, state.Octet),
            Conflicts = conflicts,
            NextAt = heard.At + (conflicts >= MaxConflicts ? RateLimitInterval : wait),
        }, jitter);
    }

    /// <summary>The next X of this MAC's own order: a step that shares no factor with 253 visits every X before any comes twice.</summary>
    public static int NextOctet(string mac, int octet)
    {
        var step = (int)(Hash("step " + mac) % Octets);
        while (step % 11 == 0 || step % 23 == 0)
            step++;
        return ((octet - 1 + step) % Octets) + 1;
    }

    /// <summary>FNV-1a, 64 bits.</summary>
    private static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in text)
            hash = (hash ^ letter) * 1099511628211UL;
        return hash ^ (hash >> 32);
    }
}
