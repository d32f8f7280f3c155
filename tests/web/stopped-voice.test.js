// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { StoppedVoice } from "../../web/stopped-voice.js";
import { HandClock } from "./doubles.js";

/** A voice whose sound plays until a moment, with gaps. @param {(now_ms: number) => number | null} plays */
function begin(plays) {
  const clock = new HandClock();
  /** @type {[number, boolean][]} */ const held = [];
  const voice = new StoppedVoice({
    clock,
    hold: (isHeld) => held.push([clock.now(), isHeld]),
    level: () => plays(clock.now()),
  });
  return { clock, held, voice };
}

test("a stopped voice is held at once and until what plays is silence", () => {
  const { clock, held, voice } = begin((now_ms) => (now_ms < 380 ? 0.2 : 0));
  voice.stop();
  assert.deepEqual(held, [[0, true]]);
  clock.advance(380);
  assert.equal(held.length, 1);
  clock.advance(2000);
  assert.equal(held.length, 2);
  const [at_ms, isHeld] = held[1];
  assert.ok(!isHeld && at_ms > 380 && at_ms < 520, `let go after ${at_ms} ms`);
});

test("a gap between two words does not let the rest be heard", () => {
  const { clock, held, voice } = begin((now_ms) => (now_ms < 480 && now_ms % 160 > 60 ? 0.2 : 0));
  voice.stop();
  clock.advance(480);
  assert.deepEqual(held, [[0, true]]);
});

test("a voice that goes on all the same is heard again", () => {
  const { clock, held, voice } = begin(() => 0.3);
  voice.stop();
  clock.advance(799);
  assert.equal(held.length, 1);
  clock.advance(1);
  assert.deepEqual(held.at(-1), [800, false]);
  clock.advance(5000);
  assert.equal(held.length, 2, "and is left alone");
});

test("a second stop holds it anew, and nothing plays where no receiver is", () => {
  const { clock, held, voice } = begin(() => null);
  voice.stop();
  clock.advance(100);
  voice.stop();
  clock.advance(319);
  assert.deepEqual(held, [
    [0, true],
    [100, true],
  ]);
  clock.advance(1);
  assert.deepEqual(held.at(-1), [420, false]);
});
