// @ts-check
/** A chart drawn from its numbers as bars, lines or slices, with the same numbers as a table to open. */

import { element } from "../dom.js";
import { fill } from "../strings.js";
import { barsOf, centreOf, heightOf, round, runsOf, scaleOf, slicesOf } from "./chart-shapes.js";
import { Component, heading } from "./component.js";
import { drawTable } from "./table.js";
import { chartView } from "./views.js";

/**
 * @typedef {import("./views.js").ChartView} ChartView
 * @typedef {import("./chart-shapes.js").Box} Box
 * @typedef {import("./chart-shapes.js").Scale} Scale
 */

const SVG = "http://www.w3.org/2000/svg";
const HEIGHT_PX = 240;
const NARROWEST_PX = 200;
const TOLD_VALUES = 40; // more are in the table
const LABEL_PX = 7; // about one character of an axis

export class ChartComponent extends Component {
  /** @type {ChartView | null} */ #view = null;
  #width_px = 0;
  #picture = element("div", { class: "ui-plot" });
  #observer = new ResizeObserver(([entry]) => this.#fit(entry.contentRect.width));

  connectedCallback() {
    this.#observer.observe(this.#picture);
  }

  disconnectedCallback() {
    this.#observer.disconnect();
  }

  /** @param {import("../fields.js").Fields} properties */
  show(properties) {
    const view = (this.#view = chartView(properties));
    const { strings } = this.host;
    const wasOpen = this.querySelector("details")?.open === true;
    const numbers = element("details", { class: "ui-numbers" }, element("summary", {}, strings.showNumbers));
    numbers.append(drawTable(tableOf(view, strings.chartLabel), view.title || strings.chart));
    numbers.open = wasOpen;
    const names = view.type === "pie" ? view.labels : view.series.map(({ name }) => name);
    this.replaceChildren(...heading(view.title), this.#picture, ...drawLegend(names), numbers);
    this.#draw();
  }

  /** @param {number} width_px */
  #fit(width_px) {
    const rounded_px = Math.max(NARROWEST_PX, Math.round(width_px));
    if (rounded_px === this.#width_px) return;
    this.#width_px = rounded_px;
    this.#draw();
  }

  #draw() {
    if (!this.#view || !this.#width_px) return;
    const svg = shape("svg", {
      viewBox: `0 0 ${this.#width_px} ${HEIGHT_PX}`,
      height: HEIGHT_PX,
      role: "img",
      "aria-label": inWords(this.#view, this.host.strings),
    });
    if (this.#view.type === "pie") drawPie(svg, this.#view, this.#width_px);
    else drawAxes(svg, this.#view, this.#width_px);
    this.#picture.replaceChildren(svg);
  }
}

/** @param {SVGElement} svg @param {ChartView} view @param {number} width_px */
function drawAxes(svg, { type, labels, series, unit }, width_px) {
  const scale = scaleOf(series.flatMap(({ values }) => values));
  const ticks = scale.ticks.map((tick) => shortNumber(tick));
  const left_px = Math.max(...ticks.map((tick) => tick.length)) * LABEL_PX + 12;
  const box = { x: left_px, y: unit ? 28 : 14, width: width_px - left_px - 8, height: 0 };
  box.height = HEIGHT_PX - box.y - 28;
  for (const [index, tick] of scale.ticks.entries()) {
    const y = round(heightOf(tick, scale, box));
    svg.append(shape("line", { class: tick === 0 ? "zero" : "grid", x1: box.x, x2: box.x + box.width, y1: y, y2: y }));
    svg.append(words(ticks[index], { x: box.x - 8, y: y + 4, "text-anchor": "end" }));
  }
  if (unit) svg.append(words(unit, { x: 4, y: 14, "text-anchor": "start" }));
  drawLabels(svg, labels, box);
  if (type === "bar") drawBars(svg, series, scale, box);
  else drawLines(svg, series, scale, box);
}

/** As many labels as there is room for. @param {SVGElement} svg @param {string[]} labels @param {Box} box */
function drawLabels(svg, labels, box) {
  const room_px = box.width / labels.length;
  const every = Math.ceil(24 / room_px);
  const most = Math.max(2, Math.floor((room_px * every) / LABEL_PX) - 1);
  for (const [index, label] of labels.entries()) {
    if (index % every) continue;
    const text = label.length > most ? `${label.slice(0, most - 1)}…` : label;
    const x = round(centreOf(index, labels.length, box));
    svg.append(words(text, { x, y: HEIGHT_PX - 8, "text-anchor": "middle" }));
  }
}

/** @param {SVGElement} svg @param {ChartView["series"]} series @param {Scale} scale @param {Box} box */
function drawBars(svg, series, scale, box) {
  const bars = barsOf(
    series.map(({ values }) => values),
    scale,
    box,
  );
  const isNamed = bars.every(({ width, value }) => width >= shortNumber(value).length * LABEL_PX + 4);
  for (const { x, y, width, height, seriesIndex, value } of bars) {
    const place = { x: round(x), y: round(y), width: round(width), height: round(height), rx: 3 };
    svg.append(shape("rect", { class: `series-${seriesIndex}`, ...place }));
    const centre = { x: round(x + width / 2), y: round(value < 0 ? y + height + 13 : y - 4) };
    if (isNamed) svg.append(words(shortNumber(value), { ...centre, "text-anchor": "middle" }));
  }
}

/** @param {SVGElement} svg @param {ChartView["series"]} series @param {Scale} scale @param {Box} box */
function drawLines(svg, series, scale, box) {
  for (const [index, { values }] of series.entries()) {
    for (const run of runsOf(values, scale, box)) {
      const points = run.map(([x, y]) => `${round(x)},${round(y)}`).join(" ");
      svg.append(shape("polyline", { class: `series-${index}`, points }));
      if (values.length > 40) continue;
      for (const [x, y] of run)
        svg.append(shape("circle", { class: `series-${index}`, cx: round(x), cy: round(y), r: 3.5 }));
    }
  }
}

/** @param {SVGElement} svg @param {ChartView} view @param {number} width_px */
function drawPie(svg, { series }, width_px) {
  const circle = { x: width_px / 2, y: HEIGHT_PX / 2, radius: HEIGHT_PX / 2 - 8 };
  for (const { path, index, share } of slicesOf(series[0].values, circle)) {
    const slice = shape("path", { class: `series-${index % 8}`, d: path });
    const title = shape("title", {});
    title.textContent = `${Math.round(share * 100)} %`;
    slice.append(title);
    svg.append(slice);
  }
}

/** @param {string[]} names */
function drawLegend(names) {
  if (!names.some(Boolean) || names.length < 2) return [];
  const rows = names.map((name, index) =>
    element("li", { class: `series-${index % 8}` }, element("span", { dir: "auto" }, name)),
  );
  return [element("ul", { class: "ui-legend" }, ...rows)];
}

/** @param {ChartView} view @param {string} labelHead */
function tableOf({ labels, series, unit }, labelHead) {
  const columns = [labelHead, ...series.map(({ name }) => name || unit || "–")];
  const rows = labels.map((label, at) => [label, ...series.map(({ values }) => numberText(values[at]))]);
  return { columns, rows, isNumeric: columns.map((_, at) => at > 0), caption: "" };
}

/** @param {ChartView} view @param {import("../strings.js").Strings} strings */
function inWords({ type, title, labels, series, unit }, strings) {
  const values = series.flatMap(({ name, values: each }) =>
    each.map((value, at) => [name, labels[at], numberText(value), unit].filter(Boolean).join(" ")),
  );
  const told = values.slice(0, TOLD_VALUES).join(", ") + (values.length > TOLD_VALUES ? ", …" : "");
  const kinds = { bar: strings.barChart, line: strings.lineChart, pie: strings.pieChart };
  return fill(strings.chartInWords, { kind: kinds[type], title, values: told });
}

/** @param {number | null} value */
const numberText = (value) => (value === null ? "–" : String(Number(value.toPrecision(12))));

/** Two digits after the point for small numbers, thousands as k, M and G. @param {number} value */
function shortNumber(value) {
  const size = Math.abs(value);
  const [by, sign] = size >= 1e9 ? [1e9, "G"] : size >= 1e6 ? [1e6, "M"] : size >= 1e4 ? [1e3, "k"] : [1, ""];
  return `${Number((value / by).toPrecision(4))}${sign}`;
}

/** @param {string} name @param {Record<string, string | number>} attributes */
function shape(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
}

/** @param {string} text @param {Record<string, string | number>} attributes */
function words(text, attributes) {
  const node = shape("text", attributes);
  node.textContent = text;
  return node;
}
