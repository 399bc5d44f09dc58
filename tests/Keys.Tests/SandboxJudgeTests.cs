using System.Security.Cryptography;
using System.Text.Json;
using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;
using Xunit;
using static G8os.Keys.Tests.TestGrid;

namespace G8os.Keys.Tests;

public sealed class SandboxJudgeTests : IDisposable
{
    private static readonly SandboxRef Hello = new("hello", "1.0");
    private static readonly SandboxManifest Manifest = new()
    {
        Name = "hello", Version = "1.0", Image = ObjectHash.Of("image"u8), ImageSize = 4096, Entries = 3, Files = 2, Objects = 1, Bytes = 7, Path = ["usr/bin"],
    };
    private readonly ECDsa root = NewKey(), publisher = NewKey(), second = NewKey(), stranger = NewKey();

    private GridDocument Grid => Document(1, root) with { SandboxPublishers = [Base64(publisher), Base64(second)] };

    [Fact]
    public void WhatAPublisherSignedIsAccepted()
    {
        Assert.Equal(new SandboxAccepted(Manifest, Id(publisher)), SandboxJudge.Judge(Signed(Manifest, publisher), Hello, Grid));
        Assert.Equal(new SandboxAccepted(Manifest, Id(second)), SandboxJudge.Judge(Signed(Manifest, stranger, second), Hello, Grid));
    }

    [Fact]
    public void UnsignedIsRefused()
    {
        Refused(SandboxFault.Unsigned, Signed(Manifest));
        Refused(SandboxFault.Malformed, null);
    }

    [Fact]
    public void AForeignKeyIsRefusedAndNamed()
    {
        var refused = Refused(SandboxFault.UnknownPublisher, Signed(Manifest, stranger));
        Assert.Contains(Id(stranger), refused.Reason, StringComparison.Ordinal);
        // The root signs grid documents; that makes it no publisher.
        Refused(SandboxFault.UnknownPublisher, Signed(Manifest, root));
        Assert.Equal(SandboxFault.UnknownPublisher, Assert.IsType<SandboxRefused>(SandboxJudge.Judge(Signed(Manifest, publisher), Hello, Document(1, root))).Fault);
    }

    [Fact]
    public void AnotherPayloadUnderTheSameSignatureIsRefused()
    {
        var signed = Signed(Manifest, publisher);
        var other = Signed(Manifest with { Image = ObjectHash.Of("another image"u8) });
        Refused(SandboxFault.WrongSignature, signed with { Payload = other.Payload });
        // A stranger who claims the publisher's id.
        Refused(SandboxFault.WrongSignature, signed with { Signatures = [new(Id(publisher), Signed(Manifest, stranger).Signatures[0].Signature)] });
        Refused(SandboxFault.WrongSignature, signed with { Signatures = [new(Id(publisher), "AAAA")] });
    }

    [Fact]
    public void ASignatureForAnotherPurposeIsRefused()
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(Manifest, WireJson.Default.SandboxManifest);
        Refused(SandboxFault.WrongSignature, Sign(payload, publisher));
    }

    [Fact]
    public void ReplayingAnotherNameOrVersionIsRefused()
    {
        Refused(SandboxFault.OtherSandbox, Signed(Manifest with { Name = "other" }, publisher));
        Refused(SandboxFault.OtherSandbox, Signed(Manifest with { Version = "2.0" }, publisher));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("no json")]
    public void RubbishThatIsSignedIsRefused(string json) =>
        Refused(SandboxFault.Malformed, Signed(System.Text.Encoding.UTF8.GetBytes(json), publisher));

    [Fact]
    public void AManifestAgainstTheRulesIsRefused()
    {
        SandboxManifest[] bad =
        [
            Manifest with { Name = "../hello" }, Manifest with { Version = "" }, Manifest with { ImageSize = 0 }, Manifest with { Files = 4 },
            Manifest with { Objects = 3 }, Manifest with { Bytes = -1 }, Manifest with { Path = ["/usr/bin"] }, Manifest with { Path = ["usr/../../bin"] },
        ];
        Assert.All(bad, manifest => Refused(SandboxFault.Malformed, Signed(manifest, publisher)));
        Refused(SandboxFault.Malformed, Signed(new byte[SandboxManifest.MaxBytes + 1], publisher));
        Refused(SandboxFault.Malformed, Signed(Manifest, publisher) with { Payload = "not base64!" });
        Refused(SandboxFault.Unsigned, Signed(Manifest, publisher) with { Signatures = [] });
        Refused(SandboxFault.UnknownPublisher, Signed(Manifest) with { Signatures = new DocumentSignature[] { null! }.ToValues() });
        // What lies beyond the limit is not looked at.
        Refused(SandboxFault.UnknownPublisher, Signed(Manifest, [.. Enumerable.Repeat(stranger, SandboxJudge.MaxSignatures), publisher]));
    }

    private static SignedDocument Signed(SandboxManifest manifest, params ECDsa[] signers) =>
        Signed(JsonSerializer.SerializeToUtf8Bytes(manifest, WireJson.Default.SandboxManifest), signers);

    private static SignedDocument Signed(byte[] payload, params ECDsa[] signers) => new()
    {
        Payload = Convert.ToBase64String(payload),
        Signatures = signers.Select(key => new DocumentSignature(Id(key), Convert.ToBase64String(P256.Sign(key, SandboxJudge.SignedBytes(payload))))).ToValues(),
    };

    private SandboxRefused Refused(SandboxFault fault, SignedDocument? signed)
    {
        var refused = Assert.IsType<SandboxRefused>(SandboxJudge.Judge(signed, Hello, Grid));
        Assert.Equal(fault, refused.Fault);
        Assert.NotEmpty(refused.Reason);
        return refused;
    }

    public void Dispose()
    {
        foreach (var key in (ECDsa[])[root, publisher, second, stranger])
            key.Dispose();
    }
}
