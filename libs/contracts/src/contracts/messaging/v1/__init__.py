"""Version 1 of the contracts of messaging: `rpc`, `events`, `errors`."""
