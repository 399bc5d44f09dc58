using System.Text;

namespace G8os.Robot.Yaml;

/// <summary>The bytes of a file as text: UTF-8, visible characters, lines that every editor counts alike.</summary>
internal static class YamlText
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private const char ByteOrderMark = '\ufeff';

    /// <summary>Null when the file is refused as a whole; the error is told then.</summary>
    public static string? Read(string file, ReadOnlySpan<byte> bytes, AysErrors errors)
    {
        if (bytes.Length > AysLimits.MaxFileBytes)
        {
            errors.AddUnreadable(new(file, 1, 1), $"the file has {bytes.Length} bytes; at most {AysLimits.MaxFileBytes} are read: split it, the robot merges all files below blueprints/");
            return null;
        }
        if (FirstBad(bytes) is >= 0 and var bad)
        {
            errors.AddUnreadable(PlaceAt(file, Encoding.UTF8.GetString(bytes[..bad])), $"byte 0x{bytes[bad]:x2} is no UTF-8; save the file as UTF-8");
            return null;
        }
        var text = Strict.GetString(bytes).TrimStart(ByteOrderMark);
        var strange = text.AsSpan().IndexOfAny(Strange);
        if (strange < 0)
            return text;
        errors.AddUnreadable(PlaceAt(file, text[..strange]), $"character U+{(int)text[strange]:X4} does not belong in a blueprint; write it as an escape in \"quotes\", like \"\\u{(int)text[strange]:x4}\"");
        return null;
    }

    /// <summary>Controls, and what some programs count as the end of a line and others do not.</summary>
    private static readonly System.Buffers.SearchValues<char> Strange = System.Buffers.SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Select(c => (char)c).Where(c => c is not ('\t' or '\n' or '\r')), .. Enumerable.Range(0x7f, 0x21).Select(c => (char)c),
         '\u2028', '\u2029', ByteOrderMark]);

    private static int FirstBad(ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
            return -1;
        var at = 0;
        while (at < bytes.Length)
        {
            if (Rune.DecodeFromUtf8(bytes[at..], out _, out var used) != System.Buffers.OperationStatus.Done)
                return at;
            at += used;
        }
        return -1;
    }

    private static Place PlaceAt(string file, string before)
    {
        var (line, start) = (1, 0);
        for (var i = 0; i < before.Length; i++)
        {
            if (before[i] == '\n' || (before[i] == '\r' && !(i + 1 < before.Length && before[i + 1] == '\n')))
                (line, start) = (line + 1, i + 1);
        }
        return new(file, line, before.Length - start + 1);
    }
}
