using G8os.Model.Apps;

namespace G8os.Decisions.Apps;

/// <summary>Something to do for one service. What is asked for one service is done one after the other, in this order.</summary>
public abstract record AppEffect(string Name) : Effect;

/// <summary>Clear away what is left of an earlier container, make a new one and start it: <see cref="ContainerStarted"/> or <see cref="ContainerFailed"/>.</summary>
public sealed record StartContainer(string Name, long Attempt, AppSpec Spec) : AppEffect(Name);

/// <summary>SIGTERM to its first process; its end is told by <see cref="ContainerEnded"/>.</summary>
public sealed record StopContainer(string Name, long Attempt) : AppEffect(Name);

/// <summary>Kill everything in its cgroup and clear away; always answered by <see cref="ContainerEnded"/>, also when nothing ran.</summary>
public sealed record KillContainer(string Name, long Attempt) : AppEffect(Name);

/// <summary>Write the bundle of the running container again, as it was made.</summary>
public sealed record RestoreBundle(string Name, long Attempt, AppSpec Spec) : AppEffect(Name);

/// <summary>Ask one health check, within its timeout: <see cref="CheckAnswered"/>.</summary>
public sealed record RunCheck(string Name, long Attempt, int Check, HealthCheck Health) : AppEffect(Name);

/// <summary>Remove container, bundle, log and data: <see cref="Uninstalled"/> or <see cref="UninstallFailed"/>.</summary>
public sealed record Uninstall(string Name) : AppEffect(Name);
