"""Who asks: the address and origin of a request, as keys for rates."""

from __future__ import annotations

from aiohttp import web


def caller(request: web.Request, num_proxies: int) -> str:
    """Address and origin; with proxies of ours in front, the address that the outermost of them saw."""
    address = request.remote or "unknown"
    if num_proxies:
        header = ",".join(request.headers.getall("X-Forwarded-For", []))
        hops = [hop.strip() for hop in header.split(",") if hop.strip()]
        if len(hops) >= num_proxies:  # what stands further left anybody may have written
            address = hops[-num_proxies]
    return f"{address} {request.headers.get('Origin', '')}"
