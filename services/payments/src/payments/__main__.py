"""`python -m payments serve | relay | migrate | check`."""

from chassis import cli

if __name__ == "__main__":
    cli.main("payments.service:PaymentsService")
