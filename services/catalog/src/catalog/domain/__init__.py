"""The nouns of catalog: plain Python, no I/O."""
