"""The token endpoint on your own server: whoever is signed in there gets five minutes to enter one room.

    <alongside-call room="support" token-url="/alongside-token"></alongside-call>

Run it with ALONGSIDE_SECRET set as for `alongside signal`; `signed_in` stands for your own session check.
"""

from __future__ import annotations

import os
import time

import jwt
from aiohttp import web

SESSIONS = {"a-session-of-yours": "Ada"}


def signed_in(request: web.Request) -> str:
    person = SESSIONS.get(request.cookies.get("session", ""))
    if person is None:
        raise web.HTTPUnauthorized(text="sign in first\n")
    return person


async def token(request: web.Request) -> web.Response:
    person, room = signed_in(request), (await request.json())["room"]
    now = int(time.time())
    claims = {"aud": "alongside", "role": "participant", "room": room, "sub": person, "name": person}
    signed = jwt.encode(claims | {"iat": now, "exp": now + 300}, os.environ["ALONGSIDE_SECRET"], "HS256")
    return web.json_response({"token": signed})


def make_app() -> web.Application:
    app = web.Application()
    app.router.add_post("/alongside-token", token)
    return app


if __name__ == "__main__":
    web.run_app(make_app(), port=8081)
