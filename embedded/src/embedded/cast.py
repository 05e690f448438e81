"""The people of a journey: how a company and experts join the marketplace, through the public API (steps 1 and 2).

Every effect has an idempotency key of its own, so that a patient person may repeat a call that found nobody.
"""

import base64
import io
import unicodedata
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from PIL import Image, ImageDraw

from embedded.client import Person, Refused, Seen, until

PASSWORD = "a long walk to the sea 2026"
DAY = 86_400


@dataclass(frozen=True)
class Case:
    """What is agreed: `quantity` days at `rate_cents`, HT, paid by `weights` (the policy's schedule when empty)."""

    quantity: str = "8"
    rate_cents: int = 69_000
    weights: tuple[int, ...] = ()
    means: tuple[str, ...] = ("card", "transfer", "card")


@dataclass
class Expert:
    person: Person
    expert_id: str
    name: str
    email: str


@dataclass
class Cast:
    """`operators` are two people of the team with the rights of the committee, finance and support."""

    base_url: str
    operators: tuple[Person, Person]
    policy: str
    case: Case = field(default_factory=Case)
    patience_seconds: float = 0.0
    run: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    experts: list[Expert] = field(default_factory=list)
    company_id: str = ""
    company: Person = field(init=False)
    visitor: Person = field(init=False)
    keys: int = 0

    def __post_init__(self) -> None:
        self.visitor = self._person()
        self.company = self._person()

    @property
    def winner(self) -> Expert:
        """The expert whose quote will be accepted: the first."""
        return self.experts[0]

    # 1. Sign-up -------------------------------------------------------------------------------------------------------

    def sign_up_company(self) -> dict[str, Any]:
        """M72, A17: an account, then the details that documents need."""
        email = f"achats.{self.run}@atelier-mecanique.example"
        account = self._post(
            self.visitor,
            "/accounts/companies",
            {
                "email": email,
                "password": PASSWORD,
                "first_name": "Camille",
                "last_name": "Roche",
                "phone": "+33612345678",
                "company_name": "Atelier Mécanique SAS",
                "accept_terms": True,
            },
        )
        self.company_id = account["company_id"]
        self.company = self._person(self._token(email))
        self.company.put(
            "/company",
            {
                "name": "Atelier Mécanique SAS",
                "address": {
                    "line1": "12 rue des Forges",
                    "postcode": "31000",
                    "city": "Toulouse",
                    "country": "FR",
                    "zone": "MET",
                },
                "siren": "552081317",
                "vat_id": "FR03552081317",
                "accounting_email": f"compta.{self.run}@atelier-mecanique.example",
                "purchase_order_number": "BC-2026-117",
            },
        )
        return dict(account)

    def sign_up_expert(self, first_name: str, last_name: str, *, title: str, skills: tuple[str, ...]) -> Expert:
        """A2, A40, A46, A20: account, profile with photo, legal entity, charter and mandate."""
        email = _ascii(f"{first_name}.{last_name}.{self.run}@conseil.example".lower())
        account = self._post(
            self.visitor,
            "/accounts/experts",
            {
                "email": email,
                "password": PASSWORD,
                "first_name": first_name,
                "last_name": last_name,
                "phone": "+33698765432",
                "birth_date": "1968-04-12",
                "years_of_experience": 31,
                "accept_terms": True,
            },
        )
        expert = Expert(self._person(self._token(email)), account["expert_id"], f"{first_name} {last_name}", email)
        self.experts.append(expert)
        until(lambda: self._profile_known(expert), f"{expert.name}'s profile is there")
        self._write_profile(expert, title, skills)
        self._join(expert)
        return expert

    def _profile_known(self, expert: Expert) -> bool:
        try:
            return bool(expert.person.get("/profile"))
        except Refused as refused:
            if refused.status == 404:
                return False
            raise

    def _write_profile(self, expert: Expert, title: str, skills: tuple[str, ...]) -> None:
        content = {
            "title": title,
            "summary": f"{title}. Trente ans de terrain dans l'industrie, en France et à l'international ; j'aime transmettre.",
            "skills": [{"name": skill, "years": 20} for skill in skills],
            "soft_skills": ["écoute", "pédagogie"],
            "sectors": ["industrie"],
            "countries": ["FR", "DE"],
            "languages": ["fr", "en"],
            "experiences": [{"title": title, "organisation": "Groupe industriel", "start_year": 1994, "end_year": 2024}],
            "day_rate": {"amount": self.case.rate_cents, "currency": "EUR"},
            "reference_letters": 1,
        }
        expert.person.put("/profile", {"content": content})
        photo = {"filename": "photo.png", "content_type": "image/png", "content": _portrait(expert.name)}
        expert.person.put("/profile/photo", {"photo": photo})
        expert.person.post("/profile/publish")

    def _join(self, expert: Expert) -> None:
        expert.person.put(
            "/legal-entity",
            {
                "legal_form": "SASU",
                "legal_name": f"{expert.name} Conseil",
                "address": {"line1": "3 quai de la Loire", "postcode": "44000", "city": "Nantes", "country": "FR", "zone": "MET"},
                "vat_status": "registered",
                "siren": "404833048",
                "vat_id": "FR83404833048",
                "iban": "FR7630006000011234567890189",
                "bic": "AGRIFRPPXXX",
                "account_holder": f"{expert.name} Conseil",
                "share_capital_cents": 500_000,
                "registry": "RCS Nantes 404 833 048",
            },
        )
        self._post(expert.person, "/charter", {"version": "2026-01"})
        mandate = until(lambda: expert.person.get("/mandate"), "the mandate's text")
        self._post(expert.person, "/mandate", {"version": mandate["version"]})

    # 2. Admission and KYC ---------------------------------------------------------------------------------------------

    def admit(self, expert: Expert) -> dict[str, Any]:
        """P1: the committee (A3, A42), or references (M76)."""
        body = {"presentation": f"{expert.name} souhaite transmettre.", "reference_letters": 1}
        until(lambda: self._submitted(expert, body), f"{expert.name} can be submitted for admission")
        for operator in self.operators:
            if expert.person.get("/admission")["state"] == "submitted":
                vote = {"in_favour": True, "reason": "Parcours solide, offre claire."}
                self._post(operator, f"/operator/admissions/{expert.expert_id}/votes", vote)
        return dict(expert.person.get("/admission"))

    def _submitted(self, expert: Expert, body: dict[str, Any]) -> bool:
        try:
            self._post(expert.person, "/admission", body)
        except Refused as refused:
            if refused.code == "admission_incomplete":  # the mandate's event is still on its way
                return False
            raise
        return True

    def verify_identity(self, expert: Expert, *, first_refused: bool = False) -> dict[str, Any]:
        """M40, M56-M58: documents through the provider; a refused one is told with its reason and uploaded again."""
        if first_refused:
            self.upload(expert, "identity_proof", "piece-refused.png")
            self.in_time(lambda: expert.person.get("/kyc")["state"] == "refused", "the refusal")
        for kind in ("identity_proof", "articles", "registration_proof"):
            self.upload(expert, kind, f"{kind}.png")
        return dict(self.in_time(lambda: self._validated(expert), f"{expert.name}'s documents are validated"))

    def _validated(self, expert: Expert) -> dict[str, Any] | None:
        kyc = expert.person.get("/kyc")
        return kyc if kyc["state"] == "validated" else None

    def upload(self, expert: Expert, kind: str, filename: str) -> Any:
        body = {"kind": kind, "file": {"filename": filename, "content_type": "image/png", "content": _portrait(kind)}}
        return until(lambda: self._taken(expert, body), f"{kind} is taken")

    def _taken(self, expert: Expert, body: dict[str, Any]) -> Any:
        try:
            return self._post(expert.person, "/kyc/documents", body)
        except Refused as refused:
            if refused.code in {"unknown_payee", "kyc_not_open"}:  # the payee's account is still being opened
                return None
            raise

    def mails(self, **query: Any) -> list[dict[str, Any]]:
        """Everything the marketplace sent, newest first, as the operator's support sees it."""
        return list(self.operators[0].get("/operator/notifications", limit=100, **query)["items"])

    def in_time(self, look: Callable[[], Seen | None], what: str) -> Seen:
        """What `look` sees after some days: more are let go by while the marketplace is still busy with what they waited for."""
        for _ in range(9):
            self.advance(2 * DAY)
            try:
                return until(look, what, seconds=5)
            except TimeoutError:
                continue
        self.advance(2 * DAY)
        return until(look, what)

    def advance(self, seconds: int) -> None:
        """The sandbox's clock goes forward; what was due becomes due."""
        self._post(self.operators[0], "/sandbox/clock", {"advance_seconds": seconds})

    def _person(self, token: str = "") -> Person:
        return Person(self.base_url, token, patience_seconds=self.patience_seconds)

    def _token(self, email: str) -> str:
        answer = self._post(self.visitor, "/tokens", {"email": email, "password": PASSWORD, "name": "journey"})
        return str(answer["secret"])

    def _post(self, person: Person, path: str, body: dict[str, Any] | None = None) -> Any:
        """Every effect of the journey has a key of its own, the same however often the call is repeated."""
        self.keys += 1
        return person.post(path, body, key=f"{self.run}-{self.keys}")


def log_in(base_url: str, email: str, password: str, *, patience_seconds: float = 0.0) -> Person:
    """Somebody who has an account."""
    visitor = Person(base_url, patience_seconds=patience_seconds)
    secret = visitor.post("/tokens", {"email": email, "password": password, "name": "journey"})["secret"]
    return Person(base_url, secret, patience_seconds=patience_seconds)


def _portrait(name: str) -> str:
    """A plain picture with initials, as base64 PNG: nobody's face."""
    shade = sum(name.encode()) % 120
    picture = Image.new("RGB", (600, 600), (40 + shade, 90, 150 - shade))
    initials = "".join(word[0] for word in name.replace("_", " ").split()[:2]).upper()
    ImageDraw.Draw(picture).text((180, 180), initials, fill="white", font_size=200)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return base64.b64encode(buffer.getvalue()).decode()


def _ascii(text: str) -> str:
    """Without its accents."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
