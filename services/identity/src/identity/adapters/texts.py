"""The texts people sign, in the languages of the marketplace."""

from importlib.resources import files

from identity.domain.expert import Charter
from identity.domain.fields import LOCALES

CHARTER_VERSION = "2026-01"  # changes with every change of the texts: experts sign a version


def charter(operator_name: str) -> Charter:
    """The experts' charter in the operator's name (A40)."""
    folder = files("identity") / "texts"
    texts = {locale: (folder / f"charter.{locale}.txt").read_text("utf-8") for locale in LOCALES}
    return Charter(
        version=CHARTER_VERSION, texts={locale: text.replace("{operator}", operator_name) for locale, text in texts.items()}
    )
