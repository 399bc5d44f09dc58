namespace G8os.Controller.Nodes;

/// <summary>Whether an unlock is for the machine that was enrolled.</summary>
internal static class UnlockPolicy
{
    /// <summary>
    /// Empty when the share may be given; else why an operator must be asked: the machine's serial differs, none of its disks or none of its
    /// MACs is left. What was not known at enrolment is not compared.
    /// </summary>
    public static string Ask(NodeRecord enrolled, Model.Values<string> macs, Model.Wire.NodeFacts facts)
    {
        var before = enrolled.EnrolledFacts;
        if (before.DmiSerial.Length > 0 && before.DmiSerial != facts.DmiSerial)
            return "the machine's serial number differs from the one at enrolment";
        if (before.DiskSerials.Count > 0 && !before.DiskSerials.Any(facts.DiskSerials.Contains))
            return "none of the disks it was enrolled with is left";
        if (enrolled.EnrolledMacs.Count > 0 && !enrolled.EnrolledMacs.Any(macs.Contains))
            return "none of the MACs it was enrolled with is left";
        return "";
    }
}
