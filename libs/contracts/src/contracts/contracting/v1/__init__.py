"""Version 1 of the contracts of contracting: `rpc`, `events`, `errors`."""
