"""Catalog's use cases on a real database and a real index, without a bus."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from catalog import bootstrap
from catalog.use_cases import edit_profile, follow_experts, keep_index, read_profile, search_profiles
from chassis.edge import Edge
from chassis.settings import Settings
from contracts.catalog.v1 import rpc
from contracts.contracting.v1.events import ReviewPublished
from contracts.identity.v1 import events as identity
from contracts.shapes import FileContent
from contracts.wire import VISITOR, Actor, Envelope, Event, Role
from kernel.clock import ManualClock
from kernel.ids import new_id

USE_CASES: dict[type[Any], Callable[..., Any]] = {
    rpc.SaveProfile: edit_profile.save_profile,
    rpc.SetPhoto: edit_profile.set_photo,
    rpc.PublishProfile: edit_profile.publish_profile,
    rpc.SetVisibility: edit_profile.set_visibility,
    rpc.GetOwnProfile: read_profile.get_own_profile,
    rpc.OpenProfile: read_profile.open_profile,
    rpc.GetPhoto: read_profile.get_photo,
    rpc.GetProfileStatistics: read_profile.get_profile_statistics,
    rpc.SearchProfiles: search_profiles.search_profiles,
    identity.AccountRegistered: follow_experts.begin_profile,
    identity.AccountUpdated: follow_experts.rename,
    identity.ExpertAdmitted: follow_experts.admit,
    identity.ExpertRefused: follow_experts.refuse,
    identity.ExpertSuspended: follow_experts.suspend,
    identity.ExpertReinstated: follow_experts.reinstate,
    identity.AccountErased: follow_experts.erase,
    ReviewPublished: follow_experts.rate,
}
# one red pixel, PNG
PHOTO = FileContent(
    filename="me.png",
    content_type="image/png",
    content="iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC",
)
CONTENT = rpc.ProfileContent(
    title="Directeur industriel",
    summary="Trente ans d'usines et d'ingénierie en Europe.",
    skills=(rpc.Skill(name="Lean manufacturing", years=20),),
)


def expert(expert_id: str) -> Actor:
    return Actor(role=Role.EXPERT, account_id=f"acc_{expert_id}", expert_id=expert_id)


class Catalog:
    """One process of the service on `url`."""

    def __init__(self, url: str, clock: ManualClock, **env: str) -> None:
        settings = Settings("catalog", {"DATABASE_URL": url, "POLICY": "akigora", **env}, clock=clock, machine_clock=clock)
        self.edge = Edge(bootstrap.build(settings), settings)
        self._keys = 0

    def ask(self, call: type[Any], actor: Actor = VISITOR, **said: Any) -> Any:
        self._keys += 1
        key = {"idempotency_key": f"key {self._keys}"} if "idempotency_key" in call.__dataclass_fields__ else {}
        return self.edge.run(USE_CASES[call], call(actor=actor, **key, **said))

    def tell(self, event: Event, at: datetime | None = None) -> None:
        """`at`: when it occurred; now, if it is not said."""
        at = at or self.edge.settings.clock.now()
        envelope = Envelope(id=new_id("evt", at), type="", version=1, occurred_at=at, correlation_id="", data={})
        self.edge.run(USE_CASES[type(event)], event, envelope=envelope)

    def keep_index(self) -> None:
        self.edge.background(keep_index.keep_index_in_step)

    def told(self) -> list[tuple[str, dict[str, Any]]]:
        return [(row.type, row.envelope["data"]) for row in self.rows("SELECT type, envelope FROM outbox ORDER BY id")]

    def rows(self, statement: str) -> list[Any]:
        with self.edge.engine.begin() as connection:
            result = connection.execute(text(statement))
            return list(result) if result.returns_rows else []

    def search(self, query: str = "", actor: Actor = VISITOR, **asked: Any) -> rpc.SearchResults:
        return self.ask(rpc.SearchProfiles, actor, query=query, **asked)

    def found(self, query: str = "", **asked: Any) -> list[str]:
        return [hit.expert_id for hit in self.search(query, **asked).items]

    def register(self, expert_id: str, first_name: str = "Jeanne", last_name: str = "Martin") -> Actor:
        person = {"email": "e@example.org", "phone": "", "locale": "fr", "first_name": first_name, "last_name": last_name}
        account = {"account_id": f"acc_{expert_id}", "role": Role.EXPERT, "expert_id": expert_id}
        self.tell(identity.AccountRegistered(**account, **person))
        return expert(expert_id)

    def show(self, expert_id: str, content: rpc.ProfileContent = CONTENT, **changes: Any) -> Actor:
        """An admitted expert's profile, published with a photo."""
        actor = self.register(expert_id)
        self.ask(rpc.SaveProfile, actor, content=replace(content, **changes))
        self.ask(rpc.SetPhoto, actor, photo=PHOTO)
        self.ask(rpc.PublishProfile, actor)
        self.tell(identity.ExpertAdmitted(expert_id=expert_id))
        return actor


@pytest.fixture
def start(database: Callable[[str], str], clock: ManualClock) -> Iterator[Callable[..., Catalog]]:
    """`start(POLICY=...)`: a process of catalog; a second one shares the first one's database."""
    started: list[Catalog] = []
    url = database("catalog")

    def starting(**env: str) -> Catalog:
        started.append(Catalog(url, clock, **env))
        return started[-1]

    yield starting
    for process in started:
        process.edge.engine.dispose()


@pytest.fixture
def catalog(start: Callable[..., Catalog]) -> Catalog:
    return start()


@pytest.fixture
def index_directory(tmp_path: Path) -> Path:
    return tmp_path / "index"
