using System.Text.Json;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;

namespace G8os.Model.Tests;

public sealed class SandboxTests
{
    private const string Abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    [Fact]
    public void AHashHasOneText()
    {
        var hash = ObjectHash.Of("abc"u8);
        Assert.Equal(Abc, hash.ToString());
        Assert.Equal($"{Abc[..2]}/{Abc[2..]}", hash.Path);
        Assert.Equal(hash, ObjectHash.Parse(Abc));
        Assert.Equal(hash, new ObjectHash(hash.ToBytes()));
        Assert.True(ObjectHash.TryParsePath(hash.Path, out var again));
        Assert.Equal(hash, again);
        Assert.Equal(hash, ObjectHash.Of(new MemoryStream("abc"u8.ToArray())));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015a")]
    [InlineData("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ag")]
    [InlineData("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    public void AnythingElseIsNoHash(string? text)
    {
        Assert.False(ObjectHash.TryParse(text, out _));
        Assert.False(ObjectHash.TryParsePath(text, out _));
    }

    [Fact]
    public void HashesAreOrderedAsTheirTexts()
    {
        var hashes = Enumerable.Range(0, 500).Select(i => ObjectHash.Of(BitConverter.GetBytes(i))).ToArray();
        Assert.Equal(hashes.Select(hash => hash.ToString()).Order(StringComparer.Ordinal), hashes.Order().Select(hash => hash.ToString()));
    }

    [Theory]
    [InlineData("os-tools@12.1", true)]
    [InlineData("g8os@0.1.0+g1a2b", true)]
    [InlineData("7@7", true)]
    [InlineData("os-tools", false)]
    [InlineData("os-tools@", false)]
    [InlineData("@1", false)]
    [InlineData("a@1@2", false)]
    [InlineData("A@1", false)]
    [InlineData("-a@1", false)]
    [InlineData("a-@1", false)]
    [InlineData("a@.1", false)]
    [InlineData("a@../1", false)]
    [InlineData("a@1:2", false)]
    [InlineData("a@1,2", false)]
    [InlineData("a_b@1", false)]
    [InlineData("é@1", false)]
    public void NamesAndVersionsAreDirectoryNamesAnywhere(string text, bool valid)
    {
        Assert.Equal(valid, SandboxRef.TryParse(text, out var sandbox));
        Assert.Equal(valid ? text : "@", sandbox.ToString());
    }

    [Fact]
    public void NamesAreBounded()
    {
        Assert.True(SandboxRef.IsName(new('a', SandboxRef.MaxName)));
        Assert.False(SandboxRef.IsName(new('a', SandboxRef.MaxName + 1)));
        Assert.False(SandboxRef.IsVersion(new('1', SandboxRef.MaxVersion + 1)));
    }

    [Fact]
    public void AManifestIsTheSameAfterTheWire()
    {
        var manifest = new SandboxManifest { Name = "hello", Version = "1.0", Image = ObjectHash.Parse(Abc), ImageSize = 4096, Entries = 3, Files = 2, Objects = 1, Bytes = 7, Path = ["bin"] };
        var json = JsonSerializer.Serialize(manifest, WireJson.Default.SandboxManifest);
        Assert.Contains($"\"image\":\"{Abc}\"", json, StringComparison.Ordinal);
        Assert.Equal(manifest, JsonSerializer.Deserialize(json, WireJson.Default.SandboxManifest));
        Assert.ThrowsAny<JsonException>(() => JsonSerializer.Deserialize(json.Replace(Abc, "abc", StringComparison.Ordinal), WireJson.Default.SandboxManifest));
    }
}
