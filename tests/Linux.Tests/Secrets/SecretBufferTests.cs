using G8os.Linux.Secrets;
using Xunit;

namespace G8os.Linux.Tests.Secrets;

public sealed class SecretBufferTests
{
    [Fact]
    public void It_is_locked_holds_its_bytes_and_is_gone_after_dispose()
    {
        var before = LockedKilobytes();
        var secret = new SecretBuffer("the key"u8);
        Assert.Equal(7, secret.Length);
        Assert.True(secret.Span.SequenceEqual("the key"u8));
        Assert.True(LockedKilobytes() >= before + 4);
        secret.Dispose();
        Assert.Equal(before, LockedKilobytes());
        Assert.Throws<ObjectDisposedException>(() => secret.Span.Length);
        secret.Dispose();
    }

    private static int LockedKilobytes() =>
        int.Parse(File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmLck", StringComparison.Ordinal)).Split(':')[1].Replace("kB", "").Trim());
}
