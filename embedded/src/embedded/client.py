"""A person at the public API: what the story, the demo data, the journeys of the tests and the benchmarks speak through.

It knows HTTP and nothing of the services. A patient person repeats a call that found nobody at home (no connection, 5xx) with
the same `Idempotency-Key`, as any careful program should: the call then takes effect once.
"""

import time
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

import requests

Seen = TypeVar("Seen")


class Refused(Exception):
    """The API answered with a problem (RFC 9457)."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.code: str = problem.get("code", "")
        self.problem = problem
        super().__init__(f"{status} {self.code}: {problem.get('detail') or problem.get('title')} {problem.get('errors') or ''}")


class Person:
    """Somebody with or without a token. `patience_seconds` is how long an absent server is waited for."""

    def __init__(self, base_url: str, token: str = "", *, patience_seconds: float = 0.0) -> None:
        self.base_url = base_url.rstrip("/")
        self.patience_seconds = patience_seconds
        self.credentials = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = requests.Session()
        self._http.headers.update(self.credentials)

    def get(self, path: str, **query: Any) -> Any:
        return self._call("GET", path, query=query)

    def post(self, path: str, body: dict[str, Any] | None = None, *, key: str = "") -> Any:
        return self._call("POST", path, body=body or {}, key=key)

    def put(self, path: str, body: dict[str, Any], *, key: str = "") -> Any:
        return self._call("PUT", path, body=body, key=key)

    def download(self, path: str) -> bytes:
        """The bytes of a file."""
        return self._answered("GET", path, {}, None, "").content

    def _call(
        self, method: str, path: str, *, query: dict[str, Any] | None = None, body: dict[str, Any] | None = None, key: str = ""
    ) -> Any:
        answer = self._answered(method, path, query or {}, body, key)
        return answer.json() if answer.content else None

    def _answered(
        self, method: str, path: str, query: dict[str, Any], body: dict[str, Any] | None, key: str
    ) -> requests.Response:
        headers = {} if method == "GET" else {"Idempotency-Key": key or str(uuid.uuid4())}
        end = time.monotonic() + self.patience_seconds
        while True:
            try:
                answer = self._http.request(
                    method, f"{self.base_url}/api/v1{path}", params=query, json=body, headers=headers, timeout=30
                )
            except requests.RequestException:
                if time.monotonic() >= end:
                    raise
                time.sleep(0.2)
                continue
            if answer.status_code >= 500 and time.monotonic() < end:
                time.sleep(0.2)
                continue
            if answer.status_code >= 400:
                raise Refused(answer.status_code, _problem(answer))
            return answer


def _problem(answer: requests.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        told = None
    return told if isinstance(told, dict) else {"title": answer.text[:200]}


def until(look: Callable[[], Seen | None], what: str, *, seconds: float = 200.0) -> Seen:
    """What `look` returns once it is true: services tell one another through events, so effects come a moment later.

    The default outlasts the lease of an operation whose worker was killed.
    """
    end = time.monotonic() + seconds
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() >= end:
            raise TimeoutError(f"waited {seconds:g} s in vain: {what}")
        time.sleep(0.1)
