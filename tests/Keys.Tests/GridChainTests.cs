using System.Security.Cryptography;
using System.Text;
using G8os.Decisions.Keys;
using G8os.Model;
using G8os.Model.Wire;
using Xunit;
using static G8os.Keys.Tests.TestGrid;

namespace G8os.Keys.Tests;

public sealed class GridChainTests : IDisposable
{
    private readonly ECDsa root = NewKey(), next = NewKey(), stranger = NewKey();

    private string Pin => Id(root);

    [Fact]
    public void The_pin_anchors_version_1_and_the_root_signs_the_next()
    {
        var one = Document(1, root);
        var two = one with { Version = 2, Name = "renamed" };
        var accepted = Assert.IsType<GridAccepted>(GridChain.Follow(Pin, null, [Sign(one, root), Sign(two, root)]));
        Assert.Equal(two, accepted.Grid);
        Assert.Equal(two, GridChain.Read(accepted.Signed!));
        Assert.Equal(Pin, GridChain.PinOf(accepted.Grid));
    }

    [Fact]
    public void A_new_root_needs_the_old_and_the_new_signature()
    {
        var one = Document(1, root);
        var two = Document(2, next);
        Assert.IsType<GridAccepted>(GridChain.Follow(Pin, one, [Sign(two, root, next)]));
        Refused(GridFault.BadSignature, one, Sign(two, root));
        Refused(GridFault.BadSignature, one, Sign(two, next));
        // From then on the new root alone counts, also when the pin is still the first one's.
        Assert.IsType<GridAccepted>(GridChain.Follow(Pin, two, [Sign(two with { Version = 3 }, next)]));
        Refused(GridFault.BadSignature, two, Sign(two with { Version = 3 }, root));
    }

    [Fact]
    public void Versions_never_go_down_and_none_is_left_out()
    {
        var five = Document(5, root);
        Refused(GridFault.Rollback, five, Sign(five with { Version = 4 }, root));
        Refused(GridFault.Rollback, five, Sign(five with { Name = "another fifth" }, root));
        Refused(GridFault.Gap, five, Sign(five with { Version = 7 }, root));
        Refused(GridFault.Gap, null, Sign(five, root));
    }

    [Fact]
    public void Nothing_newer_keeps_what_is_known()
    {
        var one = Document(1, root);
        Assert.Equal(new GridAccepted(one, null), GridChain.Follow(Pin, one, []));
        Assert.Equal(new GridAccepted(one, null), GridChain.Follow(Pin, one, [Sign(one, root)]));
        Refused(GridFault.Nothing, null);
    }

    [Fact]
    public void A_wrong_pin_or_signature_is_said_as_such()
    {
        Assert.Equal(GridFault.WrongPin, Assert.IsType<GridRefused>(GridChain.Follow(Id(stranger), null, [Sign(Document(1, root), root)])).Fault);
        Refused(GridFault.BadSignature, null, Sign(Document(1, root), stranger));
        Refused(GridFault.BadSignature, null, Sign(Document(1, root)));
    }

    [Fact]
    public void The_exact_bytes_are_verified()
    {
        var signed = Sign(Document(1, root), root);
        var text = Encoding.UTF8.GetString(Convert.FromBase64String(signed.Payload));
        var changed = Convert.ToBase64String(Encoding.UTF8.GetBytes(text.Replace("\"test\"", "\"Test\"", StringComparison.Ordinal)));
        Refused(GridFault.BadSignature, null, signed with { Payload = changed });
        // Another spelling of the same document is another document.
        Refused(GridFault.BadSignature, null, signed with { Payload = Convert.ToBase64String(Encoding.UTF8.GetBytes(text + " ")) });
    }

    [Theory]
    [InlineData("not base64!")]
    [InlineData("")]
    [InlineData("bnVsbA==")]
    [InlineData("e30=")]
    [InlineData("W10=")]
    public void Rubbish_is_refused(string payload) =>
        Refused(GridFault.Malformed, null, new SignedDocument { Payload = payload, Signatures = [] });

    [Fact]
    public void Rubbish_in_a_well_signed_document_is_refused()
    {
        var bad = Document(1, root) with { Controllers = [new ControllerKey("ac1", "AAAA")] };
        Refused(GridFault.Malformed, null, Sign(bad, root));
        Refused(GridFault.Malformed, null, Sign(Document(1, root) with { SessionPort = 0 }, root));
        Refused(GridFault.Malformed, null, Sign(new byte[GridChain.MaxPayload + 1], root));
        var one = Sign(Document(1, root), root);
        Refused(GridFault.Malformed, null, [.. Enumerable.Repeat(one, GridChain.MaxDocuments + 1)]);
        Refused(GridFault.Malformed, null, new SignedDocument[] { null! });
        Refused(GridFault.BadSignature, null, one with { Signatures = new DocumentSignature[] { null! }.ToValues() });
    }

    [Fact]
    public void One_bad_document_spoils_the_list()
    {
        var one = Document(1, root);
        Refused(GridFault.BadSignature, null, Sign(one, root), Sign(one with { Version = 2 }, stranger));
    }

    private void Refused(GridFault fault, GridDocument? known, params SignedDocument[] offered)
    {
        var refused = Assert.IsType<GridRefused>(GridChain.Follow(Pin, known, offered));
        Assert.Equal(fault, refused.Fault);
        Assert.NotEmpty(refused.Reason);
    }

    public void Dispose()
    {
        root.Dispose();
        next.Dispose();
        stranger.Dispose();
    }
}
