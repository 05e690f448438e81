"""The HTTP edge of the marketplace: the JSON API with its document, sessions, webhooks in. It owns no business rule and no
data.

`table/` is the whole API, a row a route (`route.py` says what a row means). A request goes through `app.py`: `sessions` (who
calls), `rates` (how often), `reading` + `inputs` + `fields` (what they say), the call over the bus, `answers` or `problems`
(what they get). `openapi.py` tells all of it to clients; `watch.py` to operators; `service.py` hosts it in nameko.
"""
