"""Inputs of the right form that break a rule, by hand: what is answered, under which name, and which field is told.

`{offer_id}` and the like stand for the ids of the mission they are tried on (`world`).
"""

import base64
import io
from typing import Any

from PIL import Image
from world import LINE, NOBODY, NOTHING, QUOTE

from embedded.cast import PASSWORD

Row = tuple[str, str, str, Any, int, str, str]
"""Who, method, path, body, status, code, the field at fault ("" where no field is)."""
PERSON = {"password": PASSWORD, "first_name": "Ada", "last_name": "Noir", "phone": "+33612345678", "accept_terms": True}
COMPANY = PERSON | {"email": "ada@nouvelle.example", "company_name": "Nouvelle SAS"}
EXPERT = PERSON | {"email": "ada@expert.example", "birth_date": "1968-04-12", "years_of_experience": 31}
ADDRESS = {"line1": "12 rue des Forges", "postcode": "31000", "city": "Toulouse", "country": "FR", "zone": "MET"}
DETAILS = {"name": "Atelier SAS", "address": ADDRESS, "siren": "552081317", "vat_id": "FR03552081317"}
ENTITY = {
    "legal_form": "SASU",
    "legal_name": "Marchand Conseil",
    "address": ADDRESS,
    "vat_status": "registered",
    "siren": "404833048",
    "vat_id": "FR83404833048",
    "iban": "FR7630006000011234567890189",
    "account_holder": "Marchand Conseil",
}
MEMBER = {"email": "membre@atelier.example", "first_name": "Luc", "last_name": "Blanc", "rights": ["pay"]}
TRANSFER = {"iban": "FR7630006000011234567890189", "reference": "EN-1", "amount": {"amount": 100, "currency": "EUR"}}
EUROS = {"amount": 69_000, "currency": "EUR"}
WRONG_CHANGE = {"current_password": "x", "new_password": PASSWORD}
CARD = {"means": "card", "payment_method": "pm_card_visa"}
MISSION = "/missions/{mission_id}"
PAY = f"{MISSION}/instalments/2/payments"


def quoted(**change: Any) -> dict[str, Any]:
    return {"offer_id": "{offer_id}", "content": QUOTE | change}


def with_line(**change: Any) -> dict[str, Any]:
    return quoted(lines=[LINE | change])


def profile(**change: Any) -> dict[str, Any]:
    return {"content": {"title": "Directrice", **change}}


def job(**change: Any) -> dict[str, Any]:
    return profile(experiences=[{"title": "Directrice", "organisation": "Usines du Sud", "start_year": 1994} | change])


def file(content: bytes, kind: str = "image/png") -> dict[str, str]:
    return {"filename": "file.png", "content_type": kind, "content": base64.b64encode(content).decode()}


def picture(side: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("1", (side, side)).save(buffer, "PNG")
    return buffer.getvalue()


SIGN_UP: list[Row] = [
    ("visitor", "POST", "/accounts/companies", COMPANY | {"password": "short"}, 422, "weak_password", "password"),
    ("visitor", "POST", "/accounts/companies", COMPANY | {"password": "password1234"}, 422, "weak_password", "password"),
    ("visitor", "POST", "/accounts/companies", COMPANY | {"email": "ada@"}, 422, "bad_input", "email"),
    ("visitor", "POST", "/accounts/companies", COMPANY | {"email": "ada@nowhere"}, 422, "invalid_identifier", "email"),
    ("visitor", "POST", "/accounts/companies", COMPANY | {"email": "comite@operateur.example"}, 409, "email_taken", "email"),
    ("visitor", "POST", "/accounts/companies", COMPANY | {"phone": "12"}, 422, "invalid_identifier", "phone"),
    ("visitor", "POST", "/accounts/companies", COMPANY | {"first_name": "   "}, 422, "invalid", "first_name"),
    ("visitor", "POST", "/accounts/companies", COMPANY | {"accept_terms": False}, 422, "terms_not_accepted", "accept_terms"),
    ("visitor", "POST", "/accounts/companies", COMPANY | {"company_kind": "individual"}, 422, "individuals_not_served", "company_kind"),
    ("visitor", "POST", "/accounts/companies", COMPANY | {"referral_code": "NOPE"}, 422, "invalid_identifier", "referral_code"),
    ("visitor", "POST", "/accounts/companies", COMPANY | {"locale": "xx"}, 422, "invalid", "locale"),
    ("visitor", "POST", "/accounts/experts", EXPERT | {"accept_terms": False}, 422, "terms_not_accepted", "accept_terms"),
    ("visitor", "POST", "/accounts/experts", EXPERT | {"birth_date": "2015-01-01"}, 422, "invalid", "birth_date"),
    ("visitor", "POST", "/accounts/experts", EXPERT | {"birth_date": "2100-01-01"}, 422, "invalid", "birth_date"),
    ("visitor", "POST", "/accounts/experts", EXPERT | {"years_of_experience": 90}, 422, "invalid", "years_of_experience"),
    ("visitor", "POST", "/accounts/confirm-email", {"token": "unknown"}, 404, "unknown_token", ""),
    ("visitor", "POST", "/password/reset", {"token": "unknown", "new_password": PASSWORD}, 404, "unknown_token", ""),
    ("visitor", "POST", "/sessions", {"email": "comite@operateur.example", "password": "x"}, 401, "wrong_credentials", ""),
    ("visitor", "POST", "/tokens", {"email": "nobody@nowhere.example", "password": "x", "name": "t"}, 401, "wrong_credentials", ""),
    ("expert", "POST", "/password/change", WRONG_CHANGE, 401, "wrong_credentials", "current_password"),
    ("expert", "POST", "/password/change", {"current_password": PASSWORD, "new_password": "x"}, 422, "weak_password", "new_password"),
    ("expert", "DELETE", "/account", {"password": "x"}, 401, "wrong_credentials", "password"),
    ("expert", "DELETE", "/account", {}, 401, "wrong_credentials", "password"),
    ("expert", "PATCH", "/account", {"phone": "12"}, 422, "invalid_identifier", "phone"),
    ("expert", "PATCH", "/account", {"locale": "xx"}, 422, "invalid", "locale"),
]  # fmt: skip
DETAILS_OF_PARTIES: list[Row] = [
    ("company", "PUT", "/company", DETAILS | {"siren": "552081318"}, 422, "invalid_identifier", "siren"),
    ("company", "PUT", "/company", DETAILS | {"vat_id": "FR00552081317"}, 422, "invalid_identifier", "vat_id"),
    ("company", "PUT", "/company", DETAILS | {"vat_id": "FR83404833048"}, 422, "invalid_identifier", "vat_id"),
    ("company", "PUT", "/company", DETAILS | {"accounting_email": "x@y"}, 422, "invalid_identifier", "accounting_email"),
    ("company", "PUT", "/company", DETAILS | {"address": ADDRESS | {"country": "XX"}}, 422, "invalid", "address.country"),
    ("company", "PUT", "/company", DETAILS | {"address": ADDRESS | {"postcode": "1"}}, 422, "invalid", "address.postcode"),
    ("company", "PUT", "/company", DETAILS | {"address": ADDRESS | {"zone": "GP"}}, 422, "invalid", "address.zone"),
    ("company", "POST", "/company/members", MEMBER | {"rights": ["committee"]}, 422, "invalid", "rights"),
    ("company", "POST", "/company/members", MEMBER | {"email": "comite@operateur.example"}, 409, "email_taken", "email"),
    ("expert", "PUT", "/legal-entity", ENTITY | {"siren": "404833049"}, 422, "invalid_identifier", "siren"),
    ("expert", "PUT", "/legal-entity", ENTITY | {"siren": ""}, 422, "invalid_identifier", "siren"),
    ("expert", "PUT", "/legal-entity", ENTITY | {"vat_id": "FR00404833048"}, 422, "invalid_identifier", "vat_id"),
    ("expert", "PUT", "/legal-entity", ENTITY | {"vat_id": ""}, 422, "invalid_identifier", "vat_id"),
    ("expert", "PUT", "/legal-entity", ENTITY | {"iban": "FR7630006000011234567890188"}, 422, "invalid_identifier", "iban"),
    ("expert", "PUT", "/legal-entity", ENTITY | {"bic": "XX"}, 422, "invalid_identifier", "bic"),
    ("expert", "PUT", "/legal-entity", ENTITY | {"vat_status": "non_eu"}, 422, "invalid", "vat_status"),
    ("expert", "PUT", "/legal-entity", ENTITY | {"account_holder": "Hélène Marchand"}, 422, "private_account", "account_holder"),
    ("expert", "PUT", "/legal-entity", ENTITY | {"share_capital_cents": -1}, 422, "bad_input", "share_capital_cents"),
    ("expert", "POST", "/charter", {"version": "1999-01"}, 422, "charter_version_unknown", "version"),
    ("expert", "POST", "/mandate", {"version": "1999-01"}, 409, "mandate_version_stale", ""),
    ("expert", "POST", "/admission", {"presentation": "Encore"}, 409, "admission_closed", ""),
    ("expert", "POST", "/kyc/documents", {"kind": "selfie", "file": file(picture(9))}, 422, "invalid", "kind"),
    ("expert", "POST", "/kyc/documents", {"kind": "articles", "file": file(b"<html>", "text/html")}, 422, "invalid", "file.content_type"),
    ("expert", "PUT", "/profile/photo", {"photo": file(b"%PDF-1.7\n", "application/pdf")}, 422, "invalid_photo", "photo.content"),
    ("expert", "PUT", "/profile/photo", {"photo": file(b"%PDF-1.7\n")}, 422, "invalid_photo", "photo.content"),
    ("expert", "PUT", "/profile/photo", {"photo": file(b"<html><script>")}, 422, "invalid_photo", "photo.content"),
    ("expert", "PUT", "/profile/photo", {"photo": file(picture(600)[:60])}, 422, "invalid_photo", "photo.content"),
    ("expert", "PUT", "/profile/photo", {"photo": file(picture(600) + b"0" * 5_000_000)}, 422, "invalid_photo", "photo.content"),
    ("expert", "PUT", "/profile/photo", {"photo": file(picture(20_000))}, 422, "invalid_photo", "photo.content"),
    ("expert", "PUT", "/profile", profile(day_rate=EUROS | {"currency": "USD"}), 422, "invalid_profile", "content.day_rate.currency"),
    ("expert", "PUT", "/profile", profile(day_rate=EUROS | {"amount": 0}), 422, "invalid_profile", "content.day_rate.amount"),
    ("expert", "PUT", "/profile", profile(day_rate=EUROS | {"amount": -1}), 422, "invalid_profile", "content.day_rate.amount"),
    ("expert", "PUT", "/profile", job(end_year=1993), 422, "invalid_profile", "content.experiences.0.end_year"),
    ("expert", "PUT", "/profile", job(start_year=2150), 422, "invalid_profile", "content.experiences.0.start_year"),
    ("expert", "PUT", "/profile", profile(skills=[{"name": "usinage", "years": 99}]), 422, "invalid_profile", "content.skills.0.years"),
    ("expert", "PUT", "/profile", profile(skills=[{"name": "a"}] * 31), 422, "invalid_profile", "content.skills"),
    ("expert", "PUT", "/profile/visibility", {"visible": False}, 403, "visibility_not_yours", ""),
    ("visitor", "GET", "/experts?q=***", NOTHING, 422, "invalid_search", "q"),
    ("visitor", "GET", "/experts?min_day_rate_cents=2&max_day_rate_cents=1", NOTHING, 422, "invalid_search", "min_day_rate_cents"),
]  # fmt: skip
DEALS: list[Row] = [
    ("company", "POST", "/conversations", {"expert_id": f"exp_{NOBODY}", "text": "?"}, 404, "unknown_recipient", "expert_id"),
    ("expert", "POST", "/conversations", {"company_id": f"com_{NOBODY}", "text": "?"}, 404, "unknown_recipient", "company_id"),
    ("company", "POST", "/conversations/{conversation_id}/messages", {"text": "   "}, 422, "invalid_message", "text"),
    ("company", "POST", "/sheets", {"title": "  ", "objectives": "Un audit."}, 422, "invalid_input", "title"),
    ("company", "POST", "/sheets", {"title": "Audit", "objectives": "?", "publish": True}, 403, "publishing_forbidden", ""),
    ("company", "POST", "/sheets/{sheet_id}/offers", {"expert_ids": []}, 422, "invalid_input", "expert_ids"),
    ("company", "POST", "/sheets/{sheet_id}/offers", {"expert_ids": [f"exp_{NOBODY}"]}, 404, "unknown_recipient", "expert_ids.0"),
    ("company", "POST", "/sheets/{sheet_id}/offers", {"expert_ids": ["{expert_id}"] * 2}, 422, "invalid_input", "expert_ids"),
    ("expert", "POST", "/quotes", {"content": QUOTE}, 422, "invalid_quote", "offer_id"),
    ("expert", "POST", "/quotes", quoted() | {"company_id": "{company_id}"}, 422, "invalid_quote", "offer_id"),
    ("expert", "POST", "/quotes", quoted() | {"offer_id": f"off_{NOBODY}"}, 404, "unknown_offer", "offer_id"),
    ("expert", "POST", "/quotes", {"content": QUOTE, "company_id": f"com_{NOBODY}"}, 404, "unknown_recipient", "company_id"),
    ("loser", "POST", "/quotes", quoted(), 404, "unknown_offer", "offer_id"),
    ("expert", "POST", "/quotes", quoted(lines=[]), 422, "invalid_quote", "content.lines"),
    ("expert", "POST", "/quotes", quoted(lines=[LINE] * 51), 422, "invalid_quote", "content.lines"),
    ("expert", "POST", "/quotes", with_line(quantity="0"), 422, "invalid_quote", "content.lines.0.quantity"),
    ("expert", "POST", "/quotes", with_line(quantity="-1"), 422, "bad_input", "content.lines.0.quantity"),
    ("expert", "POST", "/quotes", with_line(quantity="NaN"), 422, "bad_input", "content.lines.0.quantity"),
    ("expert", "POST", "/quotes", with_line(quantity="1e9"), 422, "bad_input", "content.lines.0.quantity"),
    ("expert", "POST", "/quotes", with_line(quantity="1,5"), 422, "bad_input", "content.lines.0.quantity"),
    ("expert", "POST", "/quotes", with_line(quantity="999999.9999"), 422, "invalid_quote", "content.lines"),
    ("expert", "POST", "/quotes", with_line(unit="year"), 422, "bad_input", "content.lines.0.unit"),
    ("expert", "POST", "/quotes", with_line(description="  "), 422, "invalid_quote", "content.lines.0.description"),
    ("expert", "POST", "/quotes", with_line(unit_price=EUROS | {"amount": 0}), 422, "invalid_quote", "content.lines.0.unit_price"),
    ("expert", "POST", "/quotes", with_line(unit_price=EUROS | {"amount": -1}), 422, "invalid_quote", "content.lines.0.unit_price"),
    ("expert", "POST", "/quotes", with_line(unit_price=EUROS | {"currency": "USD"}), 422, "invalid_quote", "content.lines.0.unit_price"),
    ("expert", "POST", "/quotes", with_line(quantity="1", unit_price=EUROS | {"amount": 1}), 422, "invalid_quote", "content.lines"),
    ("expert", "POST", "/quotes", quoted(ends_on="2027-01-03"), 422, "invalid_quote", "content.ends_on"),
    ("expert", "POST", "/quotes", quoted(weights=[-30, 60, 70]), 422, "bad_input", "content.weights.0"),
    ("expert", "POST", "/quotes", quoted(weights=[0, 50, 50]), 422, "invalid_quote", "content.weights"),
    ("expert", "POST", "/quotes", quoted(weights=[50, 50]), 422, "invalid_quote", "content.weights"),
    ("expert", "POST", "/quotes", quoted(service_kind="voodoo!"), 422, "invalid_quote", "content.service_kind"),
    ("expert", "PUT", "/quotes/{quote_id}", {"content": QUOTE}, 409, "quote_not_open", ""),
    ("expert", "POST", "/quotes/{quote_id}/send", {}, 409, "quote_not_draft", ""),
    ("company", "POST", "/quotes/{sent_id}/accept", {"version": 2}, 409, "stale_version", ""),
    ("company", "POST", "/quotes/{quote_id}/accept", {"version": 1}, 409, "quote_already_accepted", ""),
    ("stranger", "POST", "/quotes/{sent_id}/accept", {"version": 1}, 404, "unknown_quote", ""),
    ("stranger", "POST", "/quotes/{sent_id}/decline", {"reason": "?"}, 404, "unknown_quote", ""),
    ("loser", "PUT", "/quotes/{quote_id}", {"content": QUOTE}, 404, "unknown_quote", ""),
    ("stranger", "POST", "/sheets/{sheet_id}/offers", {"expert_ids": ["{expert_id}"]}, 404, "unknown_sheet", ""),
    ("stranger", "POST", "/conversations/{conversation_id}/messages", {"text": "?"}, 404, "unknown_conversation", ""),
]  # fmt: skip
MISSION_AND_MONEY: list[Row] = [
    ("expert", "POST", f"{MISSION}/amend", {}, 422, "invalid_input", "scope"),
    ("expert", "POST", f"{MISSION}/amend", {"ends_on": "2020-01-01"}, 422, "invalid_quote", "ends_on"),
    ("expert", "POST", f"{MISSION}/amend", {"day_rate": EUROS}, 409, "rate_locked", ""),
    ("expert", "POST", f"{MISSION}/amendment-answer", {"accept": True}, 409, "no_amendment_pending", ""),
    ("expert", "POST", f"{MISSION}/report", {"text": "   "}, 422, "invalid_input", "text"),
    ("company", "POST", f"{MISSION}/validate", {}, 409, "mission_not_in_state", ""),
    ("company", "POST", f"{MISSION}/cancel", {"reason": "?"}, 403, "cancellation_by_operator", ""),
    ("company", "POST", f"{MISSION}/review", {"scores": {"overall": 5}, "comment": ""}, 409, "review_not_open", ""),
    ("company", "POST", f"{MISSION}/instalments/2/approve-release", {}, 409, "nothing_to_release", ""),
    ("stranger", "POST", f"{MISSION}/validate", {}, 404, "unknown_mission", ""),
    ("stranger", "POST", f"{MISSION}/amend", {"scope": "?"}, 404, "unknown_mission", ""),
    ("loser", "POST", f"{MISSION}/report", {"text": "?"}, 404, "unknown_mission", ""),
    ("stranger", "POST", PAY, CARD, 404, "unknown_escrow", ""),
    ("company", "POST", PAY, {"means": "cash"}, 422, "means_not_accepted", "means"),
    ("company", "POST", PAY, {"means": "card"}, 422, "payment_method_missing", "payment_method"),
    ("company", "POST", f"{MISSION}/instalments/9/payments", CARD, 404, "unknown_instalment", ""),
    ("company", "POST", f"{MISSION}/instalments/0/payments", CARD, 422, "bad_input", "instalment"),
    ("company", "POST", f"{MISSION}/instalments/1/payments", CARD, 409, "already_funded", ""),
    ("visitor", "POST", "/sandbox/transfers", TRANSFER, 404, "unknown_payin", "iban"),
    ("visitor", "POST", "/sandbox/transfers", TRANSFER | {"amount": EUROS | {"amount": 0}}, 422, "invalid_amount", "amount"),
    ("visitor", "POST", "/sandbox/transfers", TRANSFER | {"amount": EUROS | {"amount": -1}}, 422, "invalid_amount", "amount"),
    ("visitor", "POST", "/sandbox/transfers", TRANSFER | {"amount": EUROS | {"currency": "USD"}}, 422, "invalid_amount", "amount"),
    ("operator", "POST", "/operator/admissions/{expert_id}/votes", {"in_favour": True, "reason": "?"}, 409, "already_voted", ""),
    ("operator", "POST", "/operator/experts/{expert_id}/suspend", {"reason": "  "}, 422, "invalid", "reason"),
    ("operator", "POST", "/operator/experts/{expert_id}/reinstate", {"reason": "?"}, 409, "admission_closed", ""),
    ("operator", "POST", "/sandbox/clock", {"advance_seconds": 0}, 422, "bad_input", "advance_seconds"),
    ("operator", "GET", "/operator/operations?state=lost", NOTHING, 422, "invalid", "state"),
]  # fmt: skip
ROWS = SIGN_UP + DETAILS_OF_PARTIES + DEALS + MISSION_AND_MONEY
REVIEWS: list[tuple[Any, str, str]] = [
    # body, code, the field at fault: the mission is closed
    ({"scores": {"overall": 0}, "comment": "?"}, "invalid_review", "scores.overall"),
    ({"scores": {"overall": 6}, "comment": "?"}, "invalid_review", "scores.overall"),
    ({"scores": {}, "comment": "?"}, "invalid_review", "scores.overall"),
    ({"scores": {"overall": 5, "style": 5}, "comment": "?"}, "invalid_review", "scores.style"),
    ({"scores": {"overall": 5}, "comment": "x" * 5_001}, "bad_input", "comment"),
]
