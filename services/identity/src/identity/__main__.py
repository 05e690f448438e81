"""`python -m identity serve | relay | migrate | check`, and `create-operator EMAIL --right committee --right finance ...`."""

import sys
import warnings

from chassis.cli import main

if sys.argv[1:2] == ["create-operator"]:
    warnings.filterwarnings("ignore", r"\s*Eventlet is deprecated")
    from identity import operators

    sys.exit(operators.main(sys.argv[2:]))
main("identity.service:IdentityService")
