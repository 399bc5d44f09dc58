using System.Security.Cryptography;
using System.Text.Json;
using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Apps;
using G8os.Model.Grid;
using G8os.Model.Wire;
using Xunit;
using static G8os.Keys.Tests.TestGrid;

namespace G8os.Keys.Tests;

public sealed class ManifestJudgeTests : IDisposable
{
    private const string Node = "0123456789abcdef0123456789abcdef";
    private readonly ECDsa root = NewKey(), signer = NewKey(), stranger = NewKey();
    private readonly GridDocument grid;

    public ManifestJudgeTests() => grid = Document(1, root) with { NodeManifestKey = Base64(signer) };

    private static NodeManifest Manifest(params AppSpec[] apps) => new() { Node = Node, Name = "gent-01", Generation = 7, Commit = "c0ffee", Apps = apps.ToValues() };

    private static AppSpec App(string name, string exec = "/bin/shop") => new() { Name = name, Sandbox = "shop@1", Process = new ProcessSpec { Exec = exec } };

    private static byte[] Bytes(SignedDocument document) => JsonSerializer.SerializeToUtf8Bytes(document, WireJson.Default.SignedDocument);

    private ManifestVerdict Judge(NodeManifest manifest, ECDsa? by = null, string node = Node, long generation = 7, GridDocument? known = null) =>
        ManifestJudge.Judge(Bytes(ManifestJudge.Sign(manifest, by ?? signer)), known ?? grid, node, generation);

    [Fact]
    public void A_signed_manifest_for_this_node_is_gone_by()
    {
        var manifest = Manifest(App("shop"));
        Assert.Equal(manifest, Judge(manifest).Manifest);
        Assert.Equal(manifest, Judge(manifest, generation: 6).Manifest);
    }

    [Fact]
    public void Anything_else_is_refused_and_says_why()
    {
        Assert.Contains("not signed by", Judge(Manifest(), by: stranger).Reason, StringComparison.Ordinal);
        Assert.Contains("not signed by", Judge(Manifest(), by: root).Reason, StringComparison.Ordinal);
        Assert.Contains("is for node", Judge(Manifest(), node: new string('f', 32)).Reason, StringComparison.Ordinal);
        Assert.Contains("7 is older than 8", Judge(Manifest(), generation: 8).Reason, StringComparison.Ordinal);
        Assert.Contains("names no key", Judge(Manifest(), known: grid with { NodeManifestKey = null }).Reason, StringComparison.Ordinal);
        Assert.Contains("names no key", ManifestJudge.Judge(Bytes(ManifestJudge.Sign(Manifest(), signer)), null, Node, 0).Reason, StringComparison.Ordinal);
        Assert.Contains("not a signed document", ManifestJudge.Judge("{}"u8, grid, Node, 0).Reason, StringComparison.Ordinal);
        Assert.Contains("not a signed document", ManifestJudge.Judge("null"u8, grid, Node, 0).Reason, StringComparison.Ordinal);
        Assert.Contains("at most", ManifestJudge.Judge(new byte[2 * NodeManifest.MaxBytes + 1], grid, Node, 0).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_payload_is_refused()
    {
        var signed = ManifestJudge.Sign(Manifest(App("shop")), signer);
        var other = ManifestJudge.Sign(Manifest(App("evil")), stranger);
        Assert.Contains("not signed by", ManifestJudge.Judge(Bytes(signed with { Payload = other.Payload }), grid, Node, 0).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_signature_for_something_else_does_not_count()
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(Manifest(), WireJson.Default.NodeManifest);
        Assert.Contains("not signed by", ManifestJudge.Judge(Bytes(Sign(payload, signer)), grid, Node, 0).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../etc", "/bin/a", "the name of app")]
    [InlineData("", "/bin/a", "the name of app")]
    [InlineData("a/b", "/bin/a", "the name of app")]
    [InlineData("-a", "/bin/a", "the name of app")]
    [InlineData("a", "bin/a", "no absolute path")]
    public void Names_and_paths_that_would_leave_their_place_are_refused_even_when_signed(string name, string exec, string reason) =>
        Assert.Contains(reason, Judge(Manifest(App(name, exec))).Reason, StringComparison.Ordinal);

    [Fact]
    public void One_name_twice_is_refused() => Assert.Contains("twice", Judge(Manifest(App("a"), App("a"))).Reason, StringComparison.Ordinal);

    public void Dispose()
    {
        foreach (var key in new[] { root, signer, stranger })
            key.Dispose();
    }
}
