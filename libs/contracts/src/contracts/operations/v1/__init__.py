"""Version 1 of the contracts of operations: `rpc`, `events`, `errors`."""
