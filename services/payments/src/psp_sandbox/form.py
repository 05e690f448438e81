"""Stripe's form encoding: `a[b][c]=1` is a dictionary in a dictionary, `a[]=x` and `a[0]=x` are lists."""

import re
from collections.abc import Iterable
from typing import Any

_PARTS = re.compile(r"[^\[\]]+|\[\]")


def decode(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    root: dict[str, Any] = {}
    for name, value in pairs:
        parts = _PARTS.findall(name)
        node = root
        for part in parts[:-1]:
            node = node.setdefault(part, {})
        if parts[-1] == "[]":
            node[str(len(node))] = value
        else:
            node[parts[-1]] = value
    return {name: _listed(value) for name, value in root.items()}


def _listed(node: Any) -> Any:
    """Dictionaries whose keys are 0, 1, 2... are lists."""
    if not isinstance(node, dict):
        return node
    if node and all(key.isdigit() for key in node):
        return [_listed(node[key]) for key in sorted(node, key=int)]
    return {key: _listed(value) for key, value in node.items()}
