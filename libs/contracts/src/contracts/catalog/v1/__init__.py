"""Version 1 of the contracts of catalog: `rpc`, `events`, `errors`."""
