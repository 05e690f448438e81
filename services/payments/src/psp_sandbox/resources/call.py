"""One request, as a resource sees it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from psp_sandbox.config import Config
from psp_sandbox.errors import invalid
from psp_sandbox.store import Store

Route = tuple[str, str, Callable[..., Any]]


@dataclass(frozen=True, kw_only=True)
class Call:
    """`account` is the connected account the request is made for, else empty."""

    store: Store
    config: Config
    params: dict[str, Any]
    account: str = ""
    filename: str = ""

    def need(self, name: str) -> Any:
        """Raises ApiError when the parameter is missing."""
        if self.params.get(name) in (None, ""):
            raise invalid(f"Missing required param: {name}.", param=name, code="parameter_missing")
        return self.params[name]

    def amount(self, name: str = "amount") -> int:
        """A positive whole number of cents. Raises ApiError."""
        try:
            amount = int(self.need(name))
        except ValueError:
            raise invalid(f"Invalid integer: {self.params[name]}", param=name, code="parameter_invalid_integer") from None
        if amount < 1:
            raise invalid("This value must be greater than or equal to 1.", param=name, code="parameter_invalid_integer")
        return amount

    def currency(self) -> str:
        if self.need("currency") != "eur":
            raise invalid("This sandbox keeps euros only.", param="currency")
        return "eur"

    def flag(self, name: str) -> bool:
        return self.params.get(name) == "true"

    @property
    def metadata(self) -> dict[str, str]:
        return dict(self.params.get("metadata") or {})
