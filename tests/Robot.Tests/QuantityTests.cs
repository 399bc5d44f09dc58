using G8os.Robot.Yaml;

namespace G8os.Robot.Tests;

/// <summary>Numbers and units: one way to write each.</summary>
public sealed class QuantityTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("250ms", 250)]
    [InlineData("10s", 10_000)]
    [InlineData("5m", 300_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("90m", 5_400_000)]
    public void Durations(string text, long milliseconds) => Assert.Equal(milliseconds, Quantity.Duration(text));

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("s")]
    [InlineData("10 s")]
    [InlineData(" 10s")]
    [InlineData("10S")]
    [InlineData("010s")]
    [InlineData("+10s")]
    [InlineData("-10s")]
    [InlineData("1.5s")]
    [InlineData("1e3s")]
    [InlineData("1h30m")]
    [InlineData("1d")]
    [InlineData("١s")]
    [InlineData("999999999999999999h")]
    [InlineData("9999999999999999999999s")]
    public void NoDurations(string text) => Assert.Null(Quantity.Duration(text));

    [Theory]
    [InlineData("64KiB", 65_536)]
    [InlineData("64MiB", 67_108_864)]
    [InlineData("1GiB", 1_073_741_824)]
    [InlineData("16TiB", 17_592_186_044_416)]
    public void Sizes(string text, long bytes) => Assert.Equal(bytes, Quantity.Size(text));

    [Theory]
    [InlineData("64")]
    [InlineData("64MB")]
    [InlineData("64M")]
    [InlineData("64mib")]
    [InlineData("0.5GiB")]
    [InlineData("999999999999999999TiB")]
    public void NoSizes(string text) => Assert.Null(Quantity.Size(text));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("2", 2_000)]
    [InlineData("0.5", 500)]
    [InlineData("1.25", 1_250)]
    [InlineData("0.001", 1)]
    public void Processors(string text, long thousandths) => Assert.Equal(thousandths, Quantity.Thousandths(text));

    [Theory]
    [InlineData(".5")]
    [InlineData("1.")]
    [InlineData("0.0001")]
    [InlineData("0,5")]
    [InlineData("1e3")]
    [InlineData("500m")]
    [InlineData("999999999999999999")]
    public void NoProcessors(string text) => Assert.Null(Quantity.Thousandths(text));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "1ms")]
    [InlineData(1_500, "1500ms")]
    [InlineData(90_000, "90s")]
    [InlineData(86_400_000, "24h")]
    public void TimesAreTold(long milliseconds, string text) => Assert.Equal(text, Quantity.TimeText(milliseconds));
}
