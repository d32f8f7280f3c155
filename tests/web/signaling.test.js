// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { FIRST_DELAY_MS, MAX_DELAY_MS, Signaling } from "../../web/signaling.js";
import { HandClock, HandSocket, settle } from "./doubles.js";

/**
 * @typedef {{socket: HandSocket, sockets: HandSocket[], clock: HandClock, signaling: Signaling,
 *   events: [string, any][]}} Desk
 */

/** @param {{resume?: string | null, getToken?: () => Promise<string>, random?: () => number}} [options] */
async function sitDown({ resume = null, getToken = async () => "token", random = () => 1 } = {}) {
  const clock = new HandClock();
  /** @type {HandSocket[]} */
  const sockets = [];
  const openSocket = () => {
    sockets.push(new HandSocket());
    return /** @type {import("../../web/signaling.js").Socket} */ (
      /** @type {unknown} */ (sockets[sockets.length - 1])
    );
  };
  const signaling = new Signaling(
    "wss://host/ws",
    { room: "r", name: "Ada", resume, getToken },
    { clock, openSocket, random },
  );
  /** @type {[string, any][]} */
  const events = [];
  for (const type of /** @type {const} */ (["message", "lost", "ended"]))
    signaling.on(type, (detail) => events.push([type, detail]));
  signaling.connect();
  const desk = {
    clock,
    sockets,
    signaling,
    events,
    get socket() {
      return sockets[sockets.length - 1];
    },
  };
  desk.socket.accept();
  await settle();
  return desk;
}

const joined = (/** @type {boolean} */ resumed = false) => ({
  type: "joined",
  v: 1,
  you: { id: "p-1", order: 1, name: "Ada", role: "participant" },
  room: "r",
  resume: "back",
  participants: [],
  ice_servers: [],
  resumed,
});

/** @param {Desk} desk */
const types = (desk) => desk.events.map(([type]) => type);

test("the first message is a join with version, room, token and name", async () => {
  const desk = await sitDown();
  assert.deepEqual(desk.socket.sent, [{ type: "join", v: 1, room: "r", token: "token", name: "Ada" }]);
});

test("after a drop it comes back to the same place, and what was said meanwhile is sent then", async () => {
  const desk = await sitDown();
  desk.socket.deliver(joined());
  desk.socket.cut();
  desk.signaling.send({ type: "candidate", to: "p-2", connection: "c", candidate: null });
  desk.clock.advance(FIRST_DELAY_MS);
  desk.socket.accept();
  await settle();
  assert.equal(desk.sockets.length, 2);
  assert.equal(desk.socket.sent[0].resume, "back");
  assert.equal(desk.socket.sent.length, 1);
  desk.socket.deliver(joined(true));
  assert.deepEqual(desk.socket.sent[1], { type: "candidate", to: "p-2", connection: "c", candidate: null });
});

test("what was meant for a place that is lost is not sent in a new one", async () => {
  const desk = await sitDown();
  desk.socket.deliver(joined());
  desk.socket.cut();
  desk.signaling.send({ type: "candidate", to: "p-2", connection: "c", candidate: null });
  desk.clock.advance(FIRST_DELAY_MS);
  desk.socket.accept();
  await settle();
  desk.socket.deliver({ type: "error", code: "resume-expired", message: "" });
  desk.clock.advance(MAX_DELAY_MS);
  desk.socket.accept();
  await settle();
  assert.equal(desk.socket.sent[0].resume, undefined);
  desk.socket.deliver(joined(false));
  assert.equal(desk.socket.sent.length, 1);
});

test("back-off doubles up to a limit, and starts over once joined", async () => {
  const desk = await sitDown();
  const delays = [];
  for (let attempt = 0; attempt < 8; attempt += 1) {
    desk.socket.cut();
    delays.push(desk.events[desk.events.length - 1][1].retry_ms);
    desk.clock.advance(MAX_DELAY_MS);
  }
  assert.deepEqual(delays, [250, 500, 1000, 2000, 4000, 8000, 8000, 8000]);
  desk.socket.accept();
  await settle();
  desk.socket.deliver(joined());
  desk.socket.cut();
  assert.equal(desk.events[desk.events.length - 1][1].retry_ms, FIRST_DELAY_MS);
});

test("back-off is spread, so that a room does not come back at one instant", async () => {
  const desk = await sitDown({ random: () => 0 });
  desk.socket.cut();
  assert.equal(desk.events[0][1].retry_ms, FIRST_DELAY_MS / 2);
});

test("a server that asks for patience gets it", async () => {
  const desk = await sitDown();
  desk.socket.deliver({ type: "error", code: "rate-limited", message: "", retry_after_s: 20 });
  desk.clock.advance(19_999);
  assert.equal(desk.sockets.length, 1);
  desk.clock.advance(1);
  assert.equal(desk.sockets.length, 2);
});

test("a server that never answers the join is tried again", async () => {
  const desk = await sitDown();
  desk.clock.advance(10_000);
  desk.clock.advance(FIRST_DELAY_MS);
  assert.equal(desk.sockets.length, 2);
});

for (const code of ["bad-token", "room-full", "too-many-rooms", "version", "duplicate-tab"]) {
  test(`${code} ends it with the code, and nothing is tried again`, async () => {
    const desk = await sitDown();
    desk.socket.deliver({ type: "error", code, message: "why" });
    desk.clock.advance(60_000);
    assert.deepEqual(desk.events, [["ended", { code, message: "why" }]]);
    assert.equal(desk.sockets.length, 1);
  });
}

test("an error about one message leaves the call alone", async () => {
  const desk = await sitDown();
  desk.socket.deliver(joined());
  desk.socket.deliver({ type: "error", code: "unknown-participant", message: "p-9" });
  assert.deepEqual(types(desk), ["message", "message"]);
  assert.equal(desk.socket.readyState, 1);
});

test("replaced by another tab ends it; a server that restarts does not", async () => {
  const replaced = await sitDown();
  replaced.socket.deliver(joined());
  replaced.socket.deliver({ type: "bye", reason: "replaced" });
  assert.equal(replaced.events[1][0], "ended");
  const restarted = await sitDown();
  restarted.socket.deliver(joined());
  restarted.socket.deliver({ type: "bye", reason: "shutdown" });
  restarted.clock.advance(FIRST_DELAY_MS);
  assert.equal(restarted.sockets.length, 2);
});

test("a token that cannot be had ends it with the reason", async () => {
  const desk = await sitDown({ getToken: () => Promise.reject(new Error("status 403")) });
  assert.deepEqual(desk.events, [["ended", { code: "no-token", message: "status 403" }]]);
});

test("a token that comes after leaving is not used", async () => {
  /** @type {(token: string) => void} */
  let give = () => {};
  const desk = await sitDown({ getToken: () => new Promise((resolve) => (give = resolve)) });
  desk.signaling.leave();
  give("late");
  await settle();
  assert.deepEqual(desk.socket.sent, []);
});

test("what waits while the socket is away is bounded, the oldest goes", async () => {
  const desk = await sitDown();
  desk.socket.deliver(joined());
  desk.socket.cut();
  for (let index = 0; index < 300; index += 1) desk.signaling.send({ type: "candidate", index });
  desk.clock.advance(FIRST_DELAY_MS);
  desk.socket.accept();
  await settle();
  desk.socket.deliver(joined(true));
  assert.equal(desk.socket.sent.length, 1 + 256);
  assert.equal(desk.socket.sent[1].index, 44);
});

test("leaving says so, and is final", async () => {
  const desk = await sitDown();
  desk.socket.deliver(joined());
  desk.signaling.leave();
  assert.equal(desk.socket.sent[1].type, "leave");
  desk.signaling.connect();
  assert.equal(desk.sockets.length, 1);
});

test("garbage from the server is passed over", async () => {
  const desk = await sitDown();
  desk.socket.deliver("not json");
  desk.socket.deliver(joined());
  assert.deepEqual(types(desk), ["message"]);
});
