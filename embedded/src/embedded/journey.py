"""One mission from search to payout, through the public API only: the ten steps of the marketplace's main job.

The story prints it, the integration tests assert on it, the benchmarks time it, the demo data are made of its beginnings.
Each step is a method that can be called once, in order. Rule numbers say what each step shows.
"""

import base64
import io
import uuid
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from PIL import Image, ImageDraw

from embedded.client import Person, Refused, until

PASSWORD = "a long walk to the sea 2026"
WEEK = 7 * 86_400
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
class Journey:
    """`operators` are two people of the team with the rights of the committee, finance and support."""

    base_url: str
    operators: tuple[Person, Person]
    policy: str
    case: Case = field(default_factory=Case)
    patience_seconds: float = 0.0
    run: str = field(default_factory=lambda: uuid.uuid4().hex[:8])
    experts: list[Expert] = field(default_factory=list)
    offers: dict[str, str] = field(default_factory=dict)
    quotes: dict[str, dict[str, Any]] = field(default_factory=dict)
    company_id: str = ""
    company: Person = field(init=False)
    visitor: Person = field(init=False)
    conversation_id: str = ""
    sheet_id: str = ""
    mission_id: str = ""
    keys: int = 0

    def __post_init__(self) -> None:
        self.visitor = self._person()
        self.company = self._person()

    @property
    def winner(self) -> Expert:
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
        return account

    def sign_up_expert(self, first_name: str, last_name: str, *, title: str, skills: tuple[str, ...]) -> Expert:
        """A2, A40, A46, A20: account, profile with photo, legal entity, charter and mandate."""
        email = f"{first_name}.{last_name}.{self.run}@conseil.example".lower().replace("é", "e").replace("ç", "c")
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
            until(lambda: expert.person.get("/kyc")["state"] == "pending", "the document is being looked at")
            self.advance(2 * DAY)
            until(lambda: expert.person.get("/kyc")["state"] == "refused", "the refusal")
        for kind in ("identity_proof", "articles", "registration_proof"):
            self.upload(expert, kind, f"{kind}.png")
        self.advance(2 * DAY)
        return dict(until(lambda: self._validated(expert), f"{expert.name}'s documents are validated", seconds=60))

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

    # 3. Search --------------------------------------------------------------------------------------------------------

    def search(self, words: str, **filters: Any) -> dict[str, Any]:
        """M71, A14, A15: without an account."""
        return dict(self.visitor.get("/experts", q=words, **filters))

    def found(self, expert: Expert, words: str, **filters: Any) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            results = self.search(words, limit=50, **filters)
            return next((hit for hit in results["items"] if hit["expert_id"] == expert.expert_id), None)

        return until(look, f"{expert.name} is found by {words!r}")

    def open_profile(self, expert: Expert) -> dict[str, Any]:
        """M65: counted as a view."""
        return dict(self.visitor.get(f"/experts/{expert.expert_id}"))

    # 4. Contact -------------------------------------------------------------------------------------------------------

    def talk(self) -> list[dict[str, Any]]:
        """A17, A71: the company writes first, to two experts; then both write freely."""
        for expert in self.experts[:2]:
            body = {"expert_id": expert.expert_id, "text": "Bonjour, seriez-vous disponible en décembre ?"}
            conversation = until(lambda body=body: self._contacted(body), f"{expert.name} can be contacted")
            self.conversation_id = self.conversation_id or conversation["conversation_id"]
        path = f"/conversations/{self.conversation_id}/messages"
        self._post(self.winner.person, path, {"text": "Bonjour, oui. Parlons-en demain."})
        self._post(self.company, path, {"text": "Parfait, 10 h par visioconférence."})
        return list(self.company.get(path)["items"])

    def _contacted(self, body: dict[str, Any]) -> Any:
        try:
            return self._post(self.company, "/conversations", body)
        except Refused as refused:
            if refused.code == "unknown_recipient":
                return None
            raise

    # 5. Offer and quotes ----------------------------------------------------------------------------------------------

    def send_offers(self) -> list[dict[str, Any]]:
        """M75: one offer to all of them."""
        sheet = {
            "title": "Réduire les rebuts de la ligne 3",
            "objectives": "Diagnostic puis plan d'action pour passer de 6 % à 2 % de rebuts.",
            "terms": "Sur site à Toulouse, un jour par semaine à distance.",
        }
        self.sheet_id = self._post(self.company, "/sheets", sheet)["sheet_id"]
        ids = [expert.expert_id for expert in self.experts]
        offers = self._post(self.company, f"/sheets/{self.sheet_id}/offers", {"expert_ids": ids})["items"]
        self.offers = {offer["expert_id"]: offer["offer_id"] for offer in offers}
        return list(offers)

    def decline(self, expert: Expert) -> dict[str, Any]:
        """M61, A72."""
        path = f"/offers/{self.offers[expert.expert_id]}/decline"
        return dict(self._post(expert.person, path, {"reason": "Agenda complet jusqu'en mars."}))

    def quote_content(self) -> dict[str, Any]:
        starts = date(2026, 12, 1)
        return {
            "title": "Réduction des rebuts de la ligne 3",
            "objectives": "Passer de 6 % à 2 % de rebuts en trois mois.",
            "deliverables": "Rapport de diagnostic, plan d'action chiffré, deux ateliers de transmission.",
            "means": "Relevés sur ligne, entretiens, analyse statistique.",
            "roadmap": "Semaines 1-2 diagnostic, semaines 3-6 actions, semaine 7 bilan.",
            "strengths": "Trente ans de conduite de lignes d'usinage.",
            "message": "Heureux de vous accompagner.",
            "lines": [
                {
                    "description": "Journée de conseil",
                    "quantity": self.case.quantity,
                    "unit": "day",
                    "unit_price": {"amount": self.case.rate_cents, "currency": "EUR"},
                }
            ],
            "starts_on": starts.isoformat(),
            "ends_on": (starts + timedelta(days=49)).isoformat(),
            "weights": list(self.case.weights),
        }

    def quote(self, expert: Expert) -> dict[str, Any]:
        """M16, M15: drafted, then sent with VAT, schedule and commission."""
        body = {"offer_id": self.offers[expert.expert_id], "content": self.quote_content()}
        draft = self._post(expert.person, "/quotes", body)
        sent: dict[str, Any] = until(lambda: self._quoted(expert, draft["quote_id"]), f"{expert.name} may quote")
        self.quotes[expert.expert_id] = sent
        return sent

    def _quoted(self, expert: Expert, quote_id: str) -> Any:
        try:
            return self._post(expert.person, f"/quotes/{quote_id}/send")
        except Refused as refused:
            if refused.code == "cannot_quote_yet" and self.patience_seconds:
                return None
            raise

    # 6. Acceptance ----------------------------------------------------------------------------------------------------

    def accept(self) -> dict[str, Any]:
        """M23, M82: the signature of exactly this version; M91: the others are told."""
        quote = self.quotes[self.winner.expert_id]
        accepted = self._post(self.company, f"/quotes/{quote['quote_id']}/accept", {"version": quote["version"]})
        self.mission_id = accepted["mission_id"]
        return dict(accepted)

    # 7. Prepayment ----------------------------------------------------------------------------------------------------

    def fund(self, instalment: int) -> dict[str, Any]:
        """M44-M46: by card, or by a bank transfer with the reference."""
        until(self.escrow_or_none, "the escrow is open")
        means = self.case.means[(instalment - 1) % len(self.case.means)]
        body = {"means": means, "payment_method": "pm_card_visa" if means == "card" else ""}
        payin = self._post(self.company, f"/missions/{self.mission_id}/instalments/{instalment}/payments", body)
        if means == "transfer":
            told = until(lambda: self.company.get(f"/payments/{payin['payin_id']}")["transfer"], "where to transfer to")
            order = {"iban": told["iban"], "reference": told["reference"], "amount": told["amount"]}
            self._post(self.company, "/sandbox/transfers", order)
        self.wait_instalment(instalment, {"funded", "released"})
        return dict(payin)

    def escrow_or_none(self) -> dict[str, Any] | None:
        try:
            return dict(self.company.get(f"/missions/{self.mission_id}/escrow"))
        except Refused as refused:
            if refused.status == 404:
                return None
            raise

    def escrow(self) -> dict[str, Any]:
        return dict(self.company.get(f"/missions/{self.mission_id}/escrow"))

    def wait_instalment(self, instalment: int, states: set[str], *, seconds: float = 60) -> None:
        def look() -> bool:
            return self.escrow()["instalments"][instalment - 1]["state"] in states

        until(look, f"instalment {instalment} is {' or '.join(sorted(states))}", seconds=seconds)

    def wait_mission(self, state: str, *, seconds: float = 60) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            mission = self.company.get(f"/missions/{self.mission_id}")
            return mission if mission["state"] == state else None

        return until(look, f"the mission is {state}", seconds=seconds)

    # 8. Work, report, validation --------------------------------------------------------------------------------------

    def release_mid_mission(self, instalment: int) -> None:
        """A65: the expert asks, the company pays and agrees."""
        self._post(self.winner.person, f"/missions/{self.mission_id}/release-request", {"message": "Mi-parcours atteint."})
        self.fund(instalment)
        self._post(self.company, f"/missions/{self.mission_id}/instalments/{instalment}/approve-release")
        self.wait_instalment(instalment, {"released"})

    def report(self) -> dict[str, Any]:
        """M51: the expert says it is done."""
        text = "Rebuts ramenés à 1,8 %. Plan d'action transmis et ateliers tenus."
        return dict(self._post(self.winner.person, f"/missions/{self.mission_id}/report", {"text": text}))

    def validate(self) -> None:
        """P7: by both parties (A66), or by the company (M38)."""
        self._post(self.company, f"/missions/{self.mission_id}/validate")
        if self.policy == "akigora":
            self._post(self.winner.person, f"/missions/{self.mission_id}/validate")

    # 9. Release, payout, documents ------------------------------------------------------------------------------------

    def close(self) -> dict[str, Any]:
        """A67, M48, M41: commission withheld, ledger posted, money on its way, invoices issued."""
        for instalment in range(1, len(self.escrow()["instalments"]) + 1):
            self.wait_instalment(instalment, {"released"})
        mission = self.wait_mission("closed")
        self.advance(WEEK)  # the policy's business days go by,
        until(lambda: self._payouts_are("in_transit", "paid"), "the payouts are on their way", seconds=60)
        self.advance(WEEK)  # then the bank's
        until(lambda: self._payouts_are("paid"), "the payouts have arrived", seconds=60)
        return mission

    def _payouts_are(self, *states: str) -> bool:
        payouts = self.payouts()
        return bool(payouts) and all(payout["state"] in states for payout in payouts)

    def payouts(self) -> list[dict[str, Any]]:
        return list(self.winner.person.get("/payouts", mission_id=self.mission_id)["items"])

    def ledger(self) -> dict[str, Any]:
        return dict(self.winner.person.get(f"/missions/{self.mission_id}/ledger"))

    def documents(self, person: Person | None = None) -> list[dict[str, Any]]:
        return list((person or self.winner.person).get(f"/missions/{self.mission_id}/documents")["items"])

    # 10. Reviews ------------------------------------------------------------------------------------------------------

    def review(self) -> None:
        """A21, M77: both sides write, then both are published."""
        criteria = ("overall",) if self.policy == "akigora" else ("expertise", "communication", "deadlines", "value")
        path = f"/missions/{self.mission_id}/review"
        for author in (self.company, self.winner.person):
            self._post(author, path, {"scores": dict.fromkeys(criteria, 5), "comment": "Travail remarquable, je recommande."})

    # ------------------------------------------------------------------------------------------------------------------

    def mails(self, **query: Any) -> list[dict[str, Any]]:
        """Everything the marketplace sent, newest first, as the operator's support sees it."""
        return list(self.operators[0].get("/operator/notifications", limit=100, **query)["items"])

    def advance(self, seconds: int) -> None:
        """The sandbox's clock goes forward; what was due becomes due."""
        self._post(self.operators[0], "/sandbox/clock", {"advance_seconds": seconds})

    def play(self) -> None:
        """All of it, in order."""
        self.begin()
        self.agree()
        self.perform()
        self.review()

    def begin(self) -> None:
        """Steps 1 to 4."""
        self.sign_up_company()
        self.sign_up_expert("Hélène", "Marchand", title="Directrice industrielle", skills=("lean manufacturing", "usinage"))
        self.sign_up_expert("Bruno", "Keller", title="Expert qualité usinage", skills=("qualité", "usinage"))
        self.sign_up_expert("Françoise", "Petit", title="Consultante en performance industrielle", skills=("lean manufacturing",))
        for expert in self.experts:
            self.admit(expert)
        self.verify_identity(self.winner, first_refused=True)
        self.found(self.winner, "usinage")
        self.open_profile(self.winner)
        self.talk()

    def agree(self) -> None:
        """Steps 5 and 6."""
        self.send_offers()
        self.decline(self.experts[2])
        for expert in self.experts[:2]:
            self.quote(expert)
        self.accept()

    def perform(self) -> None:
        """Steps 7 to 9."""
        self.fund(1)
        self.wait_mission("active")
        instalments = len(self.escrow()["instalments"])
        if instalments > 1:
            self.release_mid_mission(2)
        self.report()
        for instalment in range(3, instalments + 1):
            self.fund(instalment)
        self.validate()
        self.close()

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
