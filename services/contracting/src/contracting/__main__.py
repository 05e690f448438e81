"""`python -m contracting serve | relay | migrate | check`."""

from chassis import cli

cli.main("contracting.service:ContractingService")
