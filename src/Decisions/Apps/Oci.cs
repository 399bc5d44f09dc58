using System.Text.Json.Serialization;
using G8os.Model;

namespace G8os.Decisions.Apps;

// config.json of the OCI runtime specification 1.0.2, as much of it as we say. Names are the specification's.

internal sealed record OciConfig(string OciVersion, OciProcess Process, OciRoot Root, string Hostname, Values<OciMount> Mounts, OciLinux Linux);

internal sealed record OciProcess(
    bool Terminal, OciUser User, Values<string> Args, Values<string> Env, string Cwd, OciCapabilities Capabilities, Values<OciRlimit> Rlimits, bool NoNewPrivileges, int OomScoreAdj);

internal sealed record OciUser(uint Uid, uint Gid, Values<uint> AdditionalGids);

internal sealed record OciCapabilities(Values<string> Bounding, Values<string> Effective, Values<string> Permitted, Values<string> Inheritable, Values<string> Ambient);

internal sealed record OciRlimit(string Type, long Hard, long Soft);

internal sealed record OciRoot(string Path, bool Readonly);

internal sealed record OciMount(string Destination, string Type, string Source, Values<string> Options);

internal sealed record OciLinux(
    Values<OciNamespace> Namespaces, string CgroupsPath, OciResources Resources, Values<string> MaskedPaths, Values<string> ReadonlyPaths, OciSeccomp Seccomp);

internal sealed record OciNamespace(string Type);

internal sealed record OciResources(Values<OciDevice> Devices, OciMemory? Memory, OciCpu? Cpu, OciPids? Pids);

internal sealed record OciDevice(bool Allow, string Access);

internal sealed record OciMemory(long Limit, long Swap);

internal sealed record OciCpu(long Quota, ulong Period);

internal sealed record OciPids(long Limit);

internal sealed record OciSeccomp(string DefaultAction, Values<string> Architectures, Values<OciSyscalls> Syscalls);

internal sealed record OciSyscalls(Values<string> Names, string Action, uint ErrnoRet, Values<OciArgument>? Args = null);

internal sealed record OciArgument(uint Index, ulong Value, ulong ValueTwo, string Op);

/// <summary>JSON of a bundle's config.json.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OciConfig))]
internal sealed partial class OciJson : JsonSerializerContext;
