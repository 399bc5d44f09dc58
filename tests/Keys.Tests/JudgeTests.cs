using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using G8os.Decisions.Keys;
using G8os.Model.Wire;
using Xunit;
using static G8os.Keys.Tests.TestGrid;

namespace G8os.Keys.Tests;

public sealed class JudgeTests : IDisposable
{
    private const string Nonce = "bm9uY2U=";
    private readonly ECDsa root = NewKey(), one = NewKey(), two = NewKey(), stranger = NewKey();
    private readonly GridDocument grid;

    public JudgeTests() => grid = Document(1, root, ("ac1", one), ("ac2", two));

    [Fact]
    public void A_signed_answer_with_our_nonce_is_a_controllers()
    {
        var verdict = Judge(one, Ping("ac1"));
        Assert.Equal(PingFinding.Ok, verdict.Finding);
        Assert.Equal("ac1", verdict.Controller);
        Assert.Equal(TimeSpan.FromHours(3), verdict.Behind);
        Assert.Equal("a challenge", verdict.Challenge);
        Assert.Equal(7, verdict.Epoch);
    }

    [Fact]
    public void Strangers_are_told_apart()
    {
        Assert.Equal(PingFinding.UnknownKey, Judge(stranger, Ping("ac1")).Finding);
        Assert.Equal(PingFinding.WrongNonce, Judge(one, Ping("ac1") with { Nonce = "other" }).Finding);
        Assert.Equal(PingFinding.Malformed, Judge(one, Ping("ac2")).Finding);
        var body = Bytes(Ping("ac1"));
        Assert.Equal(PingFinding.NotSigned, PingJudge.Judge(body, null, null, Nonce, grid, Now).Finding);
        Assert.Equal(PingFinding.NotSigned, PingJudge.Judge("<html>log in</html>"u8, Id(one), "AAAA", Nonce, grid, Now).Finding);
        Assert.Equal(PingFinding.WrongSignature, PingJudge.Judge(body, Id(one), Signature(two, Routes.Ping, Nonce, body), Nonce, grid, Now).Finding);
        Assert.Equal(PingFinding.WrongSignature, PingJudge.Judge(body, Id(one), Signature(one, Routes.Ping, "older", body), Nonce, grid, Now).Finding);
        Assert.Equal(PingFinding.WrongSignature, PingJudge.Judge(body, Id(one), Signature(one, Routes.Unlock, Nonce, body), Nonce, grid, Now).Finding);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"controller\":null,\"nonce\":\"bm9uY2U=\",\"time\":\"2030-01-01T00:00:00Z\",\"epoch\":1,\"load\":0,\"challenge\":\"\"}")]
    [InlineData("{\"controller\":\"ac1\",\"nonce\":\"bm9uY2U=\",\"time\":\"yesterday\",\"epoch\":1,\"load\":0,\"challenge\":\"\"}")]
    public void Signed_rubbish_is_refused(string text)
    {
        var body = Encoding.UTF8.GetBytes(text);
        Assert.Equal(PingFinding.Malformed, PingJudge.Judge(body, Id(one), Signature(one, Routes.Ping, Nonce, body), Nonce, grid, Now).Finding);
    }

    [Fact]
    public void Every_changed_byte_is_noticed()
    {
        var body = Bytes(Ping("ac1"));
        var signature = Signature(one, Routes.Ping, Nonce, body);
        for (var i = 0; i < body.Length; i++)
        {
            var changed = (byte[])body.Clone();
            changed[i] ^= 0x20;
            Assert.Equal(PingFinding.WrongSignature, PingJudge.Judge(changed, Id(one), signature, Nonce, grid, Now).Finding);
        }
    }

    [Fact]
    public void Answers_are_bound_to_path_and_request()
    {
        var answer = new EnrollAnswer { Standing = Standing.Accepted, Name = "node-1", Challenge = "c" };
        var body = JsonSerializer.SerializeToUtf8Bytes(answer, WireJson.Default.EnrollAnswer);
        var request = Convert.ToBase64String(new byte[64]);
        var signature = Signature(one, Routes.Enroll, request, body);
        var verdict = AnswerJudge.Enroll(body, Id(one), signature, request, grid);
        Assert.Equal((AnswerFinding.Ok, "ac1", answer), (verdict.Finding, verdict.Controller, verdict.Answer));
        Assert.Equal(AnswerFinding.WrongSignature, AnswerJudge.Unlock(body, Id(one), signature, request, grid).Finding);
        Assert.Equal(AnswerFinding.WrongSignature, AnswerJudge.Enroll(body, Id(one), signature, "another", grid).Finding);
        Assert.Equal(AnswerFinding.UnknownKey, AnswerJudge.Enroll(body, Id(stranger), signature, request, grid).Finding);
        Assert.Equal(AnswerFinding.NotSigned, AnswerJudge.Enroll(body, Id(one), null, request, grid).Finding);
    }

    [Fact]
    public void No_challenge_means_unproven()
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new UnlockAnswer { Standing = Standing.Refused, Challenge = "" }, WireJson.Default.UnlockAnswer);
        var verdict = AnswerJudge.Unlock(body, Id(two), Signature(two, Routes.Unlock, "r", body), "r", grid);
        Assert.Equal(AnswerFinding.Unproven, verdict.Finding);
        Assert.Null(verdict.Answer);
    }

    [Fact]
    public void A_share_opens_only_for_its_request()
    {
        using var ephemeral = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        using var sender = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var share = RandomNumberGenerator.GetBytes(DiskKey.Length);
        var signature = RandomNumberGenerator.GetBytes(P256.SignatureLength);
        var sealedShare = Hpke.Seal(sender, ephemeral.ExportSubjectPublicKeyInfo(), AnswerJudge.ShareInfo, signature, share);
        var answer = new UnlockAnswer { Standing = Standing.Accepted, Challenge = "c", SealedShare = Convert.ToBase64String(sealedShare) };
        Assert.Equal(share, AnswerJudge.OpenShare(answer, ephemeral, Convert.ToBase64String(signature)));
        Assert.Null(AnswerJudge.OpenShare(answer, sender, Convert.ToBase64String(signature)));
        Assert.Null(AnswerJudge.OpenShare(answer, ephemeral, Convert.ToBase64String(new byte[64])));
        Assert.Null(AnswerJudge.OpenShare(answer with { SealedShare = null }, ephemeral, Convert.ToBase64String(signature)));
    }

    [Fact]
    public void What_is_left_out_of_a_message_has_its_default()
    {
        var job = JsonSerializer.Deserialize("{\"command\":[\"true\"]}", WireJson.Default.JobRequest)!;
        Assert.Equal((3600, 60, 0, 0), (job.MaxTimeSeconds, job.ExpiresSeconds, job.Nodes.Count, job.Labels.Count));
        Assert.Empty(JsonSerializer.Deserialize("{}", WireJson.Default.NodeFacts)!.DiskSerials);
        Assert.Throws<JsonException>(() => JsonSerializer.Deserialize("{\"diskSerials\":null}", WireJson.Default.NodeFacts));
    }

    private static PingAnswer Ping(string controller) => new()
    {
        Controller = controller,
        Nonce = Nonce,
        Time = Now.AddHours(3),
        Epoch = 7,
        Load = 0.5,
        Challenge = "a challenge",
    };

    private PingVerdict Judge(ECDsa key, PingAnswer answer)
    {
        var body = Bytes(answer);
        return PingJudge.Judge(body, Id(key), Signature(key, Routes.Ping, Nonce, body), Nonce, grid, Now);
    }

    private static byte[] Bytes(PingAnswer answer) => JsonSerializer.SerializeToUtf8Bytes(answer, WireJson.Default.PingAnswer);

    private static string Signature(ECDsa key, string path, string binding, byte[] body) =>
        Convert.ToBase64String(P256.Sign(key, NodeSignature.AnswerBytes(path, binding, body)));

    public void Dispose()
    {
        root.Dispose();
        one.Dispose();
        two.Dispose();
        stranger.Dispose();
    }
}
