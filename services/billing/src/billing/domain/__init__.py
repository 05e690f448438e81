"""The nouns of billing: tax, mandates, missions as billing sees them, papers and their numbers. No framework, no I/O."""
