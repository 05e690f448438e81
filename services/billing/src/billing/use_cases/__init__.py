"""The verbs of billing: decide tax, sign a mandate, hear of a mission, issue what is due, show it. `ports.py`: what they need."""
