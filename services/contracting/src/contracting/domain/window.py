"""One page of a list, newest first: where it begins and how long it is.

Ids sort by the time they were made, so the last id of a page is all that the next one needs; callers see it as an opaque cursor.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from contracts.contracting.v1.errors import InvalidInput
from contracts.shapes import Page
from kernel.ids import is_id

MOST = 100


class Listed(Protocol):
    """Something with a time-sortable id."""

    @property
    def id(self) -> str: ...


Row = TypeVar("Row", bound=Listed)
View = TypeVar("View")


@dataclass(frozen=True)
class Window:
    """`limit` rows with an id smaller than `before` (None: from the newest)."""

    before: str | None
    limit: int

    @classmethod
    def of(cls, cursor: str | None, limit: int, prefix: str) -> "Window":
        """From a call's cursor and limit. Raises InvalidInput with `field`."""
        if not 1 <= limit <= MOST:
            raise InvalidInput(f"limit must be from 1 to {MOST}", field="limit")
        return cls(None if cursor is None else _opened(cursor, prefix), limit)

    def page(self, rows: Sequence[Row], view: Callable[[Row], View]) -> Page[View]:
        """The answer made of up to `limit` + 1 rows: the one too many only says that there is a next page."""
        shown = rows[: self.limit]
        more = len(rows) > self.limit
        return Page(items=tuple(view(row) for row in shown), next_cursor=_closed(shown[-1].id) if more else None)


def _closed(last_id: str) -> str:
    return urlsafe_b64encode(last_id.encode()).decode().rstrip("=")


def _opened(cursor: str, prefix: str) -> str:
    try:
        last_id = urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeError):
        last_id = ""
    if not is_id(last_id, prefix):
        raise InvalidInput("the cursor is not one of this list", field="cursor")
    return last_id
