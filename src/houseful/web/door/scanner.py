"""The scanner: a page that judges tickets with a script or without, and what its script asks."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response
from litestar.params import QueryParameter
from litestar.response import Redirect

from houseful import events, scanning, venues
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.problems import Invalid, Problem
from houseful.web import assets
from houseful.web.door.duty import door_path
from houseful.web.door.guard import SUPERVISE, AtDoor
from houseful.web.guards import Anybody
from houseful.web.pages import act, show, told
from houseful.web.templating import page
from houseful.web.visits import Visit

PATH = "/door/{organization:str}"
EventId = Annotated[UUID, QueryParameter(name="event")]
GateId = Annotated[UUID | None, QueryParameter(name="gate")]


class Uploaded(msgspec.Struct):
    """What the script sends: each scan is read by itself, so that a bad one stops no other."""

    scans: Annotated[list[msgspec.Raw], msgspec.Meta(min_length=1, max_length=scanning.BATCH_MAX)]


class Figures(msgspec.Struct, rename="camel"):
    """What the page counts."""

    inside: int
    tickets: int


@show("/door/worker.js", Anybody())
async def show_worker() -> Response[bytes]:
    """Hand out the script that opens the scanner without a network; its place is its scope."""
    script = assets.content_of("src/door/worker.ts")
    return Response(script, media_type="text/javascript", headers={"cache-control": "no-cache"})


@show(PATH + "/scan", AtDoor(lets_pass=True))
async def show_scanner(visit: Visit, event_id: EventId, gate_id: GateId = None) -> Response[Any]:
    """Show the scanner for an event's gate."""
    if visit.access is None:
        return Redirect("/door")
    return await _scanner(visit, event_id, gate_id)


@act(PATH + "/scan", AtDoor())
async def scan_typed(visit: Visit, event_id: EventId, gate_id: GateId = None) -> Response[Any]:
    """Judge a code that was typed where no script runs."""
    form = await visit.form()
    try:
        data = msgspec.convert(
            {
                "scanId": form.get("scan", ""),
                "eventId": str(event_id),
                "gateId": str(gate_id) if gate_id else None,
                "code": form.get("code", ""),
                "direction": form.get("direction", "in"),
            },
            scanning.NewScan,
        )
        verdict = await scanning.scan_quickly(
            visit.database, visit.organization_id, visit.actor, data.attempt()
        )
    except msgspec.ValidationError:
        return await _scanner(visit, event_id, gate_id, message="Please type the ticket's code.")
    except Problem as problem:
        return await _scanner(visit, event_id, gate_id, message=told(problem))
    return await _scanner(visit, event_id, gate_id, verdict=scanning.ScanView.of(verdict))


@act(PATH + "/scans", AtDoor())
async def take_scans(visit: Visit) -> dict[str, Any]:
    """Judge what the script sends, one by one, and say how many are inside."""
    visit.check_csrf()
    try:
        raw = msgspec.json.decode(await visit.request.body(), type=Uploaded)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Invalid.at("", str(error)) from error
    read = [_read(each) for each in raw.scans]
    scans = [scan for scan in read if isinstance(scan, scanning.NewScan)]
    answers = iter(
        await scanning.scan_each(visit.database, visit.organization_id, visit.actor, scans)
    )
    items = [
        next(answers) if isinstance(each, scanning.NewScan) else {"problem": each.body()}
        for each in read
    ]
    figures = await visit.run(_figures, scans[-1].event_id) if scans else None
    return {"items": items, "figures": figures}


def _read(raw: msgspec.Raw) -> scanning.NewScan | Invalid:
    try:
        return msgspec.json.decode(raw, type=scanning.NewScan)
    except msgspec.ValidationError as error:
        return Invalid(str(error))


@act(PATH + "/scans/{scan_id:uuid}/revert", AtDoor())
async def take_back(visit: Visit, scan_id: UUID) -> Figures:
    """Take back a scan, and say how many are inside."""
    visit.check_csrf()

    async def revert(uow: UnitOfWork) -> Figures:
        undone = await scanning.revert_scan(uow, scan_id, is_supervisor=visit.may(SUPERVISE))
        await uow.flush()
        return await _figures(uow, undone.event_id)

    return await visit.run(revert)


@show(PATH + "/manifest", AtDoor())
async def show_manifest(visit: Visit, event_id: EventId) -> Response[Any]:
    """Hand out what the script needs to judge without a network."""
    secret: str = visit.secret
    manifest = await visit.run(scanning.make_manifest, secret, event_id)
    return Response(manifest, headers={"cache-control": "no-store"})


@show(PATH + "/figures", AtDoor())
async def show_figures(visit: Visit, event_id: EventId) -> Response[Figures]:
    """Say how many are inside."""

    async def read(uow: UnitOfWork) -> Figures:
        await events.get_event(uow, event_id)
        return await _figures(uow, event_id)

    return Response(await visit.run(read), headers={"cache-control": "no-store"})


async def _figures(uow: UnitOfWork, event_id: UUID) -> Figures:
    figures = await scanning.door_figures(uow, event_id)
    return Figures(inside=figures.inside, tickets=figures.tickets)


async def _scanner(
    visit: Visit,
    event_id: UUID,
    gate_id: UUID | None,
    *,
    message: str = "",
    verdict: scanning.ScanView | None = None,
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        return {
            "event": await events.get_event(uow, event_id),
            "gate": await venues.get_gate(uow, gate_id) if gate_id else None,
            "figures": await _figures(uow, event_id),
        }

    door = door_path(visit)
    setup = {
        "door": door,
        "eventId": str(event_id),
        "gateId": str(gate_id) if gate_id else None,
        "manifestKey": scanning.manifest_key(visit.secret),
        "words": scanning.all_words(),
    }
    return page(
        visit,
        "door/scanner.html",
        status=422 if message else 200,
        door=door,
        setup=setup,
        message=message,
        verdict=verdict,
        scan_id=new_id(),
        **await visit.run(read),
    )


handlers = [
    show_worker,
    show_scanner,
    scan_typed,
    take_scans,
    take_back,
    show_manifest,
    show_figures,
]
