"""The list of what happened, for those who missed a webhook."""

from typing import Any

from psp_sandbox.resources.call import Call, Route


def index(call: Call) -> dict[str, Any]:
    return call.store.page("event", call.params, "/v1/events", call.account)


def show(call: Call, id: str) -> dict[str, Any]:
    return call.store.get("event", id, call.account)


ROUTES: tuple[Route, ...] = (("GET", "/v1/events", index), ("GET", "/v1/events/<id>", show))
