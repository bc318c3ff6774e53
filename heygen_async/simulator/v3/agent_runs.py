"""A video agent at work.

A session is moved by *runs*. Each run holds a slot, as a render does, from the message that set it
off to where it stops:

    thinking -> waiting_for_input     the wish says nothing of the length (chat only)
             -> reviewing             there is a plan to agree to (chat only)
             -> failed                a fault struck the session: there never was a video
             -> generating -> completed | failed

A run that makes a video pays for it when it begins, and gets the money back if there is none in the
end. The video is a real simulated one. Its own bad luck is aimed at by the name
`renderAgentVideo`, while the operation that set off the run names what befalls the agent.
"""

from __future__ import annotations

from heygen_async.simulator.media import thumbnail
from heygen_async.simulator.v3.agent_records import AgentResource, Run, Session
from heygen_async.simulator.v3.videos import course, view
from heygen_async.simulator.wire.call import Call
from heygen_async.simulator.world import prices
from heygen_async.simulator.world.accounts import Account
from heygen_async.simulator.world.callbacks import tell
from heygen_async.simulator.world.farm import Render
from heygen_async.simulator.world.fate import Failure, Fate
from heygen_async.simulator.world.fault_targets import AGENT_RENDER
from heygen_async.simulator.world.records import Plan, Video
from heygen_async.simulator.world.slots import require_slot
from heygen_async.simulator.world.world import File, World

DEFAULT_SECONDS = 30.0
"""Length of a video when nobody named one; ours, HeyGen's is unknown."""

_TITLE = 60
_SPOKEN = 1000
_STOPPED = Failure(code="stopped", message="The session was stopped")


def work(world: World, call: Call, session: Session, next_phase: str) -> Run:
    """Let the agent work until `next_phase`.

    Raises:
        RefusedError: no free slot, or not enough credits.
    """
    account = call.account
    require_slot(world, account)
    number = world.number("run")
    charge = None
    if next_phase == "completed":
        price = prices.AGENT_PER_SECOND * (session.seconds or DEFAULT_SECONDS)
        charge = world.charge(account, call.operation, call.key, price, session.id)
    fate = world.faults.fate(call.operation)
    run = Run(id=world.identify("run", number), next_phase=next_phase, charge=charge, fate=fate)
    session.run, session.phase = run, "thinking"
    making = _Making(
        world, account, session, run, world.faults.fate(AGENT_RENDER) if charge else Fate()
    )
    making.seconds = world.timing.agent(world.chance("run", number))
    render = Render(begin=making.begin, settle=making.settle)
    run.release = account.farm.start(render, world.now())
    return run


def stop(world: World, session: Session) -> None:
    """Let the agent drop what it is doing, if it does anything; what it has made stays."""
    run = session.run
    if run is not None and run.release is not None:
        run.stopped = True
        run.release(world.now())


class _Making:
    """One run on its way through the agenda."""

    def __init__(
        self, world: World, account: Account, session: Session, run: Run, fate: Fate
    ) -> None:
        self.seconds = 0.0
        self._world = world
        self._account = account
        self._session = session
        self._run = run
        self._fate = fate
        self._render: Render | None = None

    def begin(self, moment: float) -> float:
        run, world = self._run, self._world
        run.started_at = moment
        run.thought_at = run.ends_at = run.fate.end(moment, world.timing.agent_thinking)
        if run.next_phase == "completed" and run.fate.failure is None:
            run.ends_at = self._fate.end(run.thought_at, self.seconds)
            world.agenda.at(run.thought_at, self._generate)
        return run.ends_at

    def settle(self, moment: float) -> None:
        run, session = self._run, self._session
        _entitle(session)
        video = run.video
        if video is not None and self._render is not None:
            if run.stopped:
                video.fate = Fate(failure=_STOPPED)
            self._render.settle(moment)
        elif run.charge is not None:
            self._world.refund(self._account, run.charge)
        failure = _STOPPED if run.stopped else (video or run).fate.failure
        if run.stopped and session.mode == "chat":
            session.phase = "waiting_for_input"
            session.say(moment, "model", "I have stopped. What would you like instead?")
        elif failure is not None:
            self._fail(moment, failure)
        elif video is not None:
            self._complete(moment, video)
        else:
            self._ask(moment)

    def _generate(self, moment: float) -> None:
        world, session, run = self._world, self._session, self._run
        if run.stopped or run.charge is None:
            return
        _entitle(session)
        number = world.number("video")
        video = Video(
            id=world.identify("video", number),
            number=number,
            plan=_plan(session, run.charge.credits),
            created_at=moment,
            phases=(world.timing.waiting, world.timing.pending),
            render_seconds=self.seconds,
            charge=run.charge,
            fate=self._fate,
        )
        self._account.videos[video.id] = run.video = video
        session.videos.append(video)
        session.phase = "generating"
        session.say(moment, "model", "I am making the video now.")
        self._render = course(world, self._account, video)
        self._render.begin(moment)

    def _ask(self, moment: float) -> None:
        session = self._session
        session.phase = self._run.next_phase
        if session.phase == "waiting_for_input":
            session.say(moment, "model", "How many seconds is the video to last?")
            return
        about = (_storyboard(self._world, session, moment),)
        session.say(moment, "model", "A storyboard", kind="resource", about=about)
        session.say(moment, "model", "This is what I would make. Do you agree?")

    def _fail(self, moment: float, failure: Failure) -> None:
        session = self._session
        session.phase = "failed"
        if failure.message is not None:
            session.say(moment, "model", failure.message, kind="error")
        facts = {"session_id": session.id, "video_id": video_id(session), "msg": failure.message}
        self._tell(moment, "video_agent.fail", facts)

    def _complete(self, moment: float, video: Video) -> None:
        world, session = self._world, self._session
        session.phase = "completed"
        path = f"videos/{video.id}"
        resource = AgentResource(
            id=world.identify("resource", world.number("resource")),
            type="video",
            source="agent",
            created_at=moment,
            path=f"{path}.{video.plan.output_format}",
            still=f"{path}.jpg",
            facts={"video_id": video.id, "duration": video.plan.seconds},
        )
        session.resources[resource.id] = resource
        session.say(moment, "model", "The video", kind="resource", about=(resource.id,))
        shown = view(world, video)
        facts = {"session_id": session.id, "video_id": video.id, "url": shown["video_url"]}
        self._tell(moment, "video_agent.success", facts)

    def _tell(self, moment: float, event: str, facts: dict[str, str | None]) -> None:
        tell(self._world, self._account, moment, event, facts, self._session.callback)


def video_id(session: Session) -> str | None:
    """The newest video of a session."""
    return session.videos[-1].id if session.videos else None


def _entitle(session: Session) -> None:
    if session.title is None:
        line = session.wish.strip().partition("\n")[0]
        session.title = line if len(line) <= _TITLE else line[: _TITLE - 1].rstrip() + "…"


def _plan(session: Session, credits: float) -> Plan:  # noqa: A002 - the word the API bills in
    return Plan(
        kind="video_agent",
        title=session.title,
        seconds=session.seconds or DEFAULT_SECONDS,
        credits=credits,
        picture=session.picture,
        text=session.wish[:_SPOKEN],
        aspect_ratio=session.aspect_ratio,
        fit="cover",
    )


def _storyboard(world: World, session: Session, moment: float) -> str:
    identifier = world.identify("resource", world.number("resource"))
    path, picture = f"agents/{identifier}.jpg", session.picture
    world.files[path] = File(mime="image/jpeg", make=lambda: thumbnail(picture.read()))
    session.resources[identifier] = AgentResource(
        id=identifier, type="image", source="agent", created_at=moment, path=path, still=path
    )
    return identifier
