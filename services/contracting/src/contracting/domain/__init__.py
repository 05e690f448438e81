"""The nouns of contracting: plain Python, no framework, no I/O. Refusals are the contract's own errors."""
