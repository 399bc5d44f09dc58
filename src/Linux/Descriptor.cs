using G8os.Linux.Native;
using Microsoft.Win32.SafeHandles;

namespace G8os.Linux;

/// <summary>An open file descriptor that is closed once. All descriptors made here are close-on-exec.</summary>
public sealed class Descriptor : SafeHandleMinusOneIsInvalid
{
    /// <summary>Owns the descriptor <paramref name="number"/>.</summary>
    public Descriptor(int number) : base(ownsHandle: true) => SetHandle(number);

    /// <summary>The number, valid for as long as this object is held and not disposed.</summary>
    public int Number => IsClosed ? throw new ObjectDisposedException(nameof(Descriptor)) : (int)handle;

    /// <summary>Gives the number away: this object closes nothing any more.</summary>
    public int Release()
    {
        var number = Number;
        SetHandleAsInvalid();
        return number;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => Libc.close((int)handle) == 0;
}
