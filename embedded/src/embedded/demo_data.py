"""What a fresh demo shows: made through the public API, as people would make it.

`OPERATORS` are the team's accounts, made at installation; everybody in a demo has the same password, and the demo listens on this
machine only.
"""

from collections.abc import Callable, Iterator

from embedded.client import Person

PASSWORD = "a long walk to the sea 2026"
OPERATORS = (
    ("comite@operateur.example", "Claire", "Comité"),
    ("finance@operateur.example", "Farid", "Finance"),
)


def load(base_url: str, operators: tuple[Person, Person], policy: str, say: Callable[[str], object]) -> None:
    """Loads everything into an empty marketplace; `say` tells what is being loaded."""


def accounts(policy: str) -> Iterator[tuple[str, str]]:
    """(role, e-mail) of the accounts to try."""
    for email, *_ in OPERATORS:
        yield "operator", email


def to_try(base_url: str) -> Iterator[str]:
    """What to do first."""
    yield f"{base_url}/api/docs               the API, browsable"
    yield f"curl '{base_url}/api/v1/experts?text=usinage'"
    yield "make story                  one whole mission, told step by step (in a second terminal)"
