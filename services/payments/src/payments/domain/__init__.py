"""The nouns of payments: no framework, no I/O, no clock of their own."""
