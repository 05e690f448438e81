"""The press: a document's PDF by typst, from the one template, with the fonts the compiler carries.

PDF/A-3b, no network, no file outside the package; the same document gives the same bytes. Some ten milliseconds of native code
that would hold up everybody else in the process: `in_thread` runs it elsewhere.

People write whatever they like into titles and descriptions, and an archive file must show every character it holds: what the
fonts lack is replaced by a white square. The paper itself, kept beside the file, keeps what was written.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from importlib.resources import files
from typing import Any

import typst

from billing.adapters.data_files import read_toml
from billing.adapters.layout import Labels, Layout, noon_of, second_language
from billing.domain.paper import Document

# Latin, Greek, Cyrillic, punctuation, currencies, arrows, mathematics, shapes: what the fonts have (a test prints all of it)
_PRINTED = (
    " -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0377\u037a-\u037f\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u0482\u048a-\u04ff\u1e00-\u1eff"
    "\u2000-\u200a\u2010-\u2027\u202f-\u203f\u2070\u2074-\u208e\u20a0-\u20c0\u2116\u2122\u2190-\u22ff\u25a0-\u25ff\n"
)
_NOT_PRINTED = re.compile(f"[^{_PRINTED}]")
_ENDLESS_WORD = re.compile(r"\S{40}(?=\S)")


class PressFailed(Exception):
    """The typesetter broke down on a document."""


class TypstPress:
    """Fits `ports.Press`."""

    def __init__(self, in_thread: Callable[..., Any]) -> None:
        self._in_thread = in_thread
        self._template = files("billing").joinpath("data", "document.typ").read_bytes()
        self._labels = Labels(**read_toml("labels.toml"))

    def print(self, document: Document) -> bytes:
        """Raises typst.TypstError, PressFailed; ValueError for a document that has no number yet."""
        if document.issued_on is None:
            raise ValueError(f"{document.document_id} is not issued")
        laid_out = Layout(self._labels, second_language(document)).of(document)
        return bytes(self._in_thread(self._compile, json.dumps(_printable(laid_out)), noon_of(document.issued_on)))

    def _compile(self, laid_out: str, timestamp: int) -> bytes:
        options: dict[str, Any] = {"format": "pdf", "ignore_system_fonts": True, "pdf_standards": "a-3b", "timestamp": timestamp}
        try:
            return bytes(typst.compile(self._template, sys_inputs={"document": laid_out}, **options))
        except (Exception, KeyboardInterrupt, SystemExit):
            raise
        except BaseException as panic:  # of the compiler's native code; a thread that lets it pass would never answer
            raise PressFailed(str(panic)) from None


def printable(text: str) -> str:
    """What the fonts can show of a text; a word without end may be broken anywhere."""
    composed = unicodedata.normalize("NFC", text.replace("\t", " ").replace("\r", ""))
    shown = _NOT_PRINTED.sub(lambda found: "" if unicodedata.category(found[0]) in ("Cf", "Cc") else "□", composed)
    return _ENDLESS_WORD.sub("\\g<0>\u200b", shown)


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {key: _printable(item) for key, item in value.items()}
    return [_printable(item) for item in value] if isinstance(value, list) else value
