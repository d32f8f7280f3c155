// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { ClientTools, MAX_RUNNING, MAX_TOOLS } from "../../web/client-tools.js";
import { readMessage } from "../../web/wire.js";

const CART = { name: "cart_total", description: "What is in the cart, and its total." };

/** Tools with an agent that keeps what it is told. */
function withAgent() {
  const tools = new ClientTools();
  /** @type {any[]} */
  const told = [];
  tools.announce((wish) => Boolean(told.push(readMessage(JSON.parse(JSON.stringify(wish))))));
  return { tools, told };
}

/** @param {string} id @param {object} [given] */
const call = (id, given = {}) =>
  /** @type {const} */ ({ v: 1, kind: "tool-call", id, name: CART.name, arguments: { ...given } });

test("an agent that comes later is told of every tool and of the page", () => {
  const tools = new ClientTools();
  tools.register(CART, () => 1);
  tools.setContext("A shop with three loaves.");
  /** @type {any[]} */
  const told = [];
  tools.announce((wish) => Boolean(told.push(wish)));
  assert.deepEqual(
    told.map(({ kind, name, text }) => [kind, name ?? text]),
    [
      ["tool-register", "cart_total"],
      ["page-context", "A shop with three loaves."],
    ],
  );
});

test("a tool runs with what it is given and its result goes back", async () => {
  const { tools, told } = withAgent();
  tools.register(CART, async ({ factor }) => ({ total: 2.5 * factor, when: new Date(0) }));
  await tools.run(call("t-1", { factor: 3 }));
  assert.deepEqual(told.at(-1).result, { total: 7.5, when: "1970-01-01T00:00:00.000Z" });
});

test("the same call is never run twice", async () => {
  const { tools, told } = withAgent();
  let num_runs = 0;
  tools.register(CART, () => void (num_runs += 1));
  await Promise.all([tools.run(call("t-1")), tools.run(call("t-1"))]);
  await tools.run(call("t-1"));
  assert.equal(num_runs, 1);
  assert.deepEqual(
    told.filter(({ kind }) => kind === "tool-result").map(({ result }) => result),
    [null],
  );
});

test("whatever goes wrong in a tool comes back in words", async () => {
  const { tools, told } = withAgent();
  const circle = {};
  Object.assign(circle, { circle });
  const failures = {
    "a thrown error": () => {
      throw new Error("the cart is closed");
    },
    "a refusal": async () => Promise.reject(new Error("the cart is closed")),
    "no JSON": () => circle,
    "too long a result": () => "x".repeat(40_000),
  };
  for (const [id, handler] of Object.entries(failures)) {
    tools.register(CART, handler);
    await tools.run(call(id));
    assert.equal(told.at(-1).id, id);
    assert.match(told.at(-1).error, /^cart_total: .+/, id);
  }
  await tools.run({ ...call("t-9"), name: "nothing" });
  assert.match(told.at(-1).error, /no tool nothing/);
});

test("a cancelled call hears of it and says nothing more", async () => {
  const { tools, told } = withAgent();
  /** @type {AbortSignal | null} */ let heard = null;
  tools.register(CART, (_, { signal }) => {
    heard = signal;
    return new Promise((resolve) => signal.addEventListener("abort", () => resolve(1)));
  });
  const before = told.length;
  const running = tools.run(call("t-1"));
  tools.cancel("t-1");
  await running;
  assert.equal(/** @type {AbortSignal | null} */ (heard)?.aborted, true);
  assert.equal(told.length, before);
});

test("more than so many at once, or so many in all, are refused", async () => {
  const { tools, told } = withAgent();
  tools.register(CART, () => new Promise(() => {}));
  for (let at = 0; at <= MAX_RUNNING; at += 1) tools.run(call(`t-${at}`));
  assert.match(told.at(-1).error, /too many/);
  for (let at = 1; at < MAX_TOOLS; at += 1) tools.register({ ...CART, name: `tool_${at}` }, () => 1);
  assert.throws(() => tools.register({ ...CART, name: "one_more" }, () => 1), RangeError);
});

test("a tool taken back is gone, unless another took its name", async () => {
  const { tools, told } = withAgent();
  const takeBack = tools.register(CART, () => 1);
  tools.register(CART, () => 2);
  takeBack();
  await tools.run(call("t-1"));
  assert.equal(told.at(-1).result, 2);
  tools.register(CART, () => 3)();
  assert.deepEqual(told.at(-1), { v: 1, kind: "tool-unregister", name: "cart_total" });
});

test("what is no tool is refused where it is registered", () => {
  const { tools } = withAgent();
  assert.throws(() => tools.register({ ...CART, name: "two words" }, () => 1), /^WireError: name: expected/);
  assert.throws(() => tools.register({ ...CART, description: "" }, () => 1), /description: expected/);
  assert.throws(() => tools.register({ ...CART, parameters: { type: "array" } }, () => 1), /type: expected/);
  assert.throws(() => tools.register(CART, /** @type {any} */ ("run")), TypeError);
  assert.throws(() => tools.setContext("x".repeat(8001)), /text: expected/);
});
