"""Version 1 of the contracts of identity: `rpc`, `events`, `errors`."""
