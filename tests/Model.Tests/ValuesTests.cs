using System.Text.Json;
using G8os.Model.Wire;

namespace G8os.Model.Tests;

public sealed class ValuesTests
{
    [Fact]
    public void ListsAreEqualWhenTheirItemsAre()
    {
        Values<string> one = ["a", "b"];
        Values<string> two = ["a", "b"];
        Assert.Equal(one, two);
        Assert.Equal(one.GetHashCode(), two.GetHashCode());
        Assert.True(one.Equals((object)two));
        Assert.False(one.Equals(["b", "a"]));
        Assert.False(one.Equals(["a"]));
        Assert.False(one.Equals(null));
        Assert.NotEqual<Values<int>>([1], [1, 0]);
    }

    [Fact]
    public void RecordsThatHoldListsAreEqualByValue()
    {
        var one = new JobRequest { Command = ["uname", "-a"], Nodes = ["n1"] };
        Assert.Equal(one.Command, (one with { Command = ["uname", "-a"] }).Command);
        Assert.Equal(new SshUser("root", ["ssh-ed25519 AAAA"]), new SshUser("root", ["ssh-ed25519 AAAA"]));
        Assert.NotEqual(new SshUser("root", ["a"]), new SshUser("root", ["b"]));
    }

    [Fact]
    public void WithLeavesTheFirstListAsItWas()
    {
        Values<int> one = [1];
        var two = one.With(2);
        Assert.Equal([1], one);
        Assert.Equal([1, 2], two);
    }

    [Fact]
    public void AListIsNeverChanged()
    {
        ICollection<int> list = (Values<int>)[1, 2];
        Assert.True(list.IsReadOnly);
        Assert.ThrowsAny<Exception>(list.Clear);
        Assert.ThrowsAny<Exception>(() => list.Remove(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((Values<int>)[1])[1]);
    }

    [Fact]
    public void AListThatSomeoneHoldsIsNotAddedTo()
    {
        Assert.ThrowsAny<Exception>(() => ((ICollection<int>)Values<int>.Empty).Add(1));
        Assert.ThrowsAny<Exception>(() => ((ICollection<int>)(Values<int>)[1, 2]).Add(3));
        Assert.Empty(Values<int>.Empty);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    public void JsonKeepsItemsAndOrder(int count)
    {
        var users = new CertificateAnswer
        {
            Standing = Standing.Accepted,
            Challenge = "c",
            SshUsers = Enumerable.Range(0, count).Select(i => new SshUser($"user{i}", [$"key{i}", "b", "c", "d", "e"])).ToValues(),
        };
        var json = JsonSerializer.Serialize(users, WireJson.Default.CertificateAnswer);
        Assert.Equal(users, JsonSerializer.Deserialize(json, WireJson.Default.CertificateAnswer));
    }

    [Fact]
    public void ReadingJsonDoesNotFillTheSharedEmptyList()
    {
        var json = """{"standing":"accepted","challenge":"c","sshUsers":[{"name":"root","keys":["k"]}]}""";
        var answer = JsonSerializer.Deserialize(json, WireJson.Default.CertificateAnswer)!;
        Assert.Equal("root", Assert.Single(answer.SshUsers).Name);
        Assert.Empty(Values<SshUser>.Empty);
        Assert.Empty(new CertificateAnswer { Standing = Standing.Accepted, Challenge = "c" }.SshUsers);
    }
}
