"""`docs/events.md`, written from `contracts.topology`: who tells what, and who listens. `python -m testkit.events_page` writes it."""

from pathlib import Path

from contracts.topology import SERVICES, SUBSCRIPTIONS
from contracts.wire import Event, service_of, wire_name

PAGE = Path(__file__).resolve().parents[4] / "docs" / "events.md"


def page() -> str:
    """The whole page."""
    told: dict[type[Event], list[str]] = {}
    for consumer, events in SUBSCRIPTIONS.items():
        for event in events:
            told.setdefault(event, []).append(consumer)
    return "\n".join(
        (
            "# Events between the services",
            "",
            "Written from `libs/contracts/src/contracts/topology.py` by `make schemas`; a test compares. An arrow is labelled with the",
            "number of events; the table names them.",
            "",
            "```mermaid",
            "flowchart LR",
            *_arrows(told),
            "```",
            "",
            "| told by | event | heard by |",
            "|---|---|---|",
            *(
                f"| {service_of(event)} | `{wire_name(event)}` | {', '.join(sorted(consumers))} |"
                for event, consumers in sorted(
                    told.items(), key=lambda row: (SERVICES.index(service_of(row[0])), wire_name(row[0]))
                )
            ),
            "",
        )
    )


def _arrows(told: dict[type[Event], list[str]]) -> list[str]:
    count: dict[tuple[str, str], int] = {}
    for event, consumers in told.items():
        for consumer in consumers:
            if consumer != service_of(event):
                count[service_of(event), consumer] = count.get((service_of(event), consumer), 0) + 1
    return [f"    {source} -- {number} --> {consumer}" for (source, consumer), number in sorted(count.items())]


if __name__ == "__main__":
    PAGE.write_text(page())
