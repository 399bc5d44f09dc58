using System.Text;

namespace G8os.Cli.Tests;

/// <summary>What a call of g8os left behind.</summary>
internal sealed record Outcome(int Code, string Out, string Error);

/// <summary>Somebody who types g8os commands: an own configuration directory, and a watch that stands still.</summary>
internal sealed class Operator : IDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private readonly DirectoryInfo home = Directory.CreateTempSubdirectory("g8os-cli-test-");

    public Dictionary<string, string> Environment { get; } = new() { ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin" };
    public byte[] Input { get; set; } = [];
    public TimeSpan TabLimit { get; set; } = Deadline;
    public Func<DateTimeOffset> Clock { get; set; } = () => Now;
    public string ContextPath => Path.Combine(home.FullName, "g8os", "contexts.json");
    public string Home => home.FullName;

    public static async Task<(Operator Operator, FakeController Controller)> LoggedInAsync()
    {
        var (person, controller) = (new Operator(), new FakeController());
        var login = await person.TypeAsync("login", controller.LoginString);
        Assert.Equal(0, login.Code);
        controller.Requests.Clear();
        return (person, controller);
    }

    public async Task<Outcome> TypeAsync(params string[] args)
    {
        using var call = Start(args);
        return await call.EndAsync();
    }

    public RunningCall Start(params string[] args) => new(this, args, terminal: false);
    public RunningCall StartOnTerminal(params string[] args) => new(this, args, terminal: true);

    public string? Variable(string name) => name is "XDG_CONFIG_HOME" or "HOME" ? home.FullName : Environment.GetValueOrDefault(name);

    public void Dispose() => home.Delete(recursive: true);
}

/// <summary>A call of g8os that may still run.</summary>
internal sealed class RunningCall : IDisposable
{
    private readonly LiveText output = new();
    private readonly LiveText error = new();
    private readonly Surroundings here;
    private readonly Task<int> task;

    public RunningCall(Operator person, string[] args, bool terminal)
    {
        using var plain = Surroundings.Of(output, error);
        here = new Surroundings
        {
            Out = output,
            Error = error,
            OutBytes = plain.OutBytes,
            ErrorBytes = plain.ErrorBytes,
            OutIsTerminal = terminal,
            ErrorIsTerminal = terminal,
            Columns = () => terminal ? 120 : 10_000,
            Input = () => new MemoryStream(person.Input),
            Variable = person.Variable,
            Now = () => person.Clock(),
            TabLimit = person.TabLimit,
        };
        task = CliProgram.RunAsync(args, here);
    }

    public Task OutSaysAsync(string text) => output.SaysAsync(text);
    public Task ErrorSaysAsync(string text) => error.SaysAsync(text);
    public void PressCtrlC() => here.Interrupts.Raise();

    public async Task<Outcome> EndAsync() => new(await task.WaitAsync(Operator.Deadline), output.ToString(), error.ToString());

    public void Dispose()
    {
        here.Dispose();
        output.Dispose();
        error.Dispose();
    }
}

/// <summary>A writer that can be waited on.</summary>
internal sealed class LiveText : TextWriter
{
    private readonly StringBuilder text = new();
    private readonly SemaphoreSlim written = new(0);

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Add(value.ToString());
    public override void Write(string? value) => Add(value ?? "");
    public override void Write(char[] buffer, int index, int count) => Add(new string(buffer, index, count));

    public async Task SaysAsync(string wanted)
    {
        using var limit = new CancellationTokenSource(Operator.Deadline);
        while (!ToString().Contains(wanted, StringComparison.Ordinal))
        {
            try
            {
                await written.WaitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"\"{wanted}\" was not said; this was: {this}");
            }
        }
    }

    public override string ToString()
    {
        lock (text)
            return text.ToString();
    }

    private void Add(string more)
    {
        lock (text)
            text.Append(more);
        written.Release();
    }
}
