// @ts-check
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { KINDS, readMessage, WireError } from "../../web/wire.js";

const FOLDER = new URL("../wire/", import.meta.url);
const fixtures = readdirSync(FOLDER).map((file) => ({
  kind: file.replace(".json", ""),
  ...JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")),
}));

test("every kind has a fixture and every fixture a kind", () => {
  assert.deepEqual(fixtures.map(({ kind }) => kind).sort(), [...KINDS].sort());
});

for (const { kind, valid, invalid } of fixtures) {
  test(`${kind}: what is valid is read as it is`, () => {
    assert.ok(valid.length > 0);
    for (const message of valid) assert.deepEqual(readMessage(message), message);
  });

  test(`${kind}: what is invalid is refused with the field's name`, () => {
    assert.ok(invalid.length > 0);
    for (const { why, message } of invalid) {
      assert.throws(
        () => readMessage(message),
        (error) => error instanceof WireError && /^[\w-]+: expected /.test(error.message),
        why,
      );
    }
  });
}

test("a kind of the future is ignored, not refused", () => {
  assert.equal(readMessage({ v: 1, kind: "job-card", id: "j-1" }), null);
  assert.equal(readMessage({ v: 1, kind: "constructor" }), null);
  assert.equal(readMessage({ v: 1, kind: "__proto__" }), null);
});

test("a field of the future does no harm", () => {
  const message = { v: 1, kind: "silence", reason: "key" };
  assert.equal(readMessage(message)?.kind, "silence");
});

test("what is no message is refused", () => {
  for (const value of [null, 3, "text", [], {}, { v: 1 }, { v: 1, kind: 7 }])
    assert.throws(() => readMessage(value), WireError);
});

test("characters are counted as Python counts them", () => {
  assert.equal(readMessage({ v: 1, kind: "text", text: "🎈".repeat(4000) })?.kind, "text");
  assert.throws(() => readMessage({ v: 1, kind: "text", text: "🎈".repeat(4001) }), WireError);
});
