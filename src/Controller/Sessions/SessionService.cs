using G8os.Controller.Certificates;
using G8os.Controller.Jobs;
using G8os.Controller.Nodes;
using G8os.Controller.Robot;
using G8os.Decisions.Keys;
using G8os.Model.Wire;
using Grpc.Core;
using Proto = G8os.Model.Session;

namespace G8os.Controller.Sessions;

/// <summary>The session port's one service. Who the node is says its certificate; TLS has judged the chain; time and standing are judged here.</summary>
internal sealed class SessionService(
    SessionTable sessions, NodeTable nodes, JobBook jobs, RobotService robot, IssuingCa issuing, string controller, long epoch, ILogger<SessionService> log) : Proto.NodeSession.NodeSessionBase
{
    public const int MaxMessage = 1024 * 1024;
    private static readonly TimeSpan HelloTime = TimeSpan.FromSeconds(10);

    public override async Task Connect(
        IAsyncStreamReader<Proto.FromNode> requestStream, IServerStreamWriter<Proto.FromController> responseStream, ServerCallContext context)
    {
        var node = Caller(context);
        var hello = await FirstMessage(requestStream, context.CancellationToken);
        if (sessions.Full)
            throw new RpcException(new Status(StatusCode.ResourceExhausted, $"the controller holds {SessionTable.MaxSessions} sessions already: try another one"));
        if (hello.HighestEpoch > epoch)
            Log.EpochBehind(log, node.Name, hello.HighestEpoch, epoch);
        var http = context.GetHttpContext();
        using var session = new Session
        {
            NodeId = node.Id,
            Version = NodeStatus.Clean(hello.Version),
            Remote = http.Connection.RemoteIpAddress?.ToString() ?? "unknown",
            NotAfter = http.Connection.ClientCertificate!.NotAfter.ToUniversalTime(),
            Abort = http.Abort,
        };
        await Serve(session, node, hello, requestStream, responseStream, context.CancellationToken);
        if (session.Status.StatusCode != StatusCode.OK)
            throw new RpcException(session.Status);
    }

    private async Task Serve(
        Session session, NodeRecord node, Proto.Hello hello,
        IAsyncStreamReader<Proto.FromNode> incoming, IServerStreamWriter<Proto.FromController> outgoing, CancellationToken cancelled)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancelled, session.Closing);
        session.Send(new Proto.FromController
        {
            Welcome = new Proto.Welcome { Controller = controller, Epoch = epoch, TimeUnixMs = ControllerClock.Now.ToUnixTimeMilliseconds(), Name = node.Name },
        });
        sessions.Attach(session, NodeStatus.Of(hello.Status));
        try
        {
            // A node removed between TLS and here has no session that its removal could have closed.
            if (nodes.Get(node.Id) is not { Standing: Standing.Accepted })
                session.Close(StatusCode.PermissionDenied, "the node was removed");
            jobs.Connected(session, hello.Jobs);
            robot.Hello(node.Id, hello.Generation);
            Log.SessionOpened(log, node.Name, session.Remote);
            var sending = SendAll(session, outgoing, ending.Token);
            var receiving = ReceiveAll(session, incoming, ending.Token);
            await Task.WhenAny(sending, receiving);
            await ending.CancelAsync();
            await Task.WhenAll(sending, receiving);
        }
        finally
        {
            if (sessions.Detach(session))
                robot.Left(node.Id);
            Log.SessionEnded(log, node.Name, session.Reason);
        }
    }

    private static async Task SendAll(Session session, IServerStreamWriter<Proto.FromController> outgoing, CancellationToken ending)
    {
        try
        {
            await foreach (var message in session.Outbound.ReadAllAsync(ending))
                await outgoing.WriteAsync(message, ending);
            session.Close(StatusCode.Unavailable, "the controller is going away");
        }
        catch (Exception fault) when (fault is OperationCanceledException or InvalidOperationException or IOException or RpcException)
        {
            // The stream is over; who ended it has said why in the session.
            session.Close(StatusCode.Unavailable, "the connection broke");
        }
    }

    private async Task ReceiveAll(Session session, IAsyncStreamReader<Proto.FromNode> incoming, CancellationToken ending)
    {
        try
        {
            while (await incoming.MoveNext(ending))
            {
                session.Heard();
                Handle(session, incoming.Current);
            }
            session.Close(StatusCode.OK, "the node closed it");
        }
        catch (Exception fault) when (fault is OperationCanceledException or IOException)
        {
            session.Close(StatusCode.Unavailable, "the connection broke");
        }
        catch (RpcException fault)
        {
            session.Close(fault.StatusCode, NodeStatus.Clean(fault.Status.Detail));
        }
    }

    private void Handle(Session session, Proto.FromNode message)
    {
        switch (message.KindCase)
        {
            case Proto.FromNode.KindOneofCase.Status:
                sessions.Update(session, NodeStatus.Of(message.Status));
                break;
            case Proto.FromNode.KindOneofCase.JobAccepted:
                jobs.Accepted(session.NodeId, message.JobAccepted);
                break;
            case Proto.FromNode.KindOneofCase.JobOutput:
                jobs.Output(session.NodeId, message.JobOutput);
                break;
            case Proto.FromNode.KindOneofCase.JobResult:
                jobs.Result(session, message.JobResult);
                break;
            case Proto.FromNode.KindOneofCase.Log:
                session.RelayOf(message.Log.Request)?.Offer(message);
                break;
            case Proto.FromNode.KindOneofCase.Report:
                session.RelayOf(message.Report.Request)?.Offer(message);
                break;
            case Proto.FromNode.KindOneofCase.Applied:
                if (!robot.Heard(session.NodeId, message.Applied.Json))
                    session.Close(StatusCode.InvalidArgument, "what it says it runs is not readable");
                break;
            case Proto.FromNode.KindOneofCase.Hello:
                session.Close(StatusCode.FailedPrecondition, "hello was said twice");
                break;
            case Proto.FromNode.KindOneofCase.Pong:
            case Proto.FromNode.KindOneofCase.None:
                // Heard already; a kind we do not know is of a newer version.
                break;
            default:
                throw new System.Diagnostics.UnreachableException($"internal error: message {message.KindCase} is not handled");
        }
    }

    private NodeRecord Caller(ServerCallContext context)
    {
        var verdict = PeerCertificate.Judge(context.GetHttpContext().Connection.ClientCertificate, issuing.Certificate, PeerKind.Node, ControllerClock.Now);
        if (verdict.Id is not { } id)
            throw new RpcException(new Status(StatusCode.Unauthenticated, $"no session for this node: {verdict.Reason}"));
        return nodes.Get(id) is { Standing: Standing.Accepted } node
            ? node
            : throw new RpcException(new Status(StatusCode.PermissionDenied, "the node is not in the grid"));
    }

    private static async Task<Proto.Hello> FirstMessage(IAsyncStreamReader<Proto.FromNode> incoming, CancellationToken cancelled)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        deadline.CancelAfter(HelloTime);
        try
        {
            if (await incoming.MoveNext(deadline.Token) && incoming.Current.Hello is { } hello)
                return hello;
        }
        catch (OperationCanceledException)
        {
            throw new RpcException(new Status(StatusCode.DeadlineExceeded, $"no hello within {HelloTime.TotalSeconds} s"));
        }
        throw new RpcException(new Status(StatusCode.FailedPrecondition, "the first message must be hello"));
    }
}
