"""SMS: through a provider's HTTPS endpoint, or as files in a folder (`SMS_TRANSPORT=directory`).

The endpoint gets `{"to", "text", "reference"}` as JSON with a bearer token: what most providers take, directly or through
a small adapter of the operator's. `reference` is the notification's id, so that a repeated sending is recognised.
"""

from pathlib import Path

import requests

from messaging.adapters.mail import write_whole
from messaging.use_cases.ports import NotDelivered

TIMEOUT_SECONDS = 20


class HttpSms:
    def __init__(self, url: str, token: str) -> None:
        self._url, self._token = url, token

    def send(self, *, to: str, text: str, reference: str) -> None:
        headers = {"Authorization": f"Bearer {self._token}", "Idempotency-Key": reference}
        body = {"to": to, "text": text, "reference": reference}
        try:
            answer = requests.post(self._url, json=body, headers=headers, timeout=TIMEOUT_SECONDS)
        except requests.RequestException as error:
            raise NotDelivered(type(error).__name__) from error
        if not answer.ok:
            raise NotDelivered(f"the provider answered {answer.status_code}")


class DirectorySms:
    """Each SMS a file `<id>.txt`: the number, then the text."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, *, to: str, text: str, reference: str) -> None:
        write_whole(self._folder / f"{reference}.txt", f"{to}\n{text}\n".encode())
