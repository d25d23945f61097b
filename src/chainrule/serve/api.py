"""What a server answers: the addresses that the dashboard, and any script, may ask for.

All answers are JSON but for the page, its files and the stream. Numbers that JSON does not know
are the texts "nan", "inf", "-inf"; arrays are `{"dtype", "shape", "data"}` with the base64 of
little-endian bytes, row by row (`chainrule.serve.packed`). An error is `{"error", "hint"}` with a
status of 400 or more. Scripts give the token in a header, `Authorization: Bearer TOKEN`;
the page has it in a cookie, from the address that the server printed.

`GET /`
    The dashboard; with `?token=` it leaves the cookie.
`GET /static/NAME`
    A file of the dashboard.
`GET /api/runs`
    `{"runs": [...], "control": id or null}`: id, name, state ("running", "finished", "stopped",
    "diverged", "damaged"), steps, loss (the last), started and ended (seconds since 1970),
    settings, error (what is damaged). `control` is the run that this process trains.
`GET /api/runs/ID`
    The same, and start (what the run began with), names (of all series), rows (map -> names of its
    rows), last_step, last_event, version, snapshots (steps), control (see below, or null).
`GET /api/runs/ID/series?names=A&names=B&first=0&last=&columns=2000`
    `{"series": {name: {"steps", "last", "min", "max"}}}`: arrays over columns of steps; min and max
    are left out where they equal last.
`GET /api/runs/ID/map?stat=rms&kind=max&first=0&last=&columns=2000`
    A statistic of all layers: names (rows), steps, values (float32, rows x steps) and blank (bytes,
    1 where nothing was recorded; null: nowhere). stat: rms and gradient (root mean square and norm
    of a gradient), weight (norm), ratio (update to weight), of parameters; mean, std, zeros, dead,
    saturated, of layers. kind: max, min or last of the steps in a column.
`GET /api/runs/ID/histograms?names=A&step=N`
    `{"edges": [68 numbers], "histograms": {name: {"steps": [...], "counts": array}}}`: the newest
    up to a step, all without one. Bin i is from edge i to edge i + 1; the last counts NaN and
    infinity.
`GET /api/runs/ID/events?after=0`
    `{"events": [{"id", "kind", "step", "time", "data"}]}` with ids above `after`.
`GET /api/runs/ID/snapshots`
    `{"steps": [...]}`: after which updates the model itself was stored.
`GET /api/runs/ID/findings`
    `{"findings": [{"rule", "where", "step", "number", "threshold", "text", "source", "remedy"}],
    "looked": [rules]}`: what the doctor says of the run as it is now.
`GET /api/runs/ID/decision?step=&axes=0&axes=1`
    What the net decides over two inputs, see `chainrule.train.decision.Decision`: step (of the
    snapshot; null: the model as it is now), axes, inputs, lows, highs, classes, surface (the second
    axis first), points, rows, targets, found, norms, hardest (places among the points), confusion
    (true by found), units (layer -> surfaces), weights (layer -> outputs x inputs). Of runs that
    `chainrule train` made.
`GET /api/runs/ID/circuit?layer=layers.0&unit=0&row=0&step=`
    A page of its own: the circuit of one unit on one row of the table, with values and gradients.
`GET /api/runs/ID/stream?names=A&maps=rms&findings=1&since=`
    Server-sent events, see `chainrule.serve.stream`.
`POST /api/runs/ID/control`
    For the run that this process trains: `{"do": "pause"}`, `"go"`, `"step"` (one update, then
    pause), `"stop"` (keep what there is) or `{"do": "rate", "rate": 0.01}`. Answers what holds now:
    `{"paused", "stopping", "rate"}`.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from chainrule.errors import ChainruleError, UsageError
from chainrule.runs.snapshots import Snapshots
from chainrule.runs.store import Store
from chainrule.serve import circuits, deciding, pages, reading
from chainrule.serve.findings import findings
from chainrule.serve.listing import Entry
from chainrule.serve.opening import opened
from chainrule.serve.packed import as_json
from chainrule.serve.queries import Query
from chainrule.serve.shown import Shown
from chainrule.serve.stream import Stream

Answer = Callable[[Request], Awaitable[Response]]
EVENTS = "text/event-stream"


def application(shown: Shown) -> Starlette:
    """Return what answers requests that were let through."""
    api = Api(shown)
    one = "/api/runs/{id}"
    reads = {
        "series": api.series,
        "map": api.heat,
        "histograms": api.histograms,
        "events": api.events,
        "snapshots": api.snapshots,
        "findings": api.findings,
        "decision": api.decision,
    }
    routes = [
        Route("/", page),
        Route("/static/{name}", file),
        Route("/api/runs", reads_list(api)),
        Route(one, of_run(api, api.details)),
        *(Route(f"{one}/{name}", of_run(api, read)) for name, read in reads.items()),
        Route(f"{one}/circuit", partial(circuit, api)),
        Route(f"{one}/stream", partial(stream, api)),
        Route(f"{one}/control", partial(control, api), methods=["POST"]),
    ]
    handlers: Any = {HTTPException: refused, ChainruleError: mistaken, Exception: failed}
    made = Starlette(routes=routes, exception_handlers=handlers)
    made.router.redirect_slashes = False
    return made


class Api:
    """The answers, as plain values; each is made in a thread of its own."""

    def __init__(self, shown: Shown) -> None:
        self.shown = shown

    def list(self) -> dict[str, Any]:
        """Return all runs."""
        listed = [entry.summary() for entry in self.shown.listing.entries()]
        return {"runs": listed, "control": self.shown.controlled}

    def find(self, request: Request) -> Entry:
        """Return the run that an address names."""
        found = self.shown.listing.find(request.path_params["id"])
        if found is None:
            raise HTTPException(404, "there is no such run")
        return found

    def details(self, entry: Entry, query: Query) -> dict[str, Any]:
        """Return one run."""
        store = opened(entry.path)
        if store is None:  # it has just begun, or is not recorded
            found = reading.nothing()
        else:
            with store:
                found = reading.details(store, entry.path)
        found["control"] = self.shown.control_of(entry.id)
        return {**entry.summary(), **found}

    def series(self, entry: Entry, query: Query) -> dict[str, Any]:
        """Return series."""
        with Store.open(entry.path) as store:
            return {"series": reading.series(store, query.texts("names"), *query.window())}

    def heat(self, entry: Entry, query: Query) -> dict[str, Any]:
        """Return a map."""
        stat, kind = query.text("stat", "rms"), query.text("kind", "max")
        with Store.open(entry.path) as store:
            return reading.heat(store, stat, kind, *query.window())

    def histograms(self, entry: Entry, query: Query) -> dict[str, Any]:
        """Return histograms."""
        with Store.open(entry.path) as store:
            return reading.histograms(store, query.texts("names"), query.whole("step", None))

    def events(self, entry: Entry, query: Query) -> dict[str, Any]:
        """Return events."""
        with Store.open(entry.path) as store:
            return {"events": reading.events(store, query.whole("after", 0) or 0)}

    def snapshots(self, entry: Entry, query: Query) -> dict[str, Any]:
        """Return the steps of snapshots."""
        return {"steps": Snapshots(entry.path).steps()}

    def decision(self, entry: Entry, query: Query) -> dict[str, Any]:
        """Return what the net of the run decides."""
        return deciding.decided(entry.path, query.whole("step", None), query.axes())

    def findings(self, entry: Entry, query: Query) -> dict[str, Any]:
        """Return what is wrong with the run."""
        return findings(entry.path)


def of_run(api: Api, read: Callable[[Entry, Query], Any]) -> Answer:
    """Return what answers with something about the run that the address names."""

    async def answer(request: Request) -> Response:
        def made() -> str:
            return as_json(read(api.find(request), Query(request.query_params)))

        return Response(await run_in_threadpool(made), media_type="application/json")

    return answer


def reads_list(api: Api) -> Answer:
    """Return what answers with all runs."""

    async def answer(request: Request) -> Response:
        made = await run_in_threadpool(lambda: as_json(api.list()))
        return Response(made, media_type="application/json")

    return answer


async def page(request: Request) -> Response:
    """Answer with the dashboard."""
    return Response(pages.page(), media_type="text/html")


async def file(request: Request) -> Response:
    """Answer with a file of the dashboard: one of a closed table, never a path."""
    found = pages.file(request.path_params["name"])
    if found is None:
        raise HTTPException(404, "there is no such file")
    return Response(found.content, media_type=found.kind)


async def circuit(api: Api, request: Request) -> Response:
    """Answer with the page of a unit's circuit; its own policy lets its own script run alone."""

    def made() -> str:
        entry, query = api.find(request), Query(request.query_params)
        layer, step = query.text("layer", "layers.0"), query.whole("step", None)
        unit, row = (query.whole(name, 0) or 0 for name in ("unit", "row"))
        return circuits.page_of(entry.path, layer, unit, row, step)

    page = await run_in_threadpool(made)
    headers = {"content-security-policy": circuits.policy_of(page), "x-frame-options": "SAMEORIGIN"}
    return Response(page, headers=headers, media_type="text/html")


async def stream(api: Api, request: Request) -> Response:
    """Answer with what happens in a run from now on."""
    entry = await run_in_threadpool(api.find, request)
    query = Query(request.query_params)
    names, maps = query.texts("names"), query.texts("maps")
    since = request.headers.get("last-event-id") or query.text("since", "")
    source = Stream(entry, names, maps, since, diagnosed=query.text("findings", "") == "1")
    await run_in_threadpool(source.open)
    if not api.shown.streams.enter():
        await run_in_threadpool(source.close)
        raise HTTPException(503, "too many pages are open; close one")
    sent = source.messages(api.shown.streams)
    return StreamingResponse(sent, media_type=EVENTS)


async def control(api: Api, request: Request) -> Response:
    """Do something with the run that this process trains."""
    entry = await run_in_threadpool(api.find, request)
    if entry.id != api.shown.controlled:
        raise HTTPException(409, "this run is not trained in the process of this server")
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise HTTPException(415, "a command is JSON")
    try:
        async with asyncio.timeout(api.shown.patience):
            asked = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise HTTPException(400, "the command is no JSON") from error
    if not isinstance(asked, dict):
        raise UsageError('a command is an object such as {"do": "pause"}')
    return Response(as_json(api.shown.command(asked)), media_type="application/json")


def refused(request: Request, error: HTTPException) -> Response:
    """Answer with the status of an error."""
    made = as_json({"error": error.detail, "hint": ""})
    return Response(made, error.status_code, error.headers, "application/json")


def mistaken(request: Request, error: ChainruleError) -> Response:
    """Answer with what was wrong with a request, or with a file of the run."""
    status = 400 if isinstance(error, UsageError) else 422
    made = as_json({"error": error.message, "hint": error.hint})
    return Response(made, status, media_type="application/json")


def failed(request: Request, error: Exception) -> Response:
    """Answer where nobody foresaw the error; it goes on to the guard, who tells of it."""
    made = as_json({"error": "the server met an error of its own", "hint": ""})
    return Response(made, 500, media_type="application/json")
