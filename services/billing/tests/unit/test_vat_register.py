"""The register of VAT ids: a clear yes or no, else "unavailable"; ids that cannot be right are not asked about."""

import json

import pytest
import requests

from billing.adapters import vies
from billing.adapters.data_files import tax_tables
from billing.adapters.vies import RecordedVies, RestVies
from billing.domain.tax import Vies

TABLES = tax_tables()
REST = RestVies("https://vies.example/check", 2, "FR14987654324", TABLES)


def test_a_recorded_answer_is_given_and_an_unrecorded_one_is_unavailable():
    recorded = RecordedVies({"DE136695976": "valid", "DE115235681": "invalid"}, TABLES)

    assert recorded.ask("DE 136 695 976", "DE").verdict is Vies.VALID
    assert recorded.ask("DE115235681", "DE").verdict is Vies.INVALID
    assert recorded.ask("ATU13585627", "AT").verdict is Vies.UNAVAILABLE


@pytest.mark.parametrize(("vat_id", "country"), [("DE136695977", "DE"), ("136695976", "DE"), ("DE136695976", "AT"), ("", "DE")])
def test_an_id_that_cannot_be_right_is_invalid_without_asking(vat_id, country, monkeypatch):
    monkeypatch.setattr(requests, "post", lambda *_, **__: pytest.fail("asked"))

    assert REST.ask(vat_id, country).verdict is Vies.INVALID


class Answer:
    def __init__(self, text: str, ok: bool = True) -> None:
        self.text, self.ok = text, ok

    def json(self):
        return json.loads(self.text)


@pytest.mark.parametrize(("answer", "verdict"), [
    (Answer('{"countryCode": "DE", "valid": true, "requestIdentifier": "WAPIAAAAZ1"}'), Vies.VALID),
    (Answer('{"countryCode": "DE", "valid": false}'), Vies.INVALID),
    (Answer('{"actionSucceed": false, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]}'), Vies.UNAVAILABLE),
    (Answer("<html>busy</html>"), Vies.UNAVAILABLE),
    (Answer('{"valid": true}', ok=False), Vies.UNAVAILABLE),
    (Answer("[]"), Vies.UNAVAILABLE),
])  # fmt: skip
def test_only_a_clear_answer_decides(answer, verdict, monkeypatch):
    asked = []
    monkeypatch.setattr(vies.requests, "post", lambda url, **more: asked.append((url, more)) or answer)

    said = REST.ask("DE136695976", "DE")

    assert said.verdict is verdict
    assert asked[0][0] == "https://vies.example/check"
    assert asked[0][1]["json"] == {
        "countryCode": "DE",
        "vatNumber": "136695976",
        "requesterMemberStateCode": "FR",
        "requesterNumber": "14987654324",
    }
    assert asked[0][1]["timeout"] == (2, 2)
    assert said.consultation == ("WAPIAAAAZ1" if verdict is Vies.VALID else "")


def test_a_register_that_does_not_answer_is_unavailable(monkeypatch):
    def silent(*_, **__):
        raise requests.ConnectTimeout("too late")

    monkeypatch.setattr(vies.requests, "post", silent)

    assert REST.ask("DE136695976", "DE").verdict is Vies.UNAVAILABLE
