// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { WireError } from "../../web/fields.js";
import { barsOf, heightOf, runsOf, scaleOf, slicesOf } from "../../web/interface/chart-shapes.js";
import { readPicture } from "../../web/interface/picture-data.js";
import { growTree, keepReached, MAX_COMPONENTS, MAX_DEPTH, mergeComponents } from "../../web/interface/tree.js";
import { chartView, formView, pollView, tableView, textView, timerView } from "../../web/interface/views.js";

const BOX = { x: 40, y: 10, width: 300, height: 200 };

/** A generator of the same numbers every time. @param {number} seed */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

/** @param {object[]} components */
const merged = (...components) =>
  mergeComponents(new Map(), /** @type {import("../../web/fields.js").Fields[]} */ (components));

test("a tree follows its children from the root, in their order", () => {
  const tree = growTree(
    merged(
      { id: "b", component: "Text", text: "b" },
      { id: "root", component: "Column", children: ["a", "b"] },
      { id: "a", component: "Text", text: "a" },
    ),
  );
  assert.deepEqual(
    tree.children?.map(({ id, name, problem }) => [id, name, problem]),
    [
      ["a", "Text", null],
      ["b", "Text", null],
    ],
  );
});

test("a later message changes what has its id and leaves the rest", () => {
  const before = merged({ id: "root", component: "Row", children: ["a"] }, { id: "a", component: "Text", text: "old" });
  const after = mergeComponents(before, [{ id: "a", component: "Text", text: "new" }]);
  assert.equal(growTree(after).children?.[0].properties.text, "new");
  assert.equal(before.get("a")?.text, "old");
});

test("what nobody names any more is forgotten", () => {
  const all = merged({ id: "root", component: "Text", text: "x" }, { id: "lost", component: "Text", text: "y" });
  assert.deepEqual([...keepReached(growTree(all), all).keys()], ["root"]);
});

test("whatever the graph, a tree is finite, bounded and shows no component twice", () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const next = numbers(seed);
    const size = 1 + Math.floor(next() * 700);
    const pick = () => (next() < 0.1 ? "root" : `n${Math.floor(next() * size * 1.2)}`);
    const components = Array.from({ length: size }, (_, at) => ({
      id: at ? `n${at}` : "root",
      component: next() < 0.7 ? "Column" : "Text",
      children: Array.from({ length: Math.floor(next() * 8) }, pick),
    }));
    const seen = new Set();
    let num_branches = 0;
    let deepest = 0;
    const walk = (/** @type {import("../../web/interface/tree.js").Branch} */ branch, /** @type {number} */ depth) => {
      num_branches += 1;
      if (!branch.problem) {
        assert.ok(!seen.has(branch.id), branch.id);
        seen.add(branch.id);
        deepest = Math.max(deepest, depth);
      }
      branch.children?.forEach((child) => walk(child, depth + 1));
    };
    walk(growTree(merged(...components)), 1);
    assert.ok(num_branches <= MAX_COMPONENTS + 1, `${num_branches} branches`);
    assert.ok(deepest <= MAX_DEPTH, `${deepest} deep`);
  }
});

test("a scale has round steps and holds zero and every value", () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const next = numbers(seed);
    const size = 10 ** Math.floor(next() * 14 - 5);
    const values = Array.from({ length: 1 + Math.floor(next() * 9) }, () => (next() - 0.4) * size);
    const { least, most, ticks } = scaleOf(values);
    assert.ok(least <= Math.min(0, ...values) && most >= Math.max(0, ...values), JSON.stringify(values));
    assert.ok(ticks.length >= 2 && ticks.length <= 8, `${ticks.length} ticks for ${values}`);
    for (const value of values) {
      const y = heightOf(value, { least, most, ticks }, BOX);
      assert.ok(y >= BOX.y - 1e-6 && y <= BOX.y + BOX.height + 1e-6);
    }
  }
});

test("bars are as high as their values, side by side, and inside the box", () => {
  const series = [
    [3, null, 8],
    [-2, 5, 0],
  ];
  const scale = scaleOf(series.flat());
  const bars = barsOf(series, scale, BOX);
  assert.equal(bars.length, 5);
  const per_unit = BOX.height / (scale.most - scale.least);
  for (const { x, width, height, value } of bars) {
    assert.ok(Math.abs(height - Math.abs(value) * per_unit) < 1e-9);
    assert.ok(x >= BOX.x && x + width <= BOX.x + BOX.width);
  }
  const ordered = [...bars].sort((a, b) => a.x - b.x);
  for (const [at, bar] of ordered.slice(1).entries()) assert.ok(bar.x >= ordered[at].x + ordered[at].width);
});

test("a missing value interrupts a line", () => {
  const runs = runsOf([1, 2, null, 4], scaleOf([1, 4]), BOX);
  assert.deepEqual(
    runs.map((run) => run.length),
    [2, 1],
  );
});

test("slices share the circle as the values share their sum", () => {
  const slices = slicesOf([1, 0, 3], { x: 0, y: 0, radius: 100 });
  assert.deepEqual(
    slices.map(({ index, share }) => [index, share]),
    [
      [0, 0.25],
      [2, 0.75],
    ],
  );
  assert.equal(slicesOf([0, 0], { x: 0, y: 0, radius: 1 }).length, 0);
  assert.match(slicesOf([7], { x: 0, y: 0, radius: 10 })[0].path, /^M0 0L0 -10A10 10 0 1 1 /);
});

test("a view says which property is wrong", () => {
  /** @type {[() => unknown, string][]} */
  const wrongs = [
    [() => textView({}), "text"],
    [() => textView({ text: "x".repeat(20_001) }), "text"],
    [() => textView({ text: "x", variant: "h9" }), "variant"],
    [() => tableView({ columns: ["a"], rows: [["1", "2"]] }), "rows[0]"],
    [() => chartView({ type: "bar", labels: ["a"], series: [{ values: [1, 2] }] }), "series[0].values"],
    [() => chartView({ type: "pie", labels: ["a"], series: [{ values: [-1] }] }), "values[0]"],
    [() => chartView({ type: "bar", labels: ["a"], series: [{ values: [Number.NaN] }] }), "values[0]"],
    [() => formView({ fields: [{ name: "a", type: "text" }, { name: "a", type: "text" }] }), "fields[1].name"],
    [() => formView({ fields: [{ name: "a", type: "password" }] }), "type"],
    [() => pollView({ question: "?", options: [{ id: "a", votes: -1 }] }), "votes"],
    [() => timerView({ durationMs: 1e12, remainingMs: 0, state: "running" }), "durationMs"],
  ];
  for (const [read, where] of wrongs)
    assert.throws(read, (error) => error instanceof WireError && error.message.startsWith(`${where}: expected`), where);
});

test("a picture's size is read before it is decoded", () => {
  const header = (/** @type {number} */ width, /** @type {number} */ height) => {
    const bytes = Buffer.alloc(24);
    bytes.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    bytes.writeUInt32BE(width, 16);
    bytes.writeUInt32BE(height, 20);
    return `data:image/png;base64,${bytes.toString("base64")}`;
  };
  assert.equal(readPicture(header(640, 480)).type, "png");
  assert.throws(() => readPicture(header(100_000, 100_000)), /pixels, not 100000 x 100000/);
  assert.throws(() => readPicture(header(0, 5)), WireError);
  const jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 17, 8, 0xff, 0xff, 0xff, 0xff, 3, 0, 0];
  const address = `data:image/jpeg;base64,${Buffer.from(jpeg).toString("base64")}`;
  assert.throws(() => readPicture(address), /not 65535 x 65535/);
  for (const address of ["https://a/b.png", "data:image/gif;base64,R0lG", "data:image/png,x", header(9, 9).slice(0, 40)])
    assert.throws(() => readPicture(address), WireError, address);
});
