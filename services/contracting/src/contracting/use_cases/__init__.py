"""The verbs of contracting: one function a call or event, `def verb(call, ports) -> View`; `ports.py` says what they need."""
