using System.Security.Cryptography;
using G8os.Decisions.Keys;

namespace G8os.Controller.Grid;

/// <summary>The key that join tokens are sealed to.</summary>
internal sealed class SealKey : IDisposable
{
    private readonly Lock gate = new();
    private readonly ECDiffieHellman key = ECDiffieHellman.Create();

    public SealKey(byte[] pkcs8)
    {
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        SpkiBase64 = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
    }

    public string SpkiBase64 { get; }

    /// <summary>The join token in it, or null.</summary>
    public byte[]? OpenToken(byte[] message, string nodeId)
    {
        lock (gate)
            return Hpke.Open(key, AnswerJudge.TokenInfo, System.Text.Encoding.ASCII.GetBytes(nodeId), message);
    }

    public void Dispose() => key.Dispose();
}
