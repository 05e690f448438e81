"""What a fresh demo shows: made through the public API, as people would make it.

`OPERATORS` are the team's accounts, made at installation; everybody in a demo has the same password, and the demo listens on this
machine only.
"""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from contracts.wire import Right
from embedded.cast import PASSWORD
from embedded.client import Person
from embedded.journey import Journey

_ALL = (Right.COMMITTEE, Right.SUPPORT, Right.FINANCE, Right.MEDIATOR)
OPERATORS = (
    ("comite@operateur.example", "Claire", "Comité", _ALL),
    ("finance@operateur.example", "Farid", "Finance", _ALL),
    ("accueil@operateur.example", "Paule", "Accueil", ()),
)
EXPERTS = (
    ("Hélène", "Marchand", "Directrice industrielle de transition", ("lean manufacturing", "usinage", "management d'usine")),
    ("Bruno", "Keller", "Expert qualité usinage", ("qualité", "usinage", "ISO 9001")),
    ("Françoise", "Petit", "Consultante en performance industrielle", ("lean manufacturing", "supply chain")),
    ("Karim", "Benali", "Développement export Maghreb et Afrique de l'Ouest", ("export", "négociation commerciale")),
    ("Anne", "Lefort", "Directrice financière à temps partagé", ("finance", "contrôle de gestion", "levée de fonds")),
    ("Michael", "Braun", "Business development in Germany, Austria and Switzerland", ("business development", "export")),
    ("Sofia", "Moreau", "Experte en droit international des affaires", ("droit international", "contrats")),
)
_RUN = "demo"


def load(base_url: str, operators: tuple[Person, Person], policy: str, say: Callable[[str], object]) -> None:
    """Seven experts, a company, a conversation, an offer with two quotes, and a mission whose first instalment is paid."""
    journey = Journey(base_url, operators, policy, patience_seconds=15, run=_RUN)
    say("demo data: a company")
    journey.sign_up_company()
    for first_name, last_name, title, skills in EXPERTS:
        say(f"demo data: {first_name} {last_name}, {title}")
        journey.admit(journey.sign_up_expert(first_name, last_name, title=title, skills=skills))
    say("demo data: identity documents, a conversation, an offer, quotes, a mission")
    journey.verify_identity(journey.winner)
    journey.talk()
    journey.send_offers()
    journey.decline(journey.experts[2])
    for expert in journey.experts[:2]:
        journey.quote(expert)
    journey.accept()
    journey.fund(1)
    journey.wait_mission("active")


def accounts(policy: str) -> Iterator[tuple[str, str]]:
    """(role, e-mail) of the accounts to try."""
    for email, _, _, rights in OPERATORS:
        yield "operator" if rights else "operator, no right", email
    yield "company", f"achats.{_RUN}@atelier-mecanique.example"
    yield "expert", f"helene.marchand.{_RUN}@conseil.example"
    yield "expert", f"bruno.keller.{_RUN}@conseil.example"


def to_try(base_url: str) -> Iterator[str]:
    """What to do first."""
    yield f"{base_url}/api/docs: the API, browsable"
    yield f"curl '{base_url}/api/v1/experts?q=usinage'"
    port = urlsplit(base_url).port
    yield f"make story{'' if port == 8000 else f' PORT={port}'}: one whole mission, told step by step (in a second terminal)"


__all__ = ["OPERATORS", "PASSWORD", "accounts", "load", "to_try"]
