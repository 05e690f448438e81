"""What comes back: JSON as the contract has it, files as bytes, and headers on everything."""

import base64
import hashlib
import json
from typing import Any

import pytest
import structlog

from contracts.billing.v1.rpc import DownloadDocument
from contracts.catalog.v1.rpc import GetPhoto, OpenProfile, SearchProfiles
from contracts.contracting.v1.rpc import GetDashboard
from contracts.operations.v1.rpc import ListParkedEvents
from contracts.shapes import FileContent

EXPERT = "/experts/exp_01JDC3Q8V5N0Y7K2M4R6T8W9XA"
FILE = "/documents/doc_01JDC3Q8V5N0Y7K2M4R6T8W9XA/file"
PDF = b"%PDF-1.7 an invoice"


def invoice(filename: str = "F-2026-0001.pdf", content_type: str = "application/pdf") -> FileContent:
    return FileContent(filename=filename, content_type=content_type, content=base64.b64encode(PDF).decode())


def test_an_answer_is_the_contract_s_fields_as_json_and_is_not_stored_on_the_way(client: Any) -> None:
    response = client.as_("company", "GET", "/dashboard")

    assert response.json["revenue_12_months"] == {"amount": 120_000, "currency": "EUR"}
    assert response.json["offers_open"] == 3
    assert response.headers["Cache-Control"] == "no-store"
    assert response.mimetype == "application/json"


def test_a_page_is_asked_for_with_cursor_and_limit_and_tells_the_next(client: Any, services: Any) -> None:
    response = client.as_("company", "GET", "/quotes?cursor=abc&limit=7&state=sent")

    call = services.asked[-1]
    assert (call.cursor, call.limit, call.state) == ("abc", 7, "sent")
    assert list(response.json) == ["items", "next_cursor"]


def test_a_search_takes_every_filter_under_its_short_name(client: Any, services: Any) -> None:
    client.get(
        "/api/v1/experts?q=usinage&skill=lean&skill=qualit%C3%A9&sector=industrie&country=FR&language=fr"
        "&min_day_rate_cents=50000&max_day_rate_cents=90000&min_rating=4.5&limit=5"
    )

    call = services.asked[-1]
    assert isinstance(call, SearchProfiles)
    assert (call.query, call.skills, call.sectors, call.countries, call.languages) == (
        "usinage", ("lean", "qualité"), ("industrie",), ("FR",), ("fr",)
    )  # fmt: skip
    assert (call.min_day_rate_cents, call.max_day_rate_cents, call.min_rating, call.limit) == (50_000, 90_000, 4.5, 5)


def test_a_document_comes_as_a_file_to_keep_with_its_hash(client: Any, services: Any) -> None:
    services.answer(DownloadDocument, lambda call: invoice())

    response = client.as_("company", "GET", FILE)

    assert response.data == PDF
    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"] == "attachment; filename=F-2026-0001.pdf"
    assert response.headers["ETag"] == f'"{hashlib.sha256(PDF).hexdigest()}"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "private, no-cache"


def test_a_file_that_is_known_is_not_sent_again(client: Any, services: Any) -> None:
    services.answer(DownloadDocument, lambda call: invoice())
    etag = client.as_("company", "GET", FILE).headers["ETag"]

    response = client.as_("company", "GET", FILE, headers={"If-None-Match": etag})

    assert (response.status_code, response.data) == (304, b"")


def test_a_photo_is_shown_in_the_page(client: Any, services: Any) -> None:
    services.answer(GetPhoto, lambda call: invoice("face.png", "image/png"))

    response = client.get(f"/api/v1{EXPERT}/photo")

    assert response.mimetype == "image/png"
    assert response.headers["Content-Disposition"] == "inline; filename=face.png"
    assert response.headers["Cache-Control"] == "public, max-age=300"


def test_a_file_of_an_unexpected_type_is_never_run_by_a_browser(client: Any, services: Any) -> None:
    services.answer(GetPhoto, lambda call: invoice("x.html", "text/html"))

    assert client.get(f"/api/v1{EXPERT}/photo").mimetype == "application/octet-stream"


@pytest.mark.parametrize("name", ['Devis n° 12 "été" œuvre.pdf', "../../etc/passwd", "\r\nSet-Cookie: a=b", ""])
def test_a_file_s_name_breaks_no_header(client: Any, services: Any, name: str) -> None:
    services.answer(DownloadDocument, lambda call: invoice(name))

    response = client.as_("company", "GET", FILE)

    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert "/etc" not in response.headers["Content-Disposition"]


def test_a_visit_is_told_apart_for_a_day_without_a_cookie(client: Any, services: Any, sandbox_clock: Any) -> None:
    def visit(browser: str) -> OpenProfile:
        response = client.get(f"/api/v1{EXPERT}", headers={"User-Agent": browser})
        assert "Set-Cookie" not in response.headers
        return services.asked[-1]  # type: ignore[no-any-return]

    first, again, other = visit("Firefox"), visit("Firefox"), visit("Safari")
    client.as_("operator", "POST", "/sandbox/clock", json={"advance_seconds": 86_400})
    tomorrow = visit("Firefox")

    assert first.visitor_key == again.visitor_key
    assert len({first.visitor_key, other.visitor_key, tomorrow.visitor_key}) == 3
    assert len(first.visitor_key) == 32


def test_a_member_is_the_same_visitor_in_every_browser(client: Any, services: Any) -> None:
    for browser in ("Firefox", "Safari"):
        client.as_("company", "GET", EXPERT, headers={"User-Agent": browser})

    first, second = (call.visitor_key for call in services.asked)
    assert first == second


@pytest.mark.parametrize(
    ("browser", "bot"),
    [
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", True),
        ("LinkedInBot/1.0", True),
        ("facebookexternalhit/1.1", True),
        ("Mozilla/5.0 HeadlessChrome/131.0", True),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", False),
        ("python-requests/2.32", False),
        ("Cubot Browser", False),
        ("", False),
    ],
)
def test_crawlers_that_say_so_are_told_as_such(client: Any, services: Any, browser: str, bot: bool) -> None:
    client.get(f"/api/v1{EXPERT}", headers={"User-Agent": browser})

    assert services.asked[-1].bot is bot


def test_every_response_carries_the_security_headers(client: Any) -> None:
    for path in ("/api/v1/experts", "/api/v1/nothing", "/healthz", "/api/docs/"):
        headers = client.get(path).headers

        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert client.get("/api/v1/experts").headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"


@pytest.mark.parametrize(
    ("said", "kept"), [("story-2026-0001", True), ("short", False), ("x" * 81, False), ("a b c d e f", False)]
)
def test_a_correlation_id_is_taken_when_it_is_harmless_else_made(client: Any, said: str, kept: bool) -> None:
    told = client.get("/api/v1/experts", headers={"X-Correlation-Id": said}).headers["X-Correlation-Id"]

    assert (told == said) is kept
    assert kept or told.startswith("cor_")


def test_the_correlation_id_is_the_story_of_what_the_request_causes(client: Any, services: Any) -> None:
    stories: list[str] = []

    def remember(call: GetDashboard) -> Any:
        from chassis import logs

        stories.append(logs.correlation_id())
        raise RuntimeError

    services.answer(GetDashboard, remember)

    client.as_("company", "GET", "/dashboard", headers={"X-Correlation-Id": "story-2026-0001"})

    assert stories == ["story-2026-0001"]


def test_the_access_line_names_route_and_caller_and_no_secret(client: Any) -> None:
    with structlog.testing.capture_logs() as lines:
        client.as_("company", "GET", "/experts?q=confidential")
        client.post("/api/v1/sessions", json={"email": "a@b.example", "password": "hunter2"})

    seen = [{name: line[name] for name in ("event", "method", "route", "status", "role", "account_id")} for line in lines]
    assert seen == [
        {
            "event": "request",
            "method": "GET",
            "route": "/api/v1/experts",
            "status": 200,
            "role": "company",
            "account_id": "acc_C",
        },
        {"event": "request", "method": "POST", "route": "/api/v1/sessions", "status": 201, "role": "visitor", "account_id": None},
    ]
    assert not {"confidential", "hunter2", "Bearer", "shown-once"} & set(json.dumps(lines).replace('"', " ").split())


def test_an_operator_s_question_goes_to_the_service_in_the_address(client: Any, services: Any) -> None:
    client.as_("operator", "GET", "/operator/events/billing")

    assert isinstance(services.asked[-1], ListParkedEvents)
    assert services.targets[-1] == "billing"


def test_commands_may_take_longer_than_questions(client: Any, services: Any) -> None:
    client.as_("company", "GET", "/dashboard")
    client.as_("company", "POST", "/missions/mis_01JDC3Q8V5N0Y7K2M4R6T8W9XA/validate")

    assert services.deadlines == [5.0, 15.0]


def test_the_probes_answer(client: Any) -> None:
    client.get("/api/v1/experts")

    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").status_code == 200
    assert 'http_request_seconds_count{method="GET",route="/api/v1/experts",status="200"}' in client.get("/metrics").text


def test_reading_the_head_of_a_page_gives_no_body(client: Any) -> None:
    response = client.head("/api/v1/experts")

    assert (response.status_code, response.data) == (200, b"")
