"""`python -m messaging serve | relay | migrate | check`."""

from chassis.cli import main

main("messaging.service:MessagingService")
