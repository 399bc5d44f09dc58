namespace G8os.Linux.Netlink;

/// <summary>One message of a netlink datagram, taken apart.</summary>
/// <param name="Type">nlmsg_type.</param>
/// <param name="Flags">nlmsg_flags.</param>
/// <param name="Sequence">nlmsg_seq: our request's number, 0 for events.</param>
/// <param name="Event">What it says, null for acknowledgements and for kinds we do not read.</param>
/// <param name="Errno">Of an acknowledgement or the end of a dump: 0 or the error.</param>
/// <param name="Reason">The kernel's words beside the error.</param>
public sealed record NetlinkMessage(ushort Type, ushort Flags, uint Sequence, NetlinkEvent? Event, int Errno = 0, string? Reason = null)
{
    internal bool IsAcknowledgement => Type == NetlinkConstants.NLMSG_ERROR;
    internal bool IsDone => Type == NetlinkConstants.NLMSG_DONE;
    internal bool DumpInterrupted => (Flags & NetlinkConstants.NLM_F_DUMP_INTR) != 0;
}
