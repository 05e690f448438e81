"""Contracting: from a company's need to a closed and reviewed mission.

`domain` holds the nouns: sheets, offers, quotes with their versions, missions with their instalments, reports and reviews, and
the two transition tables (`quote.py`, `mission.py`). `use_cases` holds the verbs, one call or event each; `drive_mission.py` is
the saga, its steps on one screen. `adapters` map them to PostgreSQL, `bootstrap` wires, `service` listens.
"""
