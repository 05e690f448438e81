"""Version 1 of the contracts of billing: `rpc`, `events`, `errors`."""
