// @ts-check
/** After a call, or instead of one: why, and the way on. */

import { button, element } from "./dom.js";

export class EndView {
  #text;
  #ways;
  node;

  /** @param {string} text @param {import("./notices.js").WayOn[]} ways */
  constructor(text, ways) {
    this.#text = element("p", { role: "status", tabindex: "-1" }, text);
    this.#ways = ways.map(({ label, run }) => button({ label, look: "primary big", run }));
    const card = element(
      "div",
      { class: "card", part: "card" },
      element("div", { class: "orb small", "aria-hidden": "true" }),
    );
    card.append(this.#text, element("div", { class: "ways" }, ...this.#ways));
    this.node = element("section", { class: "lobby", part: "end" }, card);
  }

  focus() {
    (this.#ways[0] ?? this.#text).focus();
  }

  close() {}
}
