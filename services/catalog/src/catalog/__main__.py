"""`python -m catalog serve | relay | migrate | check`."""

import sys

from chassis import cli

if __name__ == "__main__":
    sys.exit(cli.main("catalog.service:CatalogService"))
