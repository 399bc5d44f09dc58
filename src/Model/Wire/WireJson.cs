using System.Text.Json;
using System.Text.Json.Serialization;
using G8os.Model.Apps;
using G8os.Model.Grid;
using G8os.Model.Sandboxes;

namespace G8os.Model.Wire;

/// <summary>
/// The JSON of the wire: camelCase, enums as words, nulls left out, unknown members ignored so that versions can meet; null where a
/// value is declared is refused. Members with a default are settable, not init-only: the source generator gives an init-only member that is
/// absent from the JSON default(T) in place of its initializer.
/// </summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true,
    RespectNullableAnnotations = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(GridDocument))]
[JsonSerializable(typeof(SignedDocument))]
[JsonSerializable(typeof(Values<SignedDocument>))]
[JsonSerializable(typeof(PingAnswer))]
[JsonSerializable(typeof(EnrollRequest))]
[JsonSerializable(typeof(EnrollAnswer))]
[JsonSerializable(typeof(UnlockRequest))]
[JsonSerializable(typeof(UnlockAnswer))]
[JsonSerializable(typeof(CertificateRequest))]
[JsonSerializable(typeof(CertificateAnswer))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(WhoAmI))]
[JsonSerializable(typeof(NodeView))]
[JsonSerializable(typeof(Values<NodeView>))]
[JsonSerializable(typeof(AcceptRequest))]
[JsonSerializable(typeof(GridStatus))]
[JsonSerializable(typeof(JobRequest))]
[JsonSerializable(typeof(JobView))]
[JsonSerializable(typeof(Values<JobView>))]
[JsonSerializable(typeof(JobEvent))]
[JsonSerializable(typeof(LogLine))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(TokenView))]
[JsonSerializable(typeof(Values<TokenView>))]
[JsonSerializable(typeof(SshCertificateRequest))]
[JsonSerializable(typeof(SshCertificateAnswer))]
[JsonSerializable(typeof(Values<AuditEntry>))]
[JsonSerializable(typeof(NodeExplanation))]
[JsonSerializable(typeof(NodeReport))]
[JsonSerializable(typeof(AysView))]
[JsonSerializable(typeof(PlanRequest))]
[JsonSerializable(typeof(PlanView))]
[JsonSerializable(typeof(ApplyRequest))]
[JsonSerializable(typeof(RunView))]
[JsonSerializable(typeof(Values<RunView>))]
[JsonSerializable(typeof(AppView))]
[JsonSerializable(typeof(Values<AppView>))]
[JsonSerializable(typeof(AppExplanation))]
[JsonSerializable(typeof(TopView))]
[JsonSerializable(typeof(NodeManifest))]
[JsonSerializable(typeof(NodeApplied))]
[JsonSerializable(typeof(AppSpec))]
[JsonSerializable(typeof(FsSettings))]
[JsonSerializable(typeof(Values<SandboxWanted>))]
[JsonSerializable(typeof(SandboxManifest))]
[JsonSerializable(typeof(SandboxView))]
[JsonSerializable(typeof(Values<SandboxView>))]
[JsonSerializable(typeof(Values<ObjectHash>))]
[JsonSerializable(typeof(Values<string>))]
[JsonSerializable(typeof(GcResult))]
public sealed partial class WireJson : JsonSerializerContext;
