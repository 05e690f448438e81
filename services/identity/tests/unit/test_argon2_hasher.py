"""The password hasher: argon2id, and the same work for nobody as for somebody."""

from identity.adapters.argon2_hasher import Argon2Hasher


def recording(calls: list[str]):
    def in_thread(function, *arguments):
        calls.append(function.__name__)
        return function(*arguments)

    return in_thread


def test_a_password_fits_its_own_hash_only():
    hasher = Argon2Hasher(recording([]))
    kept = hasher.hash("a long walk to the sea")

    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert hasher.verify(kept, "a long walk to the sea")
    assert not hasher.verify(kept, "a long walk to the see")
    assert not hasher.verify("not a hash", "a long walk to the sea")


def test_nobodys_hash_is_worked_on_like_anybodys_and_never_fits():
    calls: list[str] = []
    hasher = Argon2Hasher(recording(calls))

    assert not hasher.verify("", "a long walk to the sea")
    assert not hasher.verify("", "")
    assert calls == ["_fits", "_fits"]


def test_a_hash_of_weaker_parameters_is_outdated():
    weaker = "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$SqlVijFGiPG+935vDSGEsA"

    assert Argon2Hasher(recording([])).is_outdated(weaker)
