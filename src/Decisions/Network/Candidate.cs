using System.Text.Json.Serialization;

namespace G8os.Decisions.Network;

/// <summary>The ways to get an uplink, in the seed's order.</summary>
public enum CandidateKind
{
    /// <summary>P0: net.toml as written.</summary>
    NetToml,
    /// <summary>P1: the last configuration that carried a probe for ten minutes.</summary>
    LastGood,
    /// <summary>P2: DHCP on one link.</summary>
    Dhcp,
    /// <summary>P3: 10.254.254.X on one link.</summary>
    Rescue,
}

/// <summary>One way to get an uplink. <see cref="Link"/> is a kernel name, empty for P0 and P1.</summary>
public readonly record struct Candidate(CandidateKind Kind, string Link)
{
    public static readonly Candidate NetToml = new(CandidateKind.NetToml, "");
    public static readonly Candidate LastGood = new(CandidateKind.LastGood, "");

    public static Candidate Dhcp(string link) => new(CandidateKind.Dhcp, link);
    public static Candidate Rescue(string link) => new(CandidateKind.Rescue, link);

    [JsonIgnore]
    public string Word => Kind switch
    {
        CandidateKind.NetToml => "net.toml",
        CandidateKind.LastGood => "last-good",
        CandidateKind.Dhcp => "dhcp",
        _ => "rescue",
    };

    public override string ToString() => Link.Length == 0 ? Word : $"{Word} on {Link}";
}
