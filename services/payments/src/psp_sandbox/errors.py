"""How the provider refuses: Stripe's error envelope."""

from typing import Any


class ApiError(Exception):
    """Answered as `{"error": {...}}` with this HTTP status."""

    def __init__(self, status: int, type: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = {
            "error": {"type": type, "message": message, **{name: value for name, value in more.items() if value is not None}}
        }


def invalid(message: str, *, param: str | None = None, code: str | None = None, status: int = 400) -> ApiError:
    return ApiError(status, "invalid_request_error", message, param=param, code=code)


def missing(kind: str, id: str, param: str = "id") -> ApiError:
    return invalid(f"No such {kind}: '{id}'", param=param, code="resource_missing", status=404)
