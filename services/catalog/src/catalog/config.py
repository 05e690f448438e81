"""The settings of catalog: its table of the policy, and where its index lives. A bad one stops the start with its name."""

from dataclasses import fields
from pathlib import Path

from catalog.domain.content import LETTERS_AT_MOST
from catalog.domain.policy import CatalogPolicy
from chassis.settings import BadSetting, Settings


def policy_of(settings: Settings) -> CatalogPolicy:
    """Raises BadSetting for a key that is missing, unknown or out of range."""
    known = {field.name for field in fields(CatalogPolicy)}
    if unknown := sorted(settings.policy("catalog").keys() - known):
        raise BadSetting("POLICY", f"[catalog] has a key nobody knows: {unknown[0]}")
    policy = settings.policy("catalog", CatalogPolicy)
    if not 0 <= policy.max_reference_letters <= LETTERS_AT_MOST:
        raise BadSetting("POLICY", f"[catalog] max_reference_letters must be between 0 and {LETTERS_AT_MOST}")
    return policy


def index_directory(settings: Settings) -> Path | None:
    """`INDEX_DIRECTORY`; None (not set): a temporary one."""
    named = settings.get("INDEX_DIRECTORY", "")
    return Path(named) if named else None
