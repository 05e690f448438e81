"""`python -m billing serve | relay | migrate | check`."""

from chassis.cli import main

main("billing.service:BillingService")
