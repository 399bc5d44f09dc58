using System.Security.Cryptography;
using System.Text;
using G8os.Decisions.Boot;
using G8os.Decisions.Keys;
using G8os.Model.Wire;

namespace G8os.Core.Run.Unlock;

/// <summary>Makes the node known to the controller; a pending node waits in a long-poll.</summary>
internal static class EnrollEdge
{
    private const int WaitSeconds = 50;
    private const int TokenMax = 4096;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(WaitSeconds + 15);

    public static async Task<BootEvent> RunAsync(UplinkApi uplink)
    {
        var verdict = await uplink.AskAsync((api, challenge, stop) =>
        {
            var request = new EnrollRequest
            {
                NodeId = uplink.Identity.Id,
                Identity = uplink.Identity.Spki,
                Macs = uplink.Macs,
                Facts = Facts.Read(),
                SealedToken = SealedToken(uplink),
                Challenge = challenge,
                WaitSeconds = WaitSeconds,
            };
            return api.PostAsync(Routes.Enroll, request, WireJson.Default.EnrollRequest, uplink.Identity, null, AnswerJudge.Enroll, stop);
        }, Limit);
        var answer = verdict.Answer!;
        return new EnrollAnswered(answer.Standing, answer.Name, answer.Reason) { At = NodeClock.Monotonic };
    }

    /// <summary>The join token on the medium, readable by no one on the way.</summary>
    private static string? SealedToken(UplinkApi uplink)
    {
        if (!File.Exists(NodeFiles.JoinToken) || new FileInfo(NodeFiles.JoinToken).Length > TokenMax)
            return null;
        var token = File.ReadAllText(NodeFiles.JoinToken).Trim();
        if (token.Length == 0 || P256.DecodeSpki(uplink.Grid.Known?.SealKey) is not { } key)
            return null;
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        return Convert.ToBase64String(Hpke.Seal(ephemeral, key, AnswerJudge.TokenInfo, Encoding.ASCII.GetBytes(uplink.Identity.Id), Encoding.UTF8.GetBytes(token)));
    }
}
