using G8os.Core.Init;

namespace G8os.Fuzz;

/// <summary>Messages to pid 1: whatever does not fit is not whole, nothing throws, and what is whole is written and read back the same.</summary>
internal static class InitTarget
{
    /// <summary>A byte that is no UTF-8 becomes three when it is written again.</summary>
    private const int Growth = 3;
    private static readonly byte[] room = new byte[(Mutator.MaxInput + 64) * Growth];
    private static readonly byte[] more = new byte[(Mutator.MaxInput + 64) * Growth];

    public static void Run(ReadOnlySpan<byte> input)
    {
        Spawn(input);
        Plain(input);
        Child(input);
    }

    private static void Spawn(ReadOnlySpan<byte> input)
    {
        var from = new MessageReader(input);
        from.U8();
        var request = InitMessage.ReadSpawn(ref from);
        if (!from.Whole)
            return;
        var first = new MessageWriter(room);
        InitMessage.WriteSpawn(ref first, request);
        from = new MessageReader(first.Written);
        from.U8();
        var second = new MessageWriter(more);
        InitMessage.WriteSpawn(ref second, InitMessage.ReadSpawn(ref from));
        // A name of three bytes a letter may be longer than a name may be once its broken letters are replaced.
        if (from.Whole && !second.Written.SequenceEqual(first.Written))
            throw new BrokenPromiseException($"written and read again the start of {request.Name} differs");
    }

    private static void Plain(ReadOnlySpan<byte> input)
    {
        var from = new MessageReader(input);
        from.U8();
        from.Text(InitMessage.NameMax);
        from.I64();
        if (from.Bytes(InitMessage.KeyMax).Length > InitMessage.KeyMax)
            throw new BrokenPromiseException("a key longer than a key");
    }

    private static void Child(ReadOnlySpan<byte> input)
    {
        var from = new MessageReader(input);
        while (!from.Whole)
        {
            var child = InitMessage.ReadChild(ref from);
            if (child.Serial == 0)
                return;
        }
    }
}
