"""A `requests` session that reaches a WSGI application in this very process, without a socket: the sandbox in a test."""

from urllib.parse import urlsplit

import requests
from flask import Flask
from requests.adapters import BaseAdapter
from requests.models import PreparedRequest, Response
from requests.structures import CaseInsensitiveDict


class WsgiAdapter(BaseAdapter):
    def __init__(self, app: Flask) -> None:
        super().__init__()
        self.app = app

    def send(self, request: PreparedRequest, **_: object) -> Response:
        parts = urlsplit(request.url)
        body = request.body.encode() if isinstance(request.body, str) else request.body
        with self.app.test_client() as client:
            answer = client.open(
                parts.path, method=request.method, query_string=parts.query, data=body, headers=list(request.headers.items())
            )
        response = Response()
        response.status_code, response._content, response.request = answer.status_code, answer.data, request
        response.headers = CaseInsensitiveDict(answer.headers.items())
        response.url = request.url
        return response

    def close(self) -> None: ...


def session_to(app: Flask) -> requests.Session:
    session = requests.Session()
    session.mount("http://sandbox.test", WsgiAdapter(app))
    return session
