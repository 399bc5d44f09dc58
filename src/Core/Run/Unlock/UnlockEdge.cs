using System.Security.Cryptography;
using G8os.Core.Init;
using G8os.Decisions;
using G8os.Decisions.Boot;
using G8os.Decisions.Keys;
using G8os.Model.Wire;

namespace G8os.Core.Run.Unlock;

/// <summary>Posts the MACs and retrieves the controller's half of the disk key (seed); the whole key goes to init and nowhere else.</summary>
internal static class UnlockEdge
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    public static async Task<IReadOnlyList<Event>> RunAsync(UplinkApi uplink, InitClient init)
    {
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var signature = "";
        var verdict = await uplink.AskAsync((api, challenge, stop) =>
        {
            var request = new UnlockRequest
            {
                NodeId = uplink.Identity.Id,
                Identity = uplink.Identity.Spki,
                Macs = uplink.Macs,
                Facts = Facts.Read(),
                Challenge = challenge,
                EphemeralKey = Convert.ToBase64String(ephemeral.ExportSubjectPublicKeyInfo()),
            };
            return api.PostAsync(Routes.Unlock, request, WireJson.Default.UnlockRequest, uplink.Identity, null, (body, key, sign, sent, grid) =>
            {
                signature = sent;
                return AnswerJudge.Unlock(body, key, sign, sent, grid);
            }, stop);
        }, Limit);
        var answer = verdict.Answer!;
        if (answer.Standing != Standing.Accepted)
            return [new EnrollAnswered(answer.Standing, "", answer.Reason) { At = NodeClock.Monotonic }, new WorkFailed(Work.Unlock, answer.Reason) { At = NodeClock.Monotonic }];
        if (AnswerJudge.OpenShare(answer, ephemeral, signature) is not { } share)
            return [new WorkFailed(Work.Unlock, "the controller's share was not sealed to our key") { At = NodeClock.Monotonic }];
        Hand(share, uplink.Identity.Id, init);
        return [new Unlocked(answer.MayCreate) { At = NodeClock.Monotonic }];
    }

    private static void Hand(byte[] controllerShare, string nodeId, InitClient init)
    {
        var key = GC.AllocateArray<byte>(DiskKey.Length, pinned: true);
        var nodeShare = File.ReadAllBytes(NodeFiles.Share);
        try
        {
            DiskKey.Derive(nodeShare, controllerShare, nodeId, key);
            init.PutKey(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(nodeShare);
            CryptographicOperations.ZeroMemory(controllerShare);
        }
    }
}
