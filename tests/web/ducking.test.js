// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { DEFAULT_LEVEL, Ducking, FADE_MS, HOLD_MS } from "../../web/interpretation/ducking.js";
import { HandClock } from "./doubles.js";

function begin() {
  const clock = new HandClock();
  /** @type {[number, string, number][]} */ const heard = [];
  const ducking = new Ducking({ clock, setLevel: (id, level) => heard.push([clock.now(), id, level]) });
  return { clock, heard, ducking, last: () => heard.at(-1)?.[2] };
}

test("an interpreted speaker fades slowly down to the level under the interpretation", () => {
  const { clock, heard, ducking, last } = begin();
  ducking.update(["ada"], true);
  clock.advance(FADE_MS / 3);
  assert.ok(Number(last()) > 0.5, "not at once");
  clock.advance(FADE_MS);
  assert.ok(Math.abs(Number(last()) - DEFAULT_LEVEL) < 1e-9);
  const steps = heard.map(([, , level], at) => (at ? heard[at - 1][2] - level : 1 - level));
  assert.ok(Math.max(...steps) < 0.1, "in small steps");
});

test("between two sentences the original stays low, and comes back after the hold", () => {
  const { clock, ducking, last } = begin();
  ducking.update(["ada"], true);
  clock.advance(FADE_MS * 2);
  ducking.update(["ada"], false);
  clock.advance(HOLD_MS - 200);
  assert.ok(Math.abs(Number(last()) - DEFAULT_LEVEL) < 1e-9);
  ducking.update(["ada"], true);
  ducking.update(["ada"], false);
  clock.advance(HOLD_MS - 200);
  assert.ok(Math.abs(Number(last()) - DEFAULT_LEVEL) < 1e-9);
  clock.advance(200 + FADE_MS * 2);
  assert.equal(last(), 1);
});

test("others are never touched", () => {
  const { clock, heard, ducking } = begin();
  ducking.update(["ada"], true);
  clock.advance(5000);
  assert.deepEqual(new Set(heard.map(([, id]) => id)), new Set(["ada"]));
});

test("who turns out to speak my language comes back though the interpretation goes on", () => {
  const { clock, ducking, last } = begin();
  ducking.update(["ada"], true);
  clock.advance(FADE_MS * 2);
  ducking.update([], true);
  clock.advance(FADE_MS * 2);
  assert.equal(last(), 1);
});

test("the slider counts at once, and closing gives everybody back", () => {
  const { clock, heard, ducking, last } = begin();
  ducking.update(["ada"], true);
  clock.advance(FADE_MS * 2);
  ducking.under = 0.5;
  clock.advance(FADE_MS * 2);
  assert.equal(last(), 0.5);
  ducking.close();
  assert.equal(last(), 1);
  const count = heard.length;
  clock.advance(10_000);
  assert.equal(heard.length, count, "nothing runs on");
});

test("an interpreter is heard in their track alone, and again beside the others when they are done", () => {
  const { clock, ducking, last } = begin();
  ducking.silence(["ana"]);
  clock.advance(FADE_MS * 2);
  assert.equal(last(), 0);
  ducking.silence([]);
  clock.advance(FADE_MS * 2);
  assert.equal(last(), 1);
});
