"""The press: a document's PDF by typst, from the one template, with the fonts the compiler carries.

PDF/A-3b, no network, no file outside the package; the same document gives the same bytes. Some ten milliseconds of native code
that would hold up everybody else in the process: `in_thread` runs it elsewhere.
"""

import json
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from typing import Any

import typst

from billing.adapters.data_files import read_toml
from billing.adapters.layout import Labels, Layout, noon_of, second_language
from billing.domain.paper import Document


class TypstPress:
    """Fits `ports.Press`."""

    def __init__(self, in_thread: Callable[..., Any]) -> None:
        self._in_thread = in_thread
        self._template = files("billing").joinpath("data", "document.typ").read_bytes()
        self._labels = Labels(**read_toml("labels.toml"))

    def print(self, document: Document) -> bytes:
        """Raises typst.TypstError, ValueError for a document that has no number yet."""
        laid_out = Layout(self._labels, second_language(document)).of(document)
        compile_it = partial(
            typst.compile,
            self._template,
            format="pdf",
            ignore_system_fonts=True,
            pdf_standards="a-3b",
            sys_inputs={"document": json.dumps(laid_out)},
            timestamp=noon_of(document.issued_on) if document.issued_on else None,
        )
        return bytes(self._in_thread(compile_it))
