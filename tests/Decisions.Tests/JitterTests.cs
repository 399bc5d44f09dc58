using Xunit;

namespace G8os.Decisions.Tests;

public sealed class JitterTests
{
    [Fact]
    public void Numbers_stay_within_their_bounds_and_reach_both()
    {
        var jitter = new Jitter(1);
        var seen = new HashSet<long>();
        for (var turn = 0; turn < 1_000; turn++)
        {
            (jitter, var value) = jitter.Between(-2, 2);
            Assert.InRange(value, -2, 2);
            seen.Add(value);
        }
        Assert.Equal(5, seen.Count);
    }

    [Fact]
    public void The_same_seed_draws_the_same() => Assert.Equal(new Jitter(9).Between(0, 1_000_000), new Jitter(9).Between(0, 1_000_000));

    [Fact]
    public void A_back_off_doubles_to_its_cap_and_never_rests_less_than_a_quarter_second()
    {
        var backoff = new Backoff(1_000, 30_000, 0);
        var jitter = new Jitter(3);
        var most = 1_000;
        for (var turn = 0; turn < 100; turn++, most = Math.Min(most * 2, 30_000))
        {
            (backoff, jitter, var wait) = backoff.Draw(jitter);
            Assert.InRange(wait, 250, most);
        }
        Assert.Equal(0, backoff.Reset().Attempt);
        Assert.InRange(backoff.Draw(jitter, 500).Wait, 250, 500);
        Assert.Equal(10, backoff.Draw(jitter, 10).Wait);
    }
}
