namespace G8os.Fuzz;

/// <summary>All targets. A new one is a line here, a Run of its own, and a folder of inputs that it reads well.</summary>
internal static class Targets
{
    private const int Signed = 2_000;

    public static readonly Target[] All =
    [
        new("net-toml", NetTomlTarget.Run, NetTomlTarget.Words),
        new("lab-file", LabFileTarget.Run, LabFileTarget.Words),
        new("arp", LinkTargets.Arp),
        new("netlink", LinkTargets.Netlink),
        new("mount-table", LinkTargets.Mounts, LinkTargets.MountWords),
        new("dns", LinkTargets.Dns),
        new("dhcp-event", DhcpTargets.Event, DhcpTargets.EventWords),
        new("dhcp-news", DhcpTargets.News, DhcpTargets.NewsWords),
        new("init-message", InitTarget.Run),
        new("grid-answer", TrustTargets.GridAnswer, TrustTargets.GridWords),
        new("grid-document", TrustTargets.GridDocument, TrustTargets.GridWords) { Mutations = Signed },
        new("ping-answer", TrustTargets.Ping, TrustTargets.AnswerWords) { Mutations = Signed },
        new("node-answer", TrustTargets.NodeAnswer, TrustTargets.AnswerWords) { Mutations = Signed },
        new("journal", JournalTarget.Run, JournalTarget.Words),
        new("login-string", LoginTarget.Run, LoginTarget.Words),
        new("erofs", ErofsTarget.Run, ErofsTarget.Words),
        new("ays", AysTarget.Run, AysTarget.Words),
        new("fuse", FuseTarget.Run, FuseTarget.Words),
    ];

    public static Target? Find(string name) => Array.Find(All, target => target.Name == name);
}
