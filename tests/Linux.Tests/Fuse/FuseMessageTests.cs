using System.Buffers.Binary;
using System.Text;
using G8os.Linux.Fuse;
using Xunit;

namespace G8os.Linux.Tests.Fuse;

public sealed class FuseMessageTests
{
    private static byte[] Message(uint opcode, byte[] body, ulong node = 1, ulong unique = 7)
    {
        var message = new byte[FuseSize.InHeader + body.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(4), opcode);
        BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(8), unique);
        BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(16), node);
        body.CopyTo(message, FuseSize.InHeader);
        return message;
    }

    private static byte[] Words(params uint[] words) => [.. words.SelectMany(BitConverter.GetBytes)];

    [Fact]
    public void Requests_are_taken_apart()
    {
        Assert.True(FuseRequest.TryParse(Message(1, "ab\0"u8.ToArray(), node: 9), out var lookup));
        Assert.Equal((FuseOpcode.Lookup, 7UL, 9UL, "ab"), (lookup.Opcode, lookup.Unique, lookup.Node, Encoding.UTF8.GetString(lookup.Name)));
        Assert.True(FuseRequest.TryParse(Message(15, Words(0, 0, 4096, 1, 512, 0, 0, 0, 0, 0)), out var read));
        Assert.Equal(((1UL << 32) + 4096, 512u), (read.Offset, read.Size));
        Assert.True(FuseRequest.TryParse(Message(42, Words(2, 0, 5, 0, 1, 0, 6, 0, 3, 0)), out var forgets));
        Assert.Equal((2, (5UL, 1UL), (6UL, 3UL)), (forgets.ForgetCount, forgets.Forgotten(0), forgets.Forgotten(1)));
        Assert.True(FuseRequest.TryParse(Message(26, Words(7, 45, 131072, (1u << 30) | 1, 1u << 7, 0)), out var init));
        Assert.Equal((7u, 45u, 131072u, FuseFeatures.Extended | FuseFeatures.AsyncRead | FuseFeatures.HasResend), (init.Major, init.Minor, init.ReadAhead, init.Features));
        Assert.True(FuseRequest.TryParse(Message(36, Words(3, 0)), out var interrupt));
        Assert.Equal(3UL, interrupt.Interrupted);
    }

    [Theory]
    [InlineData(1u, "")]
    [InlineData(1u, "\0")]
    [InlineData(1u, "ab")]
    [InlineData(1u, "a/b\0")]
    [InlineData(1u, "a\0b\0")]
    [InlineData(15u, "short")]
    [InlineData(28u, "short")]
    [InlineData(2u, "short")]
    [InlineData(36u, "short")]
    [InlineData(42u, "\x02\0\0\0\0\0\0\0")]
    [InlineData(42u, "\xff\xff\xff\xff\0\0\0\0")]
    [InlineData(26u, "short")]
    public void What_no_kernel_sends_is_refused(uint opcode, string body) => Assert.False(FuseRequest.TryParse(Message(opcode, Encoding.Latin1.GetBytes(body)), out _));

    [Fact]
    public void A_wrong_length_is_refused_and_its_number_is_known()
    {
        var message = Message(1, "ab\0"u8.ToArray());
        Assert.False(FuseRequest.TryParse(message.AsSpan(..^1), out _));
        Assert.False(FuseRequest.TryParse(message.AsSpan(..39), out _));
        Assert.False(FuseRequest.TryParse([], out _));
        Assert.Equal((7UL, 0UL), (FuseRequest.UniqueOf(message.AsSpan(..^1)), FuseRequest.UniqueOf(message.AsSpan(..15))));
    }

    [Fact]
    public void Replies_have_the_kernels_layout()
    {
        var buffer = new byte[FuseSize.ReplyBuffer];
        var reply = new FuseReply(buffer, 0x8000000000000007);
        Assert.Equal(0, reply.Length);
        reply.Fail(5);
        Assert.Equal("10000000FBFFFFFF0700000000000080", Convert.ToHexString(reply.Message));
        reply.Entry(new(300, FuseAttributes.File, 5000, 9));
        Assert.Equal(144, reply.Length);
        Assert.Equal((300UL, FuseReply.ForEver, 300UL, 5000UL, 10UL, 0x8124u), (U64(16), U64(32), U64(56), U64(64), U64(72), BitConverter.ToUInt32(buffer, 116)));
        reply.Init(new() { Minor = 45, Features = FuseFeatures.Extended | FuseFeatures.HasResend, ReadAhead = 1 << 20 });
        Assert.Equal((80, 7u, 45u, 1u << 30, 1u << 7), (reply.Length, U32(16), U32(20), U32(28), U32(48)));
        Assert.Equal("10000000070000000000000000000000", Convert.ToHexString(FuseNotice.Resend));
        ulong U64(int at) => BitConverter.ToUInt64(buffer, at);
        uint U32(int at) => BitConverter.ToUInt32(buffer, at);
    }

    [Fact]
    public void A_directory_fills_what_was_asked_for_and_no_more()
    {
        var reply = new FuseReply(new byte[FuseSize.ReplyBuffer], 1);
        Assert.True(reply.AddDirent(2, 1, true, "00"u8, 64));
        Assert.True(reply.AddDirent(3, 2, true, "01"u8, 64));
        Assert.False(reply.AddDirent(4, 3, true, "02"u8, 64));
        Assert.Equal(16 + 64, reply.Length);
    }
}
