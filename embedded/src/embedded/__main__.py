"""`python -m embedded demo | serve | reset | story`: eventlet is patched before anything else is imported."""

import sys
import warnings

warnings.filterwarnings("ignore", r"\s*Eventlet is deprecated")

import eventlet  # noqa: E402

eventlet.monkey_patch()

from embedded.demo import main  # noqa: E402

sys.exit(main(sys.argv[1:]))
