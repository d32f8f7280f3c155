// @ts-check
/** Where the bars, lines and slices of a chart lie. Numbers in, numbers out. */

const NUM_TICKS = 4;
const WIDEST_PX = 88;
const FULL_CIRCLE = 2 * Math.PI;

/**
 * @typedef {{x: number, y: number, width: number, height: number}} Box
 * @typedef {{least: number, most: number, ticks: number[]}} Scale
 */

/**
 * Round steps that enclose all values and zero.
 * @param {(number | null)[]} values
 * @returns {Scale}
 */
export function scaleOf(values) {
  const known = values.filter((value) => value !== null);
  const low = Math.min(0, ...known);
  const high = Math.max(0, ...known);
  const step = roundStep((high - low || 1) / NUM_TICKS);
  const first = Math.floor(low / step);
  const last = Math.max(Math.ceil(high / step), first + 1);
  const ticks = Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step);
  return { least: first * step, most: last * step, ticks };
}

/** 1, 2 or 5 times a power of ten, no smaller than asked. @param {number} least */
function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find((times) => times * power >= least * 0.999_999) ?? 10) * power;
}

/** @param {number} value @param {Scale} scale @param {Box} box */
export function heightOf(value, { least, most }, box) {
  return box.y + box.height * (1 - (value - least) / (most - least));
}

/**
 * One rectangle a value, side by side within their label.
 * @param {(number | null)[][]} series
 * @param {Scale} scale
 * @param {Box} box
 */
export function barsOf(series, scale, box) {
  const group_px = box.width / series[0].length;
  const bar_px = Math.min(WIDEST_PX, (group_px - Math.min(12, group_px * 0.2)) / series.length);
  const gap_px = group_px - bar_px * series.length;
  const zero = heightOf(0, scale, box);
  return series.flatMap((values, seriesIndex) =>
    values.flatMap((value, index) => {
      if (value === null) return [];
      const top = heightOf(value, scale, box);
      const x = box.x + index * group_px + gap_px / 2 + seriesIndex * bar_px;
      const inset_px = Math.min(1, bar_px / 10);
      const shape = { x: x + inset_px, width: bar_px - 2 * inset_px, y: Math.min(top, zero) };
      return [{ ...shape, height: Math.abs(zero - top), seriesIndex, index, value }];
    }),
  );
}

/**
 * Points of one line, in runs: a missing value interrupts it.
 * @param {(number | null)[]} values
 * @param {Scale} scale
 * @param {Box} box
 * @returns {[number, number][][]}
 */
export function runsOf(values, scale, box) {
  /** @type {[number, number][][]} */
  const runs = [[]];
  for (const [index, value] of values.entries()) {
    if (value === null) runs.push([]);
    else runs[runs.length - 1].push([centreOf(index, values.length, box), heightOf(value, scale, box)]);
  }
  return runs.filter((run) => run.length > 0);
}

/** The middle of a label's share of the width. @param {number} index @param {number} count @param {Box} box */
export function centreOf(index, count, box) {
  return box.x + ((index + 0.5) * box.width) / count;
}

/**
 * SVG path data of each slice, clockwise from the top; a value of zero has none.
 * @param {(number | null)[]} values
 * @param {{x: number, y: number, radius: number}} circle
 */
export function slicesOf(values, { x, y, radius }) {
  const sum = values.reduce((total, value) => (total ?? 0) + (value ?? 0), 0) || 1;
  let begin = 0;
  return values.flatMap((value, index) => {
    const share = (value ?? 0) / sum;
    const from = begin * FULL_CIRCLE;
    begin += share;
    if (share <= 0) return [];
    const to = Math.min(begin, 0.999_999 + begin - share) * FULL_CIRCLE; // a full circle has no arc of its own
    const at = (/** @type {number} */ angle) =>
      `${round(x + radius * Math.sin(angle))} ${round(y - radius * Math.cos(angle))}`;
    const isLarge = share > 0.5 ? 1 : 0;
    const path = `M${round(x)} ${round(y)}L${at(from)}A${round(radius)} ${round(radius)} 0 ${isLarge} 1 ${at(to)}Z`;
    return [{ path, index, share }];
  });
}

/** @param {number} value */
export const round = (value) => Math.round(value * 100) / 100;
