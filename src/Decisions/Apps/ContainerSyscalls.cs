namespace G8os.Decisions.Apps;

/// <summary>
/// System calls no app gets, whoever it runs as: what loads code into the kernel, changes the machine's time or mounts, looks into other processes, or is
/// known for holes and needed by no service. Everything else passes; most of these need capabilities no app has, this is the second lock.
/// </summary>
internal static class ContainerSyscalls
{
    private const string Allow = "SCMP_ACT_ALLOW", Refuse = "SCMP_ACT_ERRNO";
    private const uint NotPermitted = 1, NotThere = 38;
    private const ulong NewUserNamespace = 0x10000000;

    public static readonly OciSeccomp Profile = new(Allow, ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32", "SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"],
    [
        new OciSyscalls(
        [
            "acct", "add_key", "adjtimex", "bpf", "clock_adjtime", "clock_settime", "create_module", "delete_module", "fanotify_init", "finit_module", "fsconfig", "fsmount", "fsopen",
            "fspick", "get_kernel_syms", "get_mempolicy", "init_module", "io_uring_enter", "io_uring_register", "io_uring_setup", "ioperm", "iopl", "kcmp", "kexec_file_load", "kexec_load",
            "keyctl", "lookup_dcookie", "mbind", "mount", "mount_setattr", "move_mount", "move_pages", "name_to_handle_at", "nfsservctl", "open_by_handle_at", "open_tree",
            "perf_event_open", "pivot_root", "process_vm_readv", "process_vm_writev", "query_module", "quotactl", "quotactl_fd", "reboot", "request_key", "set_mempolicy",
            "setns", "settimeofday", "swapoff", "swapon", "_sysctl", "sysfs", "umount", "umount2", "unshare", "uselib", "userfaultfd", "ustat", "vhangup", "vm86", "vm86old",
        ], Refuse, NotPermitted),
        new OciSyscalls(["clone"], Refuse, NotPermitted, [new OciArgument(0, NewUserNamespace, NewUserNamespace, "SCMP_CMP_MASKED_EQ")]),
        new OciSyscalls(["clone3"], Refuse, NotThere), // its flags lie in memory and cannot be judged; programs fall back to clone
    ]);
}
