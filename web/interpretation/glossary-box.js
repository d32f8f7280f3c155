// @ts-check
/** The room's glossary: a term added by hand, or a file in its place. */

import { button, element, setText } from "../dom.js";
import { fill } from "../strings.js";
import { WIRE_VERSION } from "../wire.js";

/**
 * @typedef {object} GlossaryOptions
 * @property {import("../strings.js").Strings} strings
 * @property {(wish: import("../wire-interpretation.js").InterpretationWish) => boolean} send
 */

export class GlossaryBox {
  #options;
  #line = element("input", { type: "text", maxlength: "400", part: "input" });
  #state = element("p", { class: "soft", role: "status" });
  node;

  /** @param {GlossaryOptions} options */
  constructor(options) {
    this.#options = options;
    const { strings } = options;
    this.#line.placeholder = strings.termExample;
    const file = element("input", { type: "file", accept: ".csv,text/csv" });
    file.addEventListener("change", () => this.#upload(file));
    const form = element("form", { class: "term" });
    const label = element("label", { class: "field" }, element("span", {}, strings.addTerm), this.#line);
    form.append(label, button({ label: strings.add, run: () => this.#add() }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#add();
    });
    const upload = element("label", { class: "field" }, element("span", {}, strings.uploadGlossary), file);
    this.node = element("details", { class: "glossary" }, element("summary", {}, strings.glossary));
    this.node.append(form, upload, this.#state);
  }

  /** @param {import("../wire-interpretation.js").GlossaryNow} glossary */
  show({ csv, violations }) {
    const terms = csv.split("\n").filter((line) => line.trim()).length - 1;
    setText(this.#state, fill(this.#options.strings.glossaryNow, { terms: String(Math.max(0, terms)), violations: String(violations) }));
  }

  /** `en: board, es: junta`; a single wording is a name that stays as it is. */
  #add() {
    const pairs = this.#line.value.split(",").map((part) => part.split(":").map((word) => word.trim()));
    const isGood = pairs.every(([code, wording]) => /^[a-z]{2,3}$/.test(code ?? "") && wording);
    if (!isGood) return setText(this.#state, this.#options.strings.termExample);
    const wordings = Object.fromEntries(pairs.map(([code, wording]) => [code, wording]));
    if (this.#options.send({ v: WIRE_VERSION, kind: "glossary-edit", wordings, remove: false })) this.#line.value = "";
  }

  /** @param {HTMLInputElement} file */
  async #upload(file) {
    const chosen = file.files?.[0];
    if (!chosen) return;
    this.#options.send({ v: WIRE_VERSION, kind: "glossary-upload", csv: await chosen.text() });
    file.value = "";
  }
}
