"""Profiles, accounts, reviews and the feed of the index, in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, String, and_, cast, delete, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from catalog.adapters.tables import ACCOUNT, PHOTO, PROFILE, REVIEW
from catalog.domain.document import document_of, search_text_of, signals_of, tag, tags_of
from catalog.domain.policy import CatalogPolicy
from catalog.domain.profile import Profile
from catalog.domain.ranking import Candidate
from catalog.domain.wanted import WINDOW, Wanted
from catalog.domain.words import is_clean, words_of
from catalog.use_cases.ports import Changes, Found
from chassis.codec import from_wire, to_wire
from contracts.catalog.v1.rpc import ProfileContent, ProfileState
from kernel.errors import NotYet

_FIELDS = tuple(field.name for field in fields(Profile))
_VISIBLE = PROFILE.c.state == ProfileState.VISIBLE.value


def _profile(row: RowMapping) -> Profile:
    known = {name: row[name] for name in _FIELDS}
    return Profile(**known | {"content": from_wire(ProfileContent, row["content"]), "state": ProfileState(row["state"])})


def _row(profile: Profile) -> dict[str, Any]:
    content = profile.content
    row: dict[str, Any] = {name: getattr(profile, name) for name in _FIELDS}
    return row | {
        "content": to_wire(content),
        "state": profile.state.value,
        "search_text": search_text_of(profile),
        "tags": tags_of(content),
        "day_rate_cents": content.day_rate.amount if content.day_rate else None,
    }


class StoredProfiles:
    def __init__(self, session: Session, policy: CatalogPolicy) -> None:
        self._session, self._policy = session, policy

    def get(self, expert_id: str) -> Profile | None:
        return self._one(expert_id, lock=False)

    def take(self, expert_id: str) -> Profile | None:
        return self._one(expert_id, lock=True)

    def begin(self, expert_id: str) -> Profile:
        new = insert(PROFILE).values(_row(Profile(expert_id)) | {"changed_in": 0}).on_conflict_do_nothing()
        self._session.execute(new)
        profile = self.take(expert_id)
        assert profile is not None
        return profile

    def save(self, profile: Profile) -> None:
        self._session.execute(update(PROFILE).where(PROFILE.c.expert_id == profile.expert_id).values(_row(profile)))

    def visible(self, expert_ids: Sequence[str]) -> dict[str, Profile]:
        if not expert_ids:
            return {}
        rows = self._session.execute(select(PROFILE).where(_VISIBLE, PROFILE.c.expert_id.in_(expert_ids))).mappings()
        return {row["expert_id"]: _profile(row) for row in rows}

    def find(self, wanted: Wanted, window: int) -> Found:
        fits = and_(_VISIBLE, *_conditions(wanted))
        total = self._session.scalar(select(func.count()).select_from(PROFILE).where(fits)) or 0
        page = select(PROFILE).where(fits).order_by(PROFILE.c.expert_id).limit(WINDOW).offset(window * WINDOW)
        profiles = [_profile(row) for row in self._session.execute(page).mappings()]
        candidates = (Candidate(profile.expert_id, 1.0, signals_of(profile, self._policy)) for profile in profiles)
        return Found(candidates=tuple(candidates), total=total)

    def photo(self, expert_id: str) -> bytes | None:
        return self._session.scalar(select(PHOTO.c.jpeg).where(PHOTO.c.expert_id == expert_id))

    def keep_photo(self, expert_id: str, jpeg: bytes) -> None:
        new = insert(PHOTO).values(expert_id=expert_id, jpeg=jpeg)
        self._session.execute(new.on_conflict_do_update(index_elements=["expert_id"], set_={"jpeg": jpeg}))

    def drop_photo(self, expert_id: str) -> None:
        self._session.execute(delete(PHOTO).where(PHOTO.c.expert_id == expert_id))

    def _one(self, expert_id: str, *, lock: bool) -> Profile | None:
        if not is_clean(expert_id):  # PostgreSQL's text cannot even hold it
            return None
        asked = select(PROFILE).where(PROFILE.c.expert_id == expert_id)
        row = self._session.execute(asked.with_for_update() if lock else asked).mappings().first()
        return None if row is None else _profile(row)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    """Nothing of the query but letters, digits, & + # gets here, so LIKE has no pattern to follow but ours."""
    words = {folded for word in wanted.words for folded in words_of(word)}
    conditions = [PROFILE.c.search_text.contains(word, autoescape=True) for word in sorted(words)]
    for field, values in wanted.tags:
        conditions.append(PROFILE.c.tags.op("&&")(cast([tag(field, value) for value in values], ARRAY(String))))
    if wanted.min_day_rate_cents is not None:
        conditions.append(PROFILE.c.day_rate_cents >= wanted.min_day_rate_cents)
    if wanted.max_day_rate_cents is not None:
        conditions.append(PROFILE.c.day_rate_cents <= wanted.max_day_rate_cents)
    if wanted.min_rating is not None:
        conditions.append(and_(PROFILE.c.reviews > 0, PROFILE.c.score_sum >= PROFILE.c.reviews * 100 * wanted.min_rating))
    return conditions


class StoredAccounts:
    def __init__(self, session: Session) -> None:
        self._session = session

    def know(self, account_id: str, expert_id: str | None) -> None:
        self._session.execute(insert(ACCOUNT).values(account_id=account_id, expert_id=expert_id).on_conflict_do_nothing())

    def expert_of(self, account_id: str) -> str | None:
        row = self._session.execute(select(ACCOUNT.c.expert_id).where(ACCOUNT.c.account_id == account_id)).first()
        if row is None:
            raise NotYet(f"nobody has told of account {account_id}")
        return row.expert_id  # type: ignore[no-any-return]


class StoredReviews:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, mission_id: str, expert_id: str, at: datetime) -> bool:
        new = insert(REVIEW).values(mission_id=mission_id, expert_id=expert_id, counted_at=at).on_conflict_do_nothing()
        return self._session.execute(new.returning(REVIEW.c.mission_id)).first() is not None


class StoredFeed:
    """Points and versions are transaction numbers: whatever is numbered below the oldest one still running has been seen."""

    def __init__(self, session: Session, policy: CatalogPolicy) -> None:
        self._session, self._policy = session, policy

    def point(self) -> int:
        oldest_running = func.pg_snapshot_xmin(func.pg_current_snapshot())
        return int(self._session.execute(select(cast(oldest_running, String))).scalar_one())

    def changed_since(self, point: int) -> dict[str, int]:
        return self._versions(PROFILE.c.changed_in >= point)

    def visible_versions(self) -> dict[str, int]:
        return self._versions(_VISIBLE)

    def read(self, expert_ids: Sequence[str]) -> Changes:
        rows = self._session.execute(select(PROFILE).where(PROFILE.c.expert_id.in_(expert_ids))).mappings().all()
        documents = [document_of(_profile(row), row["changed_in"], self._policy) for row in rows]
        found = tuple(document for document in documents if document)
        return Changes(documents=found, gone=tuple(set(expert_ids) - {document.expert_id for document in found}))

    def _versions(self, condition: ColumnElement[bool]) -> dict[str, int]:
        rows = self._session.execute(select(PROFILE.c.expert_id, PROFILE.c.changed_in).where(condition))
        return {row.expert_id: row.changed_in for row in rows}
