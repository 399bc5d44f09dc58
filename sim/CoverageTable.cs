namespace G8os.Sim;

/// <summary>Which pairs of place and event cannot happen, and why; all others must be seen often.</summary>
public static class CoverageTable
{
    /// <summary>Each pair at least this often over <see cref="WorldsNeeded"/>.</summary>
    public const long HitsWanted = 10;

    public const long WorldsNeeded = 10_000;

    private static readonly (string[] Places, string[] Events, string Why)[] Impossible =
    [
        (["search-carrier", "lost-carrier"], ["Answered", "ServerFault", "Stranger", "NoAnswer"], "carrier is waited for in the first 5 s of a core only: no probe of it can be late"),
        (["search-carrier"], ["ArpHeard"], "nobody listens before an address is claimed"),
        (["search-carrier", "search-address", "search-probe", "search-pause"], ["UplinkDoubted"], "a core that never was parked has no session"),
        (["secure", "ssh", "sandboxes", "managed"], ["Unlocked", "PrivateMounted", "KeyRefused"], "the private files are mounted: nothing is unlocked or mounted"),
        (["ssh", "sandboxes", "managed"], ["SessionOpened"], "there is a session"),
        (["ssh"], ["SshStopped"], "sshd does not run"),
        (["sandboxes", "managed"], ["SshStarted"], "sshd runs"),
        (["managed"], ["SandboxesMounted"], "they are mounted"),
    ];

    public static bool IsImpossible(string place, string happened) =>
        Impossible.Any(row => row.Places.Contains(place) && row.Events.Contains(happened));

    /// <summary>Pairs seen less often than they should, and impossible ones that were seen.</summary>
    public static IReadOnlyList<string> Faults(Coverage coverage) =>
    [
        .. coverage.Pairs().Where(pair => IsImpossible(pair.Place, pair.Event) ? pair.Hits > 0 : pair.Hits < HitsWanted)
            .Select(pair => $"{pair.Place} × {pair.Event}: {pair.Hits} hits{(IsImpossible(pair.Place, pair.Event) ? ", though it cannot happen" : "")}"),
    ];

    public static void Print(Coverage coverage, TextWriter console)
    {
        foreach (var row in coverage.Pairs().GroupBy(pair => pair.Place))
            console.WriteLine($"{row.Key,-16}{string.Join("  ", row.Select(pair => $"{pair.Event} {(IsImpossible(pair.Place, pair.Event) ? "-" : pair.Hits)}"))}");
        foreach (var (places, events, why) in Impossible)
            console.WriteLine($"cannot happen: {string.Join(", ", events)} in {string.Join(", ", places)}: {why}");
    }
}
