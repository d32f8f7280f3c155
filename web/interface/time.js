// @ts-check
/** Components that move by themselves: timer, stopwatch, progress. */

import { button, element, setText } from "../dom.js";
import { clockTime } from "../transcript.js";
import { Component } from "./component.js";
import { progressView, timerView } from "./views.js";

/** @typedef {import("../fields.js").Fields} Fields */

const TICK_MS = 200; // a second on the face is never late by more than this

export class TimerComponent extends Component {
  /** @type {import("./views.js").TimerView | null} */ #view = null;
  #shownAt_ms = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */ #ticking;
  #label = element("span", { class: "ui-title", dir: "auto" });
  #face = element("span", { class: "face", role: "timer" });
  #bar = element("div", { class: "meter" }, element("div", { class: "meter-fill" }));
  #state = element("span", { class: "soft", role: "status" });
  /** @type {HTMLButtonElement | null} */ #cancel = null;

  connectedCallback() {
    this.#run();
  }

  disconnectedCallback() {
    clearInterval(this.#ticking);
  }

  /** @param {Fields} properties */
  show(properties) {
    this.#view = timerView(properties);
    this.#shownAt_ms = this.host.now();
    if (!this.#cancel) {
      this.#cancel = button({ label: this.host.strings.cancel, look: "small", run: () => this.host.act("cancel", null) });
      const foot = element("div", { class: "ui-foot" }, this.#state, this.#cancel);
      this.replaceChildren(element("div", { class: "ui-timer" }, this.#label, this.#face, this.#bar, foot));
    }
    this.#cancel.hidden = !["running", "paused"].includes(this.#view.state);
    this.#bar.hidden = !this.#view.isCountdown || this.#view.duration_ms === 0;
    setText(this.#label, this.#view.label);
    this.#run();
  }

  #run() {
    clearInterval(this.#ticking);
    this.#draw();
    if (this.isConnected && this.#view?.state === "running") this.#ticking = setInterval(() => this.#draw(), TICK_MS);
  }

  #draw() {
    if (!this.#view) return;
    const { state, isCountdown, duration_ms, remaining_ms } = this.#view;
    const { strings } = this.host;
    const passed_ms = state === "running" ? this.host.now() - this.#shownAt_ms : 0;
    const left_ms = Math.max(0, state === "done" ? 0 : remaining_ms - passed_ms);
    const run_ms = Math.max(0, duration_ms - (remaining_ms - passed_ms));
    const isOver = isCountdown && left_ms === 0 && (state === "running" || state === "done");
    setText(this.#face, clockTime(isCountdown ? Math.ceil(left_ms / 1000) * 1000 : run_ms));
    const words = { running: "", paused: strings.timerPaused, done: strings.timerDone, cancelled: strings.timerCancelled };
    setText(this.#state, isOver ? strings.timerDone : words[state]);
    this.toggleAttribute("data-over", isOver);
    this.#bar.style.setProperty("--level", duration_ms ? (left_ms / duration_ms).toFixed(3) : "0");
  }
}

export class ProgressComponent extends Component {
  /** @param {Fields} properties */
  show(properties) {
    const { label, value } = progressView(properties);
    this.replaceChildren(drawProgress(label || this.host.strings.progress, value));
  }
}

/** A bar with words; of unknown length without a value. @param {string} label @param {number | null} value 0 to 1 */
export function drawProgress(label, value) {
  const percent = value === null ? "" : `${Math.round(value * 100)} %`;
  const head = element("div", { class: "row" }, element("span", { dir: "auto" }, label), element("span", {}, percent));
  return element("div", { class: "ui-progress" }, head, progressBar(label, value));
}

/** @param {string} label @param {number | null} value 0 to 1 */
export function progressBar(label, value) {
  const bar = element("div", { class: "meter", role: "progressbar", "aria-label": label });
  bar.append(element("div", { class: "meter-fill" }));
  bar.classList.toggle("unknown", value === null);
  if (value === null) return bar;
  bar.style.setProperty("--level", String(value));
  bar.setAttribute("aria-valuenow", String(Math.round(value * 100)));
  return bar;
}
