using G8os.Linux.Fuse;

namespace G8os.Fuzz;

/// <summary>A request of /dev/fuse: never throws, neither when it is taken apart nor when anything in it is looked at, and a name is one.</summary>
internal static class FuseTarget
{
    public static readonly string[] Words = ["\u0001\0\0\0", "\u0002\0\0\0", "\u000f\0\0\0", "\u001a\0\0\0", "\u001c\0\0\0", "$\0\0\0", "*\0\0\0", "ab\0", "\0\0\0\0\0\0\0\0"];

    public static void Run(ReadOnlySpan<byte> input)
    {
        Judge(input);
        // A kernel says the right length; most inputs do not, and would be tried no further.
        var message = input.ToArray();
        if (message.Length >= 4)
            BitConverter.TryWriteBytes(message, message.Length);
        Judge(message);
    }

    private static void Judge(ReadOnlySpan<byte> message)
    {
        _ = FuseRequest.UniqueOf(message);
        if (!FuseRequest.TryParse(message, out var request))
            return;
        if (request.Opcode == FuseOpcode.Lookup && (request.Name.IsEmpty || request.Name.Length > FuseSize.NameMax || request.Name.IndexOfAny((byte)0, (byte)'/') >= 0))
            throw new BrokenPromiseException("a name that is none");
        _ = (request.Unique, request.Node, request.Offset, request.Size, request.Interrupted, request.Major, request.Minor, request.ReadAhead, request.Features);
        for (var i = 0; i < request.ForgetCount; i++)
            _ = request.Forgotten(i);
    }
}
