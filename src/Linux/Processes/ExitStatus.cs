namespace G8os.Linux.Processes;

/// <summary>How a process ended: by itself with a code, or by a signal.</summary>
/// <param name="Code">Exit code 0–255, 0 when a signal ended it.</param>
/// <param name="Signal">The signal, 0 when it exited by itself.</param>
public readonly record struct ExitStatus(int Code, int Signal)
{
    /// <summary>From the encoding of wait(2).</summary>
    public static ExitStatus FromWait(int status) => new((status >> 8) & 0xff, status & 0x7f);

    /// <summary>In the encoding of wait(2).</summary>
    public int Wait => (Code << 8) | Signal;

    /// <summary>It ended by itself with 0.</summary>
    public bool Success => Code == 0 && Signal == 0;

    /// <summary>What a shell would show: the code, or 128 + the signal.</summary>
    public int ShellCode => Signal == 0 ? Code : 128 + Signal;

    /// <inheritdoc/>
    public override string ToString() => Signal == 0 ? $"exit code {Code}" : $"signal {Signal}";
}
