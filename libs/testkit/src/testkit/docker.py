"""Whether Docker can be asked for a container: testcontainers itself would wait long and raise oddly."""

import shutil
import subprocess


def answers() -> bool:
    docker = shutil.which("docker")
    if docker is None:
        return False
    try:
        return subprocess.run([docker, "info"], check=False, capture_output=True, timeout=5).returncode == 0
    except subprocess.TimeoutExpired:
        return False
