namespace G8os.Decisions.Sandboxes;

/// <summary>Something the core does for sandboxes; each is bounded in time.</summary>
/// <param name="Subject">What is occupied while it is done, and rests when it fails: NAME@VERSION, or <see cref="SandboxPlanner.ServerSubject"/>.</param>
public abstract record SandboxEffect(string Subject);

/// <summary>Open /dev/fuse, give it to init and mount it as <see cref="Model.Sandboxes.FsPlaces.Mount"/>, with nothing left of a mount before.</summary>
public sealed record MountObjects() : SandboxEffect(SandboxPlanner.ServerSubject);

/// <summary>Start g8os-fs on the descriptor that init holds.</summary>
public sealed record StartServer() : SandboxEffect(SandboxPlanner.ServerSubject);

/// <summary>Kill g8os-fs: it runs and does not answer. Readers wait for the next one.</summary>
public sealed record KillServer() : SandboxEffect(SandboxPlanner.ServerSubject);

/// <summary>Give the mount of g8os-fs up: kill it, let go of its descriptor, unmount; readers get an error.</summary>
public sealed record AbortObjects() : SandboxEffect(SandboxPlanner.ServerSubject);

/// <summary>Take what is mounted there out of sight; who uses it keeps it.</summary>
public sealed record UnmountPlace(string Place) : SandboxEffect(Place);

/// <summary>Get the image into the cache.</summary>
public sealed record FetchImage(SandboxSpec Sandbox) : SandboxEffect(Sandbox.Ref.ToString());

/// <summary>Verify the image and mount its names.</summary>
public sealed record MountImage(SandboxSpec Sandbox) : SandboxEffect(Sandbox.Ref.ToString());

/// <summary>Get every object that the image names into the cache.</summary>
public sealed record PinObjects(SandboxSpec Sandbox) : SandboxEffect(Sandbox.Ref.ToString());

/// <summary>Mount the whole tree: names from the image, bytes from the cache, and from g8os-fs what is not there.</summary>
/// <param name="Sandbox">Which.</param>
/// <param name="Place">Where.</param>
/// <param name="Device">Of the mount of g8os-fs it is made over.</param>
public sealed record MountTree(SandboxSpec Sandbox, string Place, string Device) : SandboxEffect(Sandbox.Ref.ToString());
