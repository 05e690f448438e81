"""`gateway` and `embedded` are the names of folders here and of the packages in them: imported first, the packages win."""

import embedded as _embedded
import gateway as _gateway

assert _embedded.__file__
assert _gateway.__file__
