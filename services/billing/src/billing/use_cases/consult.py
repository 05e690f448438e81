"""Asking the register about VAT ids, each once, while no transaction is open; what follows is decided with the answers."""

from collections.abc import Iterable, Mapping

from billing.domain.tax import TaxCase, Vies, needs_vies
from billing.use_cases.ports import Ports, ViesAnswer

Answers = Mapping[str, ViesAnswer]


def consult(cases: Iterable[TaxCase], ports: Ports) -> Answers:
    """The register's answer on every VAT id that one of the cases hangs on."""
    ids = {case.buyer_vat_id: case.buyer.country for case in cases if needs_vies(case)}
    if not ids:
        return {}
    with ports.uow.released():
        return {vat_id: ports.register.ask(vat_id, country) for vat_id, country in ids.items()}


def verdict(vat_id: str, answers: Answers) -> Vies:
    """What was answered on an id; `n/a` when it was not asked."""
    answer = answers.get(vat_id.strip())
    return answer.verdict if answer else Vies.NOT_ASKED
