"""Passwords through argon2id, with the parameters OWASP gives for servers: 19 MiB, two passes, one lane; about 20 ms.

Hashing holds the processor, so it is done in a thread of its own: other requests go on meanwhile. No more at once than there are
processors: a flood of logins takes neither all threads nor all memory.
"""

import os
import secrets
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Argon2Hasher:
    """`in_thread(function, *arguments)` runs the work where it holds nobody up."""

    def __init__(self, in_thread: Callable[..., Any]) -> None:
        self._argon2 = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._in_thread = in_thread
        self._turn = BoundedSemaphore(os.cpu_count() or 1)
        self._of_nobody = self._argon2.hash(secrets.token_hex())

    def hash(self, password: str) -> str:
        with self._turn:
            return str(self._in_thread(self._argon2.hash, password))

    def verify(self, password_hash: str, password: str) -> bool:
        """Whether they fit. No hash is looked at as long as one, so that the time does not tell whether there is an account."""
        with self._turn:
            return bool(self._in_thread(self._fits, password_hash or self._of_nobody, password)) and bool(password_hash)

    def is_outdated(self, password_hash: str) -> bool:
        """Whether it was made with other parameters than today's."""
        return self._argon2.check_needs_rehash(password_hash)

    def _fits(self, password_hash: str, password: str) -> bool:
        try:
            return self._argon2.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False
