// @ts-check
/** One piece of background work: what it is, how far it is, and a way to stop it. */

import { button, element, setText } from "./dom.js";
import { progressBar } from "./interface/time.js";
import { fill } from "./strings.js";

/** @typedef {import("./wire-work.js").Job} Job */

export class JobCard {
  #strings;
  #title = element("b", { dir: "auto" });
  #state = element("span", { class: "job-state" });
  #note = element("p", { class: "soft", dir: "auto" });
  #bar = element("div");
  #cancel;
  node;

  /** @param {{strings: import("./strings.js").Strings, onCancel: () => void}} options */
  constructor({ strings, onCancel }) {
    this.#strings = strings;
    this.#cancel = button({
      label: strings.cancel,
      look: "small",
      part: "job-cancel",
      run: () => {
        this.#cancel.disabled = true; // until the agent says what became of it
        setText(this.#state, strings.cancelling);
        onCancel();
      },
    });
    const head = element("div", { class: "row" }, this.#title, this.#state);
    const text = element("div", { class: "job-text" }, head, this.#note, this.#bar);
    const sign = element("span", { class: "job-sign", "aria-hidden": "true" });
    this.node = element("li", { class: "job", part: "job" }, sign, text, this.#cancel);
  }

  /** @param {Job} job */
  show({ title, state, progress, note }) {
    const strings = this.#strings;
    const isOpen = isRunning(state);
    setText(this.#title, title);
    setText(this.#state, wordState(strings, state));
    setText(this.#note, note);
    this.#note.hidden = note === "";
    this.#cancel.hidden = !isOpen;
    this.#cancel.disabled = false;
    this.#cancel.setAttribute("aria-label", fill(strings.cancelJob, { title }));
    const hasBar = state === "running" || (state === "blocked" && progress !== null);
    this.#bar.replaceChildren(...(hasBar ? [progressBar(title, progress)] : []));
    this.node.dataset.state = state;
  }
}

/** @param {Job["state"]} state */
export const isRunning = (state) => state === "running" || state === "blocked";

/** @param {import("./strings.js").Strings} strings @param {Job["state"]} state */
export function wordState(strings, state) {
  const { jobRunning, jobBlocked, jobDone, jobFailed, jobCancelled } = strings;
  return { running: jobRunning, blocked: jobBlocked, done: jobDone, failed: jobFailed, cancelled: jobCancelled }[state];
}
