"""A mission under way on an embedded stack of its own, with somebody of each role: what bad input is tried on.

Everything is asked of `/api/v1`. Whether a refusal changed nothing is seen by what each role may read, and by the audit trails,
which have an entry for every command that took effect.
"""

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests

from contracts.topology import SERVICES
from embedded.cast import PASSWORD, log_in
from embedded.client import Person, until
from embedded.demo_data import OPERATORS
from embedded.journey import Journey
from gateway.answers import JSON
from gateway.table import routes
from testkit.stack import EmbeddedStack, Operator, running

ROUTES = routes(with_sandbox=True)
COMMANDS = tuple(route for route in ROUTES if route.is_command)
NOBODY = "0" * 26
NOTHING = object()
"""No body; None is `null`."""
_MOVING = {
    "/sessions",  # when each was last used
    "/sandbox/clock",
    "/experts",  # searching counts
    "/profile/statistics",
    "/operator/audit/{service}",
    "/operator/events/{service}",
}
FIRST_DOCUMENTS = {"purchase_order", "deposit_invoice", "commission_invoice"}
LINE = {"description": "Journée", "quantity": "2", "unit": "day", "unit_price": {"amount": 69_000, "currency": "EUR"}}
QUOTE = {
    "title": "Audit",
    "objectives": "Un audit.",
    "deliverables": "Un rapport.",
    "lines": [LINE],
    "starts_on": "2027-01-04",
    "ends_on": "2027-02-26",
}


@dataclass
class World:
    """`people`: visitor, expert, company, operator; `loser`, the other expert; `stranger`, a company without a part in it."""

    journey: Journey
    people: dict[str, Person]
    stranger_email: str
    ids: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, requests.Session] = field(default_factory=dict)

    def ask(self, who: str, method: str, path: str, body: Any = NOTHING, *, key: str = "", **more: Any) -> requests.Response:
        """One request, as it is; `{mission_id}` and the like stand for the mission's ids, in the body too."""
        if body is not NOTHING:
            more["data"] = self.known(json.dumps(body))
        headers = {"Idempotency-Key": key or str(uuid.uuid4()), "Content-Type": "application/json", **more.pop("headers", {})}
        headers.update(self.people[who].credentials)
        session = self.sessions.setdefault(who, requests.Session())
        url = f"{self.journey.base_url}/api/v1{self.known(path)}"
        return session.request(method, url, headers=headers, timeout=30, **more)

    def known(self, text: str) -> str:
        for name, value in self.ids.items():
            text = text.replace("{" + name + "}", value)
        return text

    def seen(self) -> dict[str, Any]:
        """All that everybody may read, counters and clocks apart, and the newest command of a person to each service."""
        found = {f"audit {service}": self._newest_command(service) for service in SERVICES}
        for route in ROUTES:
            if route.method != "GET" or route.answering is not JSON or route.path in _MOVING or "{" in self.known(route.path):
                continue
            for who in {kind.role.value for kind in route.by}:
                answer = self.ask(who, "GET", route.path)
                found[f"{who} {self.known(route.path)}"] = answer.json() if answer.ok else answer.status_code
        return found

    def _newest_command(self, service: str) -> int:
        entries = self.ask("operator", "GET", f"/operator/audit/{service}?limit=100").json()["items"]
        return max((entry["id"] for entry in entries if entry["role"] != "service" and "webhook" not in entry["call"]), default=0)

    def settled(self) -> dict[str, Any]:
        """`seen`, once it has been the same for two seconds: the last event is heard and the last mail sent."""
        looks = [self.seen()]

        def rested() -> dict[str, Any] | None:
            time.sleep(0.7)
            looks.append(self.seen())
            return looks[-1] if all(look == looks[-1] for look in looks[-4:-1]) and len(looks) > 3 else None

        return until(rested, "the marketplace is at rest")


@contextmanager
def mission_under_way() -> Iterator[World]:
    """Akigora, the first instalment paid; beside it an open offer and a quote that was sent."""
    accounts = [Operator(email, PASSWORD) for email, *_ in OPERATORS]
    with running(EmbeddedStack("akigora", accounts)) as stack:
        operators = tuple(log_in(stack.base_url, each.email, each.password, patience_seconds=30) for each in accounts)
        journey = Journey(stack.base_url, operators, stack.policy, patience_seconds=30)
        journey.begin()
        journey.agree()
        payin = journey.fund(1)
        journey.wait_mission("active")
        until(lambda: _issued(journey) >= FIRST_DOCUMENTS, "the documents of the first payment")
        other = Journey(stack.base_url, operators, stack.policy, patience_seconds=30)
        other.sign_up_company()
        email = other.company.get("/account")["email"]
        yield World(journey, _people(journey, other), email, _ids(journey, payin))


def _issued(journey: Journey) -> set[str]:
    return {document["kind"] for document in journey.documents() if document["state"] == "issued"}


def _people(journey: Journey, other: Journey) -> dict[str, Person]:
    return {
        "visitor": journey.visitor,
        "expert": journey.winner.person,
        "company": journey.company,
        "operator": journey.operators[0],
        "stranger": other.company,
        "loser": journey.experts[1].person,
    }


def _ids(journey: Journey, payin: dict[str, Any]) -> dict[str, str]:
    sheet, offer = _offered(journey, 0)
    _, answered = _offered(journey, 1)
    sent = journey.experts[1].person.post("/quotes", {"offer_id": answered, "content": QUOTE})["quote_id"]
    journey.experts[1].person.post(f"/quotes/{sent}/send")
    return {
        "mission_id": journey.mission_id,
        "quote_id": journey.quotes[journey.winner.expert_id]["quote_id"],
        "sent_id": sent,
        "sheet_id": sheet,
        "offer_id": offer,
        "conversation_id": journey.conversation_id,
        "payin_id": payin["payin_id"],
        "document_id": journey.documents(journey.company)[0]["document_id"],
        "expert_id": journey.winner.expert_id,
        "loser_id": journey.experts[1].expert_id,
        "company_id": journey.company_id,
        "instalment": "1",
        "service": "payments",
    }


def _offered(journey: Journey, expert: int) -> tuple[str, str]:
    sheet = journey.company.post("/sheets", {"title": "Audit", "objectives": "Un audit."})["sheet_id"]
    body = {"expert_ids": [journey.experts[expert].expert_id]}
    return sheet, journey.company.post(f"/sheets/{sheet}/offers", body)["items"][0]["offer_id"]


def nobodys(name: str) -> str:
    """An id of the right form that is nobody's, for a parameter of a path."""
    return {"instalment": "1", "service": "payments"}.get(name) or f"{name[:3]}_{NOBODY}"
