// @ts-check
/** A private word between the partners in a booth; nobody else is shown it. */

import { button, element, setText } from "../dom.js";
import { fill } from "../strings.js";
import { WIRE_VERSION } from "../wire.js";

const MAX_LINES = 100;

/**
 * @typedef {object} PartnerTalkOptions
 * @property {import("../strings.js").Strings} strings
 * @property {(wish: import("../wire-interpretation.js").InterpretationWish) => boolean} send
 */

export class PartnerTalk {
  #options;
  #with = element("p", { class: "soft" });
  #lines;
  #box = element("input", { type: "text", maxlength: "500", part: "input", autocomplete: "off" });
  #say;
  node;

  /** @param {PartnerTalkOptions} options */
  constructor(options) {
    this.#options = options;
    const { strings } = options;
    this.#lines = element("div", { class: "notes", role: "log", tabindex: "0", "aria-label": strings.boothNotes });
    this.#box.setAttribute("aria-label", strings.boothNote);
    this.#box.placeholder = strings.boothNote;
    this.#say = button({ label: strings.send, sign: "send", run: () => this.#send() });
    const form = element("form", { class: "note" }, this.#box, this.#say);
    form.addEventListener("submit", (event) => event.preventDefault());
    this.#box.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.isComposing) this.#send();
    });
    this.node = element("section", { class: "partners", "aria-label": strings.boothNotes });
    this.node.append(this.#with, this.#lines, form);
    this.show([]);
  }

  /** @param {string[]} names of the partners */
  show(names) {
    const { strings } = this.#options;
    setText(this.#with, names.length ? fill(strings.boothWith, { names: names.join(", ") }) : strings.boothAlone);
    this.#box.disabled = this.#say.disabled = names.length === 0;
  }

  /** @param {import("../wire-interpretation.js").BoothSaid} said */
  hear({ name, text }) {
    this.#lines.append(element("p", {}, element("b", {}, name), ` ${text}`));
    while (this.#lines.childElementCount > MAX_LINES) this.#lines.firstElementChild?.remove();
    this.#lines.scrollTop = this.#lines.scrollHeight;
  }

  #send() {
    const text = this.#box.value.trim();
    if (text && this.#options.send({ v: WIRE_VERSION, kind: "booth-note", text })) this.#box.value = "";
    this.#box.focus();
  }
}
