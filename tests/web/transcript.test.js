// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { ENGLISH, fill } from "../../web/strings.js";
import { clockTime, MAX_LINES, Transcript } from "../../web/transcript.js";
import { wordEnding, wordMedia } from "../../web/troubles.js";

/**
 * @param {Partial<import("../../web/transcript.js").Said>} [over]
 * @returns {import("../../web/transcript.js").Said}
 */
const said = (over) => ({
  id: "c-1",
  speaker: { id: "p-1", name: "Ada", role: "participant" },
  language: "en",
  text: "hello",
  final: true,
  start_ms: 0,
  end_ms: 500,
  ...over,
});
const texts = (/** @type {Transcript} */ transcript) => transcript.lines.map(({ text }) => text);

test("a caption with the same id takes the place of the one before", () => {
  const transcript = new Transcript();
  transcript.add(said({ text: "hel", final: false }));
  transcript.add(said({ text: "hello" }));
  assert.deepEqual(texts(transcript), ["hello"]);
});

test("an interim caption that comes late does not overwrite the final one", () => {
  const transcript = new Transcript();
  transcript.add(said({ text: "hello" }));
  assert.equal(transcript.add(said({ text: "hel", final: false })).line, null);
  assert.deepEqual(texts(transcript), ["hello"]);
});

test("an interim caption whose final one never came goes when its speaker speaks again", () => {
  const transcript = new Transcript();
  transcript.add(said({ id: "c-1", text: "uh", final: false }));
  transcript.add(
    said({ id: "c-2", speaker: { id: "a-1", name: "AI", role: "agent" }, text: "yes", start_ms: 100 }),
  );
  assert.deepEqual(texts(transcript), ["uh", "yes"]);
  assert.deepEqual(transcript.add(said({ id: "c-3", text: "well", start_ms: 200 })).removed, ["c-1"]);
  assert.deepEqual(texts(transcript), ["yes", "well"]);
});

test("an empty final caption takes its line away", () => {
  const transcript = new Transcript();
  transcript.add(said({ text: "noise", final: false }));
  assert.deepEqual(transcript.add(said({ text: " " })), { line: null, removed: ["c-1"] });
  assert.deepEqual(texts(transcript), []);
});

test("the transcript to download holds what is final, in the order it was said", () => {
  const transcript = new Transcript();
  transcript.add(said({ id: "b", text: "second", start_ms: 61_000 }));
  transcript.add(said({ id: "a", text: "first", start_ms: 1000 }));
  transcript.add(said({ id: "c", text: "not yet", start_ms: 70_000, final: false }));
  assert.equal(transcript.toText(), "[0:01] Ada: first\n[1:01] Ada: second\n");
});

test("a very long call keeps the newest lines", () => {
  const transcript = new Transcript();
  for (let index = 0; index < MAX_LINES; index += 1) transcript.add(said({ id: `c-${index}` }));
  assert.deepEqual(transcript.add(said({ id: "last" })).removed, ["c-0"]);
  assert.equal(transcript.lines.length, MAX_LINES);
});

test("times are read as people write them", () => {
  assert.deepEqual([0, 9999, 60_000, 3_661_000].map(clockTime), ["0:00", "0:09", "1:00", "1:01:01"]);
});

test("every trouble of every line has words that leave no place open", () => {
  for (const line of /** @type {const} */ (["microphone", "camera", "screen"])) {
    for (const trouble of /** @type {const} */ ([
      "insecure",
      "refused",
      "missing",
      "busy",
      "revoked",
      "unplugged",
      "replaced",
      "interrupted",
      "unknown",
    ])) {
      assert.match(wordMedia(ENGLISH, line, trouble, "Desk mic"), /^[^{]{20,}\.$/, `${line} ${trouble}`);
    }
  }
});

test("every end of a call has words", () => {
  for (const code of [
    "bad-token",
    "no-token",
    "room-full",
    "too-many-rooms",
    "version",
    "duplicate-tab",
    "replaced",
    "left",
    "something-new",
  ]) {
    assert.match(wordEnding(ENGLISH, { code, message: "why" }), /^[^{]{10,}$/, code);
  }
});

test("places are filled and unknown ones stay to be seen", () => {
  assert.equal(fill("{a} and {b}", { a: "1" }), "1 and {b}");
});
