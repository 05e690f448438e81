"""Version 1 of the contracts of payments: `rpc`, `events`, `errors`."""
