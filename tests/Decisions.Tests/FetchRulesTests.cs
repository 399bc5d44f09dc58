using G8os.Decisions.Sandboxes;
using Xunit;

namespace G8os.Decisions.Tests;

public sealed class FetchRulesTests
{
    private static FetchAttempt[] Round(params FetchFinding[] findings) => [.. findings.Select((finding, number) => new FetchAttempt($"https://192.0.2.{number + 1}:8444", finding, $"{finding}"))];

    [Fact]
    public void Only_what_may_be_better_soon_is_asked_again_and_not_for_ever()
    {
        Assert.Equal(200, FetchRules.Again(Round(FetchFinding.Unreachable), 1, 0));
        Assert.Equal(200, FetchRules.Again([], 1, 0));
        Assert.Equal(400, FetchRules.Again(Round(FetchFinding.Missing, FetchFinding.Unreachable), 2, 1000));
        Assert.Equal(2000, FetchRules.Again(Round(FetchFinding.Unreachable), 40, 1000));
        Assert.Null(FetchRules.Again(Round(FetchFinding.Unreachable), 2, FetchRules.Patience));
        Assert.Null(FetchRules.Again(Round(FetchFinding.Missing, FetchFinding.Damaged, FetchFinding.Refused), 1, 0));
        Assert.Null(FetchRules.Again(Round(FetchFinding.Unreachable, FetchFinding.NoRoom), 1, 0));
    }

    [Fact]
    public void An_object_is_missing_only_when_everybody_says_so()
    {
        Assert.True(FetchRules.IsMissing(Round(FetchFinding.Missing, FetchFinding.Missing)));
        Assert.False(FetchRules.IsMissing(Round(FetchFinding.Missing, FetchFinding.Unreachable)));
        Assert.False(FetchRules.IsMissing([]));
    }

    [Fact]
    public void All_sources_are_named()
    {
        Assert.Equal("https://192.0.2.1:8444: Missing; https://192.0.2.2:8444: Damaged", FetchRules.Say(Round(FetchFinding.Missing, FetchFinding.Damaged)));
        Assert.Equal("no controller is known yet", FetchRules.Say([]));
    }
}
