"""One mission from search to payout, through the public API only: the ten steps of the marketplace's main job.

The story prints it, the integration tests assert on it, the benchmarks time it, the demo data are made of its beginnings.
Each step is a method that can be called once, in order. Rule numbers say what each step shows.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Any

from embedded.cast import Cast, Expert
from embedded.client import Person, Refused, until


@dataclass
class Journey(Cast):
    """A cast on its way: what it has made so far."""

    offers: dict[str, str] = field(default_factory=dict)
    quotes: dict[str, dict[str, Any]] = field(default_factory=dict)
    conversation_id: str = ""
    sheet_id: str = ""
    mission_id: str = ""

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
            conversation = until(partial(self._contacted, expert), f"{expert.name} can be contacted")
            self.conversation_id = self.conversation_id or conversation["conversation_id"]
        path = f"/conversations/{self.conversation_id}/messages"
        self._post(self.winner.person, path, {"text": "Bonjour, oui. Parlons-en demain."})
        self._post(self.company, path, {"text": "Parfait, 10 h par visioconférence."})
        return list(self.company.get(path)["items"])

    def _contacted(self, expert: Expert) -> Any:
        body = {"expert_id": expert.expert_id, "text": "Bonjour, seriez-vous disponible en décembre ?"}
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
            return self.escrow()
        except Refused as refused:
            if refused.status == 404:
                return None
            raise

    def escrow(self) -> dict[str, Any]:
        return dict(self.company.get(f"/missions/{self.mission_id}/escrow"))

    def wait_instalment(self, instalment: int, states: set[str]) -> None:
        def look() -> bool:
            return self.escrow()["instalments"][instalment - 1]["state"] in states

        until(look, f"instalment {instalment} is {' or '.join(sorted(states))}")

    def wait_mission(self, state: str) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            mission = self.company.get(f"/missions/{self.mission_id}")
            return mission if mission["state"] == state else None

        return until(look, f"the mission is {state}")

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
        self.in_time(lambda: self._payouts_are("paid"), "the payouts have arrived")
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
        self.work()
        self.finish()

    def work(self) -> None:
        """From the first payment to the report."""
        self.fund(1)
        self.wait_mission("active")
        if self.instalments() > 1:
            self.release_mid_mission(2)
        self.report()

    def finish(self) -> None:
        """From the report to the last payout."""
        for instalment in range(3, self.instalments() + 1):
            self.fund(instalment)
        self.validate()
        self.close()

    def instalments(self) -> int:
        """How many payments the mission has."""
        return len(self.escrow()["instalments"])
