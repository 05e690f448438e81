"""messaging: people's conversations, and everything the marketplace writes to them.

`domain` holds conversations, contacts and notifications; `use_cases/converse.py` lets companies and experts write to one
another (A71, M62); `use_cases/notify.py` is one table from events to texts; `use_cases/deliver_notifications.py` sends them.
No other service sends mail. The texts are catalogues in `texts/`, one a language.
"""
