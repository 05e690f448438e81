"""Makes `.venv` on a bare machine: standard library only, run by any Python >= 3.11 before anything is installed.

`python3 -I embedded/src/embedded/install.py demo|dev`. pip brings the pinned uv, by hash; uv brings the locked
dependencies, by hash; then the repository's own packages are installed in place, without a network. Done again only when a
lock, a pyproject.toml, the Python or the folder changed.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"demo": "requirements.lock", "dev": "requirements-dev.lock"}
TESTS_ONLY = "testkit"


def main(kind: str) -> int:
    if sys.version_info < (3, 11):
        return _fail(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    VENV.mkdir(exist_ok=True)
    with (VENV / ".install.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if any(_stamp(done).is_file() and _stamp(done).read_text() == _wanted(done) for done in {kind, "dev"}):
            return 0
        for stamp in map(_stamp, LOCKS):
            stamp.unlink(missing_ok=True)
        try:
            _install(kind)
        except subprocess.CalledProcessError as error:
            return _fail(
                f"{' '.join(map(str, error.cmd[:6]))} ... ended with {error.returncode}; see above. Nothing else was started."
            )
        _stamp(kind).write_text(_wanted(kind))
    return 0


def _install(kind: str) -> None:
    _say(1, f"Python {sys.version.split()[0]} in {VENV.relative_to(ROOT)}/")
    _make_venv()
    _say(2, "the installer (uv), checked by hash")
    _install_uv()
    _say(3, f"the dependencies of {LOCKS[kind]}, checked by hash")
    _uv("--require-hashes", "-r", str(ROOT / LOCKS[kind]))
    own = _own_packages(kind)
    _say(4, f"the repository's own {len(own)} packages")
    _uv("--quiet", "--no-deps", "--no-build-isolation", *(word for package in own for word in ("-e", str(package))))


def _make_venv() -> None:
    """Keeps a `.venv` whose Python runs and is new enough; makes it anew otherwise."""
    check = "import sys; sys.exit(sys.version_info < (3, 11))"
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", check], check=False, capture_output=True).returncode == 0:
        return
    for left in ("bin", "lib", "lib64", "include"):
        path = VENV / left
        path.unlink() if path.is_symlink() else shutil.rmtree(path, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", VENV], check=False)
    if made.returncode:
        _fail("this Python cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv")
        made.check_returncode()


def _install_uv() -> None:
    lock = (ROOT / LOCKS["dev"]).read_text()
    pinned = re.search(r"^uv==(\S+) (?:\\\n +--hash=\S+ ?)+", lock, re.MULTILINE)
    if pinned is None:
        raise SystemExit(f"no uv in {LOCKS['dev']}")
    installed = (
        subprocess.run([VENV / "bin" / "uv", "--version"], check=False, capture_output=True, text=True) if _has_uv() else None
    )
    if installed is not None and f" {pinned[1]}" in installed.stdout:
        return
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as requirement:
        requirement.write(pinned[0].strip() + "\n")
        requirement.flush()
        command = [
            str(PYTHON),
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--require-hashes",
            "-r",
            requirement.name,
        ]
        subprocess.run(command, check=True)


def _has_uv() -> bool:
    return (VENV / "bin" / "uv").exists()


def _uv(*arguments: str) -> None:
    subprocess.run([VENV / "bin" / "uv", "pip", "install", "--python", PYTHON, *arguments], check=True, env=_uv_environment())


def _uv_environment() -> dict[str, str]:
    """uv does not read pip's settings: hand it the package index and the certificate authority pip was told to use."""
    asked = subprocess.run([PYTHON, "-m", "pip", "config", "list"], check=False, capture_output=True, text=True).stdout
    pip = dict(re.findall(r"^(?:global|install|:env:)\.([a-z-]+)='(.*)'$", asked, re.MULTILINE))
    told = {
        "UV_DEFAULT_INDEX": pip.get("index-url"),
        "SSL_CERT_FILE": pip.get("cert"),
        "UV_INSECURE_HOST": pip.get("trusted-host"),
    }
    return {**{name: value for name, value in told.items() if value}, **os.environ}


def _own_packages(kind: str) -> list[Path]:
    found = [
        project.parent
        for pattern in ("libs/*", "services/*", "gateway", "embedded")
        for project in ROOT.glob(f"{pattern}/pyproject.toml")
    ]
    return sorted(package for package in found if kind == "dev" or package.name != TESTS_ONLY)


def _stamp(kind: str) -> Path:
    return VENV / f".installed-{kind}"


def _wanted(kind: str) -> str:
    """What `.venv` must have been made from: changes when any of it does."""
    files = [ROOT / lock for lock in LOCKS.values()] + [package / "pyproject.toml" for package in _own_packages(kind)]
    digest = hashlib.sha256(f"{ROOT} {kind}".encode())
    for file in files:
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()


def _say(step: int, what: str) -> None:
    print(f"[{step}/4] {what}", flush=True)


def _fail(why: str) -> int:
    print(f"\nInstallation stopped: {why}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "demo"))
