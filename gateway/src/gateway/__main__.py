"""`python -m gateway serve`: see README.md for the settings."""

from chassis.cli import main

main("gateway.service:GatewayService")
