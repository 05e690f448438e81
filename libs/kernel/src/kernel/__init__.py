"""The few words every service shares: money, ids, time and errors. Standard library only.

`money` is integer minor units and exact splits; `ids` makes typed, time-sortable identifiers; `clock`
is where time comes from; `errors` is what a rule raises when it is broken. No business noun lives here.
"""
