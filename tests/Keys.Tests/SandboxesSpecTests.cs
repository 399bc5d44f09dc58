using System.Text;
using System.Text.Json;
using G8os.Decisions.Keys;
using G8os.Decisions.Sandboxes;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;
using Xunit;

namespace G8os.Keys.Tests;

/// <summary>Nothing is mounted that no publisher of the grid signed; each refusal says why and stops nobody else.</summary>
public sealed class SandboxesSpecTests
{
    private static SandboxWanted Signed(string reference, System.Security.Cryptography.ECDsa publisher, bool tool = true)
    {
        var payload = JsonSerializer.SerializeToUtf8Bytes(new SandboxManifest
        {
            Name = reference.Split('@')[0], Version = reference.Split('@')[1], Image = ObjectHash.Of(Encoding.UTF8.GetBytes(reference)),
            ImageSize = 4096, Entries = 3, Files = 1, Objects = 1, Bytes = 5,
        }, WireJson.Default.SandboxManifest);
        var signature = new DocumentSignature(TestGrid.Id(publisher), Convert.ToBase64String(P256.Sign(publisher, SandboxJudge.SignedBytes(payload))));
        return new(reference, new SignedDocument { Payload = Convert.ToBase64String(payload), Signatures = [signature] }, tool, !tool);
    }

    [Fact]
    public void Each_is_judged_alone()
    {
        using var publisher = TestGrid.NewKey();
        using var stranger = TestGrid.NewKey();
        using var root = TestGrid.NewKey();
        var grid = TestGrid.Document(1, root) with { SandboxPublishers = [TestGrid.Base64(publisher)] };
        SandboxWanted good = Signed("os-tools@1", publisher), second = Signed("os-tools@2", publisher), app = Signed("web@1", publisher, tool: false);
        var wanted = new[] { good, second, app, good, Signed("foreign@1", stranger), good with { Sandbox = "no name" }, good with { Sandbox = "other@1" }, Signed("bare@1", publisher) with { Manifest = good.Manifest with { Signatures = [] } } };
        var spec = SandboxesSpec.Judge(wanted, grid);
        Assert.Equal(["os-tools@1", "web@1"], spec.Sandboxes.Select(one => one.Ref.ToString()));
        Assert.Equal((true, false), (spec.Sandboxes[0].Tool, spec.Sandboxes[0].Pinned));
        Assert.Equal((false, true), (spec.Sandboxes[1].Tool, spec.Sandboxes[1].Pinned));
        Assert.Equal(ObjectHash.Of("os-tools@1"u8), spec.Sandboxes[0].Image);
        Assert.Contains("shows os-tools@1 already", spec.Refused.Find("os-tools@2"));
        Assert.Contains("wanted twice", spec.Refused.Find("os-tools@1"));
        Assert.Contains("which is no publisher of this grid", spec.Refused.Find("foreign@1"));
        Assert.Contains("its name is none", spec.Refused.Find("no name"));
        Assert.Contains("not of other@1", spec.Refused.Find("other@1"));
        Assert.Contains("is not signed", spec.Refused.Find("bare@1"));
        Assert.Empty(SandboxesSpec.Judge(wanted, null).Sandboxes);
    }
}
