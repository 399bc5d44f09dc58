using System.Net.Sockets;
using System.Text.Json;
using G8os.Core.Init;
using G8os.Decisions;
using G8os.Decisions.Network;
using G8os.Linux;
using G8os.Model;
using G8os.Model.Network;

namespace G8os.Core.Run.Network;

/// <summary>What udhcpc's script tells: the event's name and the lease.</summary>
internal sealed record DhcpNews(string Event, string Link, Lease? Lease);

/// <summary>One udhcpc per link, owned by init; its script is this program again, which leaves the lease in a file and sends it here.</summary>
internal sealed class DhcpEdge : IDisposable
{
    public const string ChildPrefix = "dhcp-";
    private const int NewsMax = 16 * 1024;
    private const int SignalTerminate = 15;
    private static readonly TimeSpan RespawnAfter = TimeSpan.FromSeconds(1);
    /// <summary>udhcpc gives a lease back in some 30 ms; nobody waits longer for it than this.</summary>
    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromMilliseconds(500);
    private readonly Children children;
    private readonly Action<Func<long, Event>> post;
    private readonly HashSet<string> wanted = [];
    private readonly Dictionary<string, TaskCompletionSource> leaving = [];
    private readonly Lock gate = new();
    private readonly Socket socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public DhcpEdge(Children children, Action<Func<long, Event>> post)
    {
        this.children = children;
        this.post = post;
        Directory.CreateDirectory(NodeFiles.Dhcp);
        File.Delete(NodeFiles.DhcpSocket);
        socket.Bind(new UnixDomainSocketEndPoint(NodeFiles.DhcpSocket));
        children.Own(ChildPrefix, OnEnded);
        _ = Task.Run(ListenAsync);
    }

    /// <summary>Clients of a previous core that still run, with the leases they have.</summary>
    public Table<DhcpStatus> Observe()
    {
        var table = Table<DhcpStatus>.Empty;
        foreach (var child in children.List())
            if (child.Running && child.Name.StartsWith(ChildPrefix, StringComparison.Ordinal))
            {
                var link = child.Name[ChildPrefix.Length..];
                lock (gate)
                    wanted.Add(link);
                table = table.With(link, new DhcpStatus(Saved(link)));
            }
        return table;
    }

    public void Start(string link)
    {
        lock (gate)
            wanted.Add(link);
        if (!children.Runs(ChildPrefix + link))
        {
            File.Delete(FileOf(link));
            Spawn(link);
        }
        else if (Saved(link) is { } lease)
            post(at => new LeaseGranted(link, lease) { At = at });
    }

    /// <summary>
    /// Ends the client and waits until it has given its lease back: it does so from the leased address, which the caller must not take from the link before
    /// this returns.
    /// </summary>
    public void Stop(string link)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            wanted.Remove(link);
            leaving[link] = gone;
        }
        if (children.Runs(ChildPrefix + link))
        {
            children.Signal(ChildPrefix + link, SignalTerminate);
            if (!gone.Task.Wait(ReleaseLimit))
                CoreLog.Write($"the DHCP client of {link} takes its time to end; its lease may not have been given back");
        }
        File.Delete(FileOf(link));
    }

    private void Spawn(string link)
    {
        try
        {
            children.Start(Request(link));
        }
        catch (LinuxException fault)
        {
            CoreLog.Write($"{fault.Message}; without it {link} has no DHCP");
            _ = RespawnAsync(link);
        }
    }

    private static SpawnRequest Request(string link) => new()
    {
        Name = ChildPrefix + link,
        // -f stay, -R release when told to end, three discovers 3 s apart, again after 10 s
        Argv = ["/bin/busybox", "udhcpc", "-f", "-R", "-i", link, "-t", "3", "-T", "3", "-A", "10", "-s", Environment.ProcessPath!],
        Stdout = $"{NodeFiles.Logs}/dhcp.log",
        Stderr = $"{NodeFiles.Logs}/dhcp.log",
    };

    private void OnEnded(string name, int status)
    {
        var link = name[ChildPrefix.Length..];
        children.Forget(name);
        bool again;
        lock (gate)
        {
            again = wanted.Contains(link);
            if (leaving.Remove(link, out var gone))
                gone.SetResult();
        }
        if (!again)
            return;
        CoreLog.Write($"the DHCP client of {link} ended with {WaitStatus.Say(status)}; it is started again");
        _ = RespawnAsync(link);
    }

    private async Task RespawnAsync(string link)
    {
        await Task.Delay(RespawnAfter);
        lock (gate)
            if (wanted.Contains(link) && !children.Runs(ChildPrefix + link))
                Spawn(link);
    }

    private async Task ListenAsync()
    {
        var buffer = new byte[NewsMax];
        while (true)
        {
            var count = await socket.ReceiveAsync(buffer);
            if (Parse(buffer.AsSpan(0, count)) is { } news)
                Tell(news);
        }
    }

    private void Tell(DhcpNews news)
    {
        lock (gate)
            if (!wanted.Contains(news.Link))
                return;
        if (news is { Event: "bound" or "renew", Lease: { } lease })
            post(at => new LeaseGranted(news.Link, lease) { At = at });
        else if (news.Event is "deconfig" or "nak")
            post(at => new LeaseLost(news.Link, $"udhcpc says {news.Event}") { At = at });
    }

    /// <summary>The news in a datagram, or null when it is none or holds a lease that is none.</summary>
    internal static DhcpNews? Parse(ReadOnlySpan<byte> datagram)
    {
        try
        {
            var news = JsonSerializer.Deserialize(datagram, CoreJson.Default.DhcpNews);
            return news is { Event: not null, Link: not null } && (news.Lease is null || IsLease(news.Lease)) ? news : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsLease(Lease lease) =>
        IpPrefix.TryParse(lease.Address, out var address) && address is { IsV6: false, Length: > 0 } && (lease.Router is null || DhcpScript.IsV4(lease.Router))
        && lease.Dns.All(DhcpScript.IsV4) && lease.Dns.Count <= DhcpScript.DnsMax && lease.Seconds >= 0;

    public static string FileOf(string link) => $"{NodeFiles.Dhcp}/{link}.json";

    private static Lease? Saved(string link) => File.Exists(FileOf(link)) ? Parse(File.ReadAllBytes(FileOf(link)))?.Lease : null;

    public void Dispose() => socket.Dispose();
}
