using G8os.Decisions.Boot;
using G8os.Decisions.Network;
using G8os.Model.Wire;

namespace G8os.Sim;

/// <summary>The session with a controller, as the edge keeps it.</summary>
public sealed partial class Node
{
    /// <summary>The uplink the session leaves by; null without one.</summary>
    public Uplink? SessionOver => session?.Uplink;

    /// <summary>The candidate the machine was parked on when it opened the session.</summary>
    public Candidate? SessionBy => session?.By;

    private void DoOpenSession(Uplink uplink)
    {
        session = null; // another attempt takes the place of an older one
        if (!Healthy && chance.Percent(3))
            return; // an edge that never answers
        var met = World.Try(this, uplink.Link, uplink.Address, uplink.Url);
        if (met is not { Verdict: Verdict.Answered, Who: { } controller })
        {
            Answer(Work.Session, met.Verdict == Verdict.NoAnswer ? 5_000 : met.Delay, at => new SessionClosed($"{met.Verdict}", false) { At = at });
            return;
        }
        var delay = (met.Delay * 3L) + Slowness(14_000);
        if (controller.Sessions == SessionMode.RefuseCertificate || Membership.Standing != Standing.Accepted || Membership.CertificatesRefused || CertificateValidFor == 0)
            Answer(Work.Session, delay, at => new SessionClosed("the controller refused our certificate", true) { At = at });
        else if (controller.Sessions == SessionMode.Fail)
            Answer(Work.Session, delay, at => new SessionClosed("the controller did not greet us", false) { At = at });
        else
            Greeted(uplink, controller, delay);
    }

    private void Greeted(Uplink uplink, Controller controller, long delay)
    {
        var mine = life;
        var opened = new OpenedSession(uplink, State!.Network.Parked!.Candidate);
        World.Agenda.In(delay, () =>
        {
            if (mine != life)
                return;
            session = Membership.Standing == Standing.Accepted ? opened : null;
            CheckSession();
        });
        Answer(Work.Session, delay + 1, at => Membership.Standing == Standing.Accepted
            ? new SessionOpened(controller.Name, Name) { At = at }
            : new SessionClosed("the controller refused our certificate", true) { At = at });
    }

    /// <summary>The world changed: a session over a way that does not carry any more ends when its pings are missed.</summary>
    public void CheckSession()
    {
        if (session is { Ending: false } open && !Reaches(open.Uplink))
            PingsStop(open, life);
    }

    private void PingsStop(OpenedSession open, int mine)
    {
        var refused = World.Try(this, open.Uplink.Link, open.Uplink.Address, open.Uplink.Url).Verdict == Verdict.ServerFault;
        if (chance.Percent(50))
            World.Agenda.In(chance.Between(100, 11_000), () =>
            {
                if (mine == life && session == open)
                    Doubt();
            });
        World.Agenda.In(refused ? chance.Between(100, 2_000) : chance.Between(11_000, 25_000), () =>
        {
            if (mine == life && session == open && !Reaches(open.Uplink))
                EndSession("the controller's pings stopped", false, 1);
        });
    }

    public void EndSession(string reason, bool refused, long delay)
    {
        if (session is not { Ending: false } open)
            return;
        open.Ending = true;
        Post(delay, at => new SessionClosed(reason, refused) { At = at }, () =>
        {
            if (session == open)
                session = null;
            watch.SessionEnded();
        });
    }
}
