using System.CommandLine;
using System.Globalization;
using G8os.Cli.Sandboxes;
using G8os.Cli.Show;
using G8os.Client;
using G8os.Model.Sandboxes;
using G8os.Model.Wire;
using G8os.Store.Tree;

namespace G8os.Cli.Verbs;

/// <summary>g8os sandbox show</summary>
internal static class SandboxShow
{
    public static Verb Verb => new("sandbox show", "What a sandbox is, here or in the grid, and the files in it.", command =>
    {
        var which = SandboxArguments.Either();
        var files = new Option<bool>("--files", "-f") { Description = "Every name in it, as ls -l shows names; of a built one only" };
        var json = ListingOptions.JsonOption();
        command.Arguments.Add(which);
        command.Options.Add(files);
        command.Options.Add(json);
        return async call =>
        {
            if (!SandboxArguments.IsLocal(call.Get(which)))
                return await RemoteAsync(call, call.Get(which), call.Get(json));
            var sandbox = SandboxArguments.Open(call.Get(which));
            if (call.Get(json))
                call.Here.Out.WriteLine(Json.Pretty(sandbox.Manifest, WireJson.Default.SandboxManifest));
            else if (call.Get(files))
                foreach (var (path, inode) in sandbox.ReadTree().Walk())
                    call.Here.Out.WriteLine(Clean.Line(Line(path, inode)));
            else
                call.Here.Out.Write(Draw(call.Here, Facts(sandbox.Manifest)));
            return ExitCode.Ok;
        };
    })
    {
        Examples = ["g8os sandbox show hello", "g8os sandbox show ./hello@1.0 --files | grep bin/"],
    };

    private static async Task<int> RemoteAsync(Call call, string typed, bool json)
    {
        using var client = call.Connect();
        var sandbox = await SandboxArguments.FindAsync(client, typed, call.Cancel);
        if (json)
        {
            call.Here.Out.WriteLine(Json.Pretty(sandbox, WireJson.Default.SandboxView));
            return ExitCode.Ok;
        }
        var manifest = SandboxSignature.Judge(sandbox, await GridTrust.FetchAsync(client.Context.Url, client.Context.Pin, client.Context.GridVersion, call.Cancel));
        call.Here.Out.Write(Draw(call.Here,
        [
            .. Facts(manifest), ("pushed", $"{RelativeTime.Of(sandbox.Pushed, call.Here.Now())} by {sandbox.By}"), ("signed by", sandbox.Publisher),
        ]));
        return ExitCode.Ok;
    }

    private static string Draw(Surroundings here, IEnumerable<(string, Cell)> facts)
    {
        using var drawing = new Drawing(here);
        drawing.Facts(facts);
        return drawing.ToString();
    }

    private static IEnumerable<(string, Cell)> Facts(SandboxManifest manifest) =>
    [
        ("sandbox", manifest.Ref.ToString()),
        ("image", $"sha256:{manifest.Image}"),
        ("size of image", $"{Sizes.Of(manifest.ImageSize)}, {manifest.ImageSize / manifest.Entries} bytes a name"),
        ("names", manifest.Entries.ToString(CultureInfo.InvariantCulture)),
        ("files", manifest.Files.ToString(CultureInfo.InvariantCulture)),
        ("objects", $"{manifest.Objects}, {Sizes.Of(manifest.Bytes)}"),
        ("path", manifest.Path.Count == 0 ? "nothing of it is in PATH" : string.Join(' ', manifest.Path)),
    ];

    /// <summary>-rwxr-xr-x 0:0 1234 2024-01-02 03:04:05 /usr/bin/x</summary>
    private static string Line(string path, TreeInode inode)
    {
        var time = DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(inode.Seconds, 0, 253402300799)).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        var size = inode.Kind is FileKind.CharacterDevice or FileKind.BlockDevice ? $"{inode.Major},{inode.Minor}" : inode.Size.ToString(CultureInfo.InvariantCulture);
        return $"{ModeText(inode)} {inode.User}:{inode.Group} {size,10} {time} /{path}{(inode.Kind == FileKind.Link ? $" -> {inode.Target}" : "")}";
    }

    private static string ModeText(TreeInode inode)
    {
        var text = (char[])[TypeLetter(inode.Kind), .. "rwxrwxrwx"];
        for (var bit = 0; bit < 9; bit++)
            text[9 - bit] = (inode.Mode & (1 << bit)) != 0 ? text[9 - bit] : '-';
        foreach (var (bit, at, letter) in ((int, int, char)[])[(0x800, 3, 's'), (0x400, 6, 's'), (0x200, 9, 't')])
        {
            if ((inode.Mode & bit) != 0)
                text[at] = text[at] == 'x' ? letter : char.ToUpperInvariant(letter);
        }
        return new(text);
    }

    private static char TypeLetter(FileKind kind) => kind switch
    {
        FileKind.Directory => 'd',
        FileKind.Link => 'l',
        FileKind.CharacterDevice => 'c',
        FileKind.BlockDevice => 'b',
        FileKind.Fifo => 'p',
        FileKind.Socket => 's',
        _ => '-',
    };
}
