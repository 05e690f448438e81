"""The verbs of catalog: what can be asked of it and what it does when others tell something."""
