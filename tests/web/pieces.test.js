// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { Channel } from "../../web/channel.js";
import {
  Assembler,
  cutMessage,
  MAX_HALF_ASSEMBLED,
  MAX_MESSAGE_BYTES,
  MAX_PIECE_BYTES,
} from "../../web/pieces.js";
import { readMessage, WireError } from "../../web/wire.js";
import { drawFrom, HandPeerConnection } from "./doubles.js";

/** @typedef {import("../../web/wire.js").Piece} Piece */

const ALPHABET = ['"', "\\", "\n", "a", "é", "今", "🎈", "\u2028", "\ud800", "\u0000"];
const caption = (/** @type {string} */ text) => ({
  v: 1,
  kind: "caption",
  id: "c-1",
  speaker: { id: "p-1", name: "Ada", role: "participant" },
  language: "en",
  text,
  final: true,
  start_ms: 0,
  end_ms: 1,
});

/** @param {() => number} random @param {number} length */
function drawText(random, length) {
  return Array.from({ length }, () => ALPHABET[Math.floor(random() * ALPHABET.length)]).join("");
}

/** @template T @param {T[]} items @param {() => number} random */
function shuffle(items, random) {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

/** @param {string[]} texts @returns {Piece[]} */
const piecesOf = (texts) => texts.map((text) => /** @type {Piece} */ (readMessage(JSON.parse(text))));

test("a short message goes as it is", () => {
  assert.deepEqual(cutMessage({ v: 1, kind: "silence" }, "m-1"), ['{"v":1,"kind":"silence"}']);
});

test("no piece is above 16 KiB, and the pieces in any order give the message back", () => {
  const random = drawFrom(7);
  for (const length of [15_000, 16_384, 40_000, 100_000]) {
    const message = caption(drawText(random, length));
    const texts = cutMessage(message, "m-1");
    for (const text of texts) assert.ok(Buffer.byteLength(text) <= MAX_PIECE_BYTES);
    const assembler = new Assembler();
    const whole = shuffle(piecesOf(texts), random)
      .map((piece) => assembler.add(piece))
      .filter((text) => text !== null);
    assert.equal(whole.length, 1);
    assert.deepEqual(JSON.parse(whole[0]), JSON.parse(JSON.stringify(message)));
    assert.equal(assembler.num_half_assembled, 0);
  }
});

test("a message at the edge of one piece is cut exactly when it must be", () => {
  const overhead_bytes = Buffer.byteLength(JSON.stringify(caption("")));
  assert.equal(cutMessage(caption("a".repeat(MAX_PIECE_BYTES - overhead_bytes)), "m").length, 1);
  assert.equal(cutMessage(caption("a".repeat(MAX_PIECE_BYTES - overhead_bytes + 1)), "m").length, 2);
});

test("several messages at once are told apart", () => {
  const random = drawFrom(11);
  const sent = [1, 2, 3, 4].map((index) => caption(drawText(random, 20_000 + index)));
  const pieces = shuffle(
    sent.flatMap((message, index) => piecesOf(cutMessage(message, `m-${index}`))),
    random,
  );
  const assembler = new Assembler();
  const whole = pieces.map((piece) => assembler.add(piece)).filter((text) => text !== null);
  assert.deepEqual(whole.sort(), sent.map((message) => JSON.stringify(message)).sort());
});

test("a fifth half assembled message drops the oldest", () => {
  const assembler = new Assembler();
  for (let index = 0; index <= MAX_HALF_ASSEMBLED; index += 1) {
    assembler.add({ v: 1, kind: "piece", id: `m-${index}`, index: 0, count: 2, data: "{" });
  }
  assert.equal(assembler.num_half_assembled, MAX_HALF_ASSEMBLED);
  assert.equal(assembler.num_dropped, 1);
  assert.equal(assembler.add({ v: 1, kind: "piece", id: "m-4", index: 1, count: 2, data: "}" }), "{}");
  assert.equal(assembler.add({ v: 1, kind: "piece", id: "m-0", index: 1, count: 2, data: "}" }), null);
});

test("a piece that comes twice counts once", () => {
  const assembler = new Assembler();
  /** @type {Piece} */
  const first = { v: 1, kind: "piece", id: "m", index: 0, count: 2, data: "{" };
  assert.equal(assembler.add(first), null);
  assert.equal(assembler.add(first), null);
  assert.equal(assembler.add({ ...first, index: 1, data: "}" }), "{}");
});

test("pieces that contradict each other or grow too long are refused and forgotten", () => {
  const assembler = new Assembler();
  assembler.add({ v: 1, kind: "piece", id: "m", index: 0, count: 2, data: "{" });
  assert.throws(() => assembler.add({ v: 1, kind: "piece", id: "m", index: 1, count: 3, data: "}" }), WireError);
  const data = "a".repeat(MAX_MESSAGE_BYTES / 4 + 1);
  const add = (/** @type {number} */ index) =>
    assembler.add({ v: 1, kind: "piece", id: "long", index, count: 9, data });
  [0, 1, 2].forEach(add);
  assert.throws(() => add(3), WireError);
  assert.equal(assembler.num_half_assembled, 0);
});

test("a message over 1 MiB is not sent", () => {
  assert.throws(() => cutMessage(caption("a".repeat(MAX_MESSAGE_BYTES)), "m"), WireError);
});

/** @returns {{rtc: HandPeerConnection, channel: Channel, received: unknown[]}} */
function openChannel() {
  const rtc = new HandPeerConnection("a");
  const channel = new Channel(/** @type {RTCPeerConnection} */ (/** @type {unknown} */ (rtc)));
  /** @type {unknown[]} */
  const received = [];
  channel.on("message", (message) => received.push(message));
  return { rtc, channel, received };
}

test("a long message crosses a channel whole", () => {
  const { rtc, channel } = openChannel();
  const other = openChannel();
  const message = caption("今".repeat(30_000));
  assert.ok(channel.send(/** @type {import("../../web/wire.js").Caption} */ (message)));
  assert.ok(rtc.channels[0].sent.length > 1);
  for (const text of rtc.channels[0].sent) other.channel.receive(text);
  assert.deepEqual(other.received, [message]);
});

test("garbage is answered with an error and the channel goes on", () => {
  const { rtc, channel, received } = openChannel();
  const random = drawFrom(3);
  const garbage = [
    "",
    "{",
    "null",
    "[]",
    '{"v":1}',
    '{"v":9,"kind":"text"}',
    new ArrayBuffer(4),
    drawText(random, 50),
  ];
  for (const data of garbage) channel.receive(data);
  assert.equal(channel.num_malformed, garbage.length);
  for (const text of rtc.channels[0].sent) assert.equal(readMessage(JSON.parse(text))?.kind, "error");
  channel.receive('{"v":1,"kind":"silence"}');
  assert.equal(received.length, 1);
});

test("a malformed error is not answered, so that two sides never argue for ever", () => {
  const { rtc, channel } = openChannel();
  channel.receive('{"v":1,"kind":"error","code":3}');
  assert.equal(channel.num_malformed, 1);
  assert.equal(rtc.channels[0].sent.length, 0);
});

test("an unknown kind is counted, also when it came in pieces", () => {
  const { channel, received } = openChannel();
  channel.receive('{"v":1,"kind":"job-card"}');
  for (const text of cutMessage({ v: 1, kind: "job-card", text: "a".repeat(20_000) }, "m")) channel.receive(text);
  assert.equal(channel.num_unknown, 2);
  assert.deepEqual(received, []);
});

test("the channels are the two that were agreed", () => {
  const { rtc } = openChannel();
  assert.deepEqual(
    rtc.channels.map(({ label, options }) => ({ label, ...options })),
    [
      { label: "alongside", negotiated: true, id: 0 },
      { label: "alongside-state", negotiated: true, id: 1, ordered: false, maxRetransmits: 0 },
    ],
  );
});
