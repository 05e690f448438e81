"""Wires adapters to use cases: the only place that knows both."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from catalog.adapters.pictures import Portraits
from catalog.adapters.repositories import StoredAccounts, StoredFeed, StoredProfiles, StoredReviews
from catalog.adapters.statistics import StoredStatistics
from catalog.adapters.tables import METADATA
from catalog.adapters.tantivy_index import TantivyIndex
from catalog.config import index_directory, policy_of
from catalog.use_cases.keep_index import keep_index
from catalog.use_cases.ports import Ports, Upkeep
from chassis.neighbours import Neighbours
from chassis.settings import Settings
from chassis.uow import UnitOfWork, Wiring

T = TypeVar("T")


def directly(work: Callable[..., T], *arguments: Any) -> T:
    """In the caller's own thread."""
    return work(*arguments)


def build(settings: Settings, in_thread: Callable[..., Any] = directly) -> Wiring[Ports]:
    """`in_thread` runs what would hold up everybody else: the index and the pictures."""
    policy = policy_of(settings)
    index = TantivyIndex(index_directory(settings), in_thread)
    pictures = Portraits(in_thread)

    def follow(uow: UnitOfWork) -> None:
        """The index takes what was committed, in a transaction of its own."""
        with Session(uow.session.get_bind()) as session:
            keep_index(Upkeep(feed=StoredFeed(session, policy), index=index, now=uow.clock.now()))

    def ports(uow: UnitOfWork, neighbours: Neighbours) -> Ports:
        session = uow.session
        return Ports(
            uow=uow,
            policy=policy,
            profiles=StoredProfiles(session, policy),
            accounts=StoredAccounts(session),
            reviews=StoredReviews(session),
            statistics=StoredStatistics(session),
            pictures=pictures,
            upkeep=Upkeep(feed=StoredFeed(session, policy), index=index, now=uow.now),
            follow_after_commit=lambda: uow.defer(lambda: follow(uow)),
        )

    return Wiring(metadata=METADATA, ports=ports)
