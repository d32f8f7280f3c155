// @ts-check
/** What happened, in words, with a way on. One notice a subject; a new one takes the old one's place. */

import { button, element, icon } from "./dom.js";

/**
 * @typedef {{label: string, run: () => void}} WayOn
 * @typedef {{text: string, tone?: "info" | "trouble", ways?: WayOn[]}} Notice
 */

export class Notices {
  /** @type {Map<string, HTMLElement>} by subject */
  #shown = new Map();
  #strings;
  /** What is only told, not asked, goes here and is replaced by the next. */
  #whisper = element("div", { class: "unseen", role: "status", "aria-live": "polite" });
  #list = element("div", { class: "notice-list" });
  node = element("div", { class: "notices", part: "notices" }, this.#list, this.#whisper);

  /** @param {import("./strings.js").Strings} strings */
  constructor(strings) {
    this.#strings = strings;
  }

  /** @param {string} subject @param {Notice} notice */
  show(subject, { text, tone = "info", ways = [] }) {
    this.clear(subject);
    const buttons = ways.map(({ label, run }) =>
      button({
        label,
        look: "small",
        run: () => {
          this.clear(subject);
          run();
        },
      }),
    );
    const dismiss = element(
      "button",
      { type: "button", class: "dismiss", "aria-label": this.#strings.dismiss },
      icon("close"),
    );
    dismiss.addEventListener("click", () => this.clear(subject));
    const role = tone === "trouble" ? "alert" : "status";
    const box = element("div", { class: `notice ${tone}`, part: "notice", role, "data-subject": subject });
    box.append(element("p", {}, text), element("div", { class: "ways" }, ...buttons), dismiss);
    this.#shown.set(subject, box);
    this.#list.append(box);
  }

  /** @param {string} subject */
  clear(subject) {
    this.#shown.get(subject)?.remove();
    this.#shown.delete(subject);
  }

  clearAll() {
    for (const subject of [...this.#shown.keys()]) this.clear(subject);
  }

  /** Said to screen readers only. @param {string} text */
  whisper(text) {
    this.#whisper.textContent = text;
  }
}
