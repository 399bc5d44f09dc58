using System.Security.Cryptography;
using G8os.Controller.Certificates;

namespace G8os.Controller.Grid;

/// <summary>Every secret of the controller, from DATA/keys; what is absent is made at the first start.</summary>
internal sealed class GridKeys : IDisposable
{
    private const int SecretLength = 32;

    private GridKeys(DataDirectory data, SshCa ssh, string grid)
    {
        Root = new SigningKey(data.P256Key("root"));
        Probe = new SigningKey(data.P256Key("probe"));
        Seal = new SealKey(data.P256Key("seal"));
        Manifests = new SigningKey(data.P256Key("manifest"));
        Publisher = new SigningKey(data.P256Key("publisher"));
        Issuing = new IssuingCa(data, grid);
        ChallengeSecret = Secret(data, "challenge");
        Ssh = ssh;
    }

    public SigningKey Root { get; }
    public SigningKey Probe { get; }
    public SealKey Seal { get; }
    /// <summary>Signs what nodes shall run. A grid of an older version gets it at its next start.</summary>
    public SigningKey Manifests { get; }
    /// <summary>Signs the sandboxes that operators push. A grid of an older version gets it at its next start.</summary>
    public SigningKey Publisher { get; }
    public IssuingCa Issuing { get; }
    public SshCa Ssh { get; }
    public byte[] ChallengeSecret { get; }

    /// <summary>Reads the keys, and makes those that are absent. A grid that has documents already may miss none.</summary>
    public static async Task<GridKeys> Open(DataDirectory data, string grid, bool gridExists)
    {
        string[] files = ["root.pem", "probe.pem", "seal.pem", "issuing.pem", "issuing.crt", "challenge", SshCa.FileName];
        if (gridExists && files.FirstOrDefault(file => !data.HasKey(file)) is { } lost)
            throw new StartFault($"cannot read {data.KeyFile(lost)}: it is gone; restore it from a backup");
        return new GridKeys(data, await SshCa.Open(data), grid);
    }

    public void Dispose()
    {
        Root.Dispose();
        Probe.Dispose();
        Seal.Dispose();
        Manifests.Dispose();
        Publisher.Dispose();
        Issuing.Dispose();
        Ssh.Dispose();
    }

    private static byte[] Secret(DataDirectory data, string name)
    {
        if (!data.HasKey(name))
            data.WriteKey(name, Convert.ToBase64String(RandomNumberGenerator.GetBytes(SecretLength)) + "\n");
        return Decisions.Keys.Base64.Decode(data.ReadKey(name).Trim(), SecretLength) is { Length: SecretLength } secret
            ? secret
            : throw new StartFault($"cannot read {data.KeyFile(name)}: it does not hold 32 bytes in base64; restore it from a backup");
    }
}
