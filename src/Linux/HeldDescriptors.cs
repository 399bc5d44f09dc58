namespace G8os.Linux;

/// <summary>Open descriptors by name, kept for somebody else who may come back for them.</summary>
public sealed class HeldDescriptors(int countMax)
{
    private readonly SortedList<string, int> held = new(countMax, StringComparer.Ordinal);

    /// <summary>How many.</summary>
    public int Count => held.Count;

    /// <summary>The name and number at a place, in the order of names.</summary>
    public (string Name, int Number) this[int index] => (held.GetKeyAtIndex(index), held.GetValueAtIndex(index));

    /// <summary>Takes <paramref name="number"/> over, in place of one of the same name, and sets it to -1. False when there is no room.</summary>
    public bool Put(string name, ref int number)
    {
        if (held.Count >= countMax && !held.ContainsKey(name))
            return false;
        Drop(name);
        held.Add(name, number);
        number = -1;
        return true;
    }

    /// <summary>Closes it. False when it is not here.</summary>
    public bool Drop(string name)
    {
        if (!held.Remove(name, out var number))
            return false;
        DescriptorIo.Close(number);
        return true;
    }

    /// <summary>The number; it stays ours.</summary>
    public bool TryGet(string name, out int number) => held.TryGetValue(name, out number) || (number = -1) > 0;

    /// <summary>Lets all live through exec, or not.</summary>
    public void Inherit(bool inherit)
    {
        foreach (var number in held.Values)
            DescriptorIo.Inherit(number, inherit);
    }
}
