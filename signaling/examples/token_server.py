"""The token endpoint on your own server: whoever you have signed in gets five minutes to enter one room.

<alongside-call room="support" token-url="/alongside-token"></alongside-call>
"""

from __future__ import annotations

import os
import time

import jwt
from aiohttp import web


async def token(request: web.Request) -> web.Response:
    person = request.headers["X-Signed-In-As"]  # put your own session check here
    claims = {"room": request.query["room"], "role": "participant", "sub": person, "name": person}
    claims |= {"aud": "alongside", "iat": int(time.time()), "exp": int(time.time()) + 300}
    return web.json_response({"token": jwt.encode(claims, os.environ["ALONGSIDE_SECRET"], "HS256")})


if __name__ == "__main__":
    app = web.Application()
    app.router.add_get("/alongside-token", token)
    web.run_app(app, port=8081)
