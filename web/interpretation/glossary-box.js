// @ts-check
/** The room's glossary: its terms, one added or removed by hand, or a file in its place. */

import { button, element, setText } from "../dom.js";
import { fill } from "../strings.js";
import { WIRE_VERSION } from "../wire.js";
import { readTerms } from "./csv.js";
import { nameOf } from "./names.js";

const MAX_SHOWN = 200;

/**
 * @typedef {object} GlossaryOptions
 * @property {import("../strings.js").Strings} strings
 * @property {(wish: import("../wire-interpretation.js").InterpretationWish) => boolean} send
 */

export class GlossaryBox {
  #options;
  #word = element("input", { type: "text", maxlength: "80", part: "input", required: true });
  #from = element("select", { part: "select" });
  #wording = element("input", { type: "text", maxlength: "80", part: "input" });
  #to = element("select", { part: "select" });
  #list = element("ul", { class: "terms" });
  #state = element("p", { class: "soft", role: "status" });
  node;

  /** @param {GlossaryOptions} options */
  constructor(options) {
    this.#options = options;
    const { strings } = options;
    this.#list.setAttribute("aria-label", strings.glossary);
    const file = element("input", { type: "file", accept: ".csv,text/csv" });
    file.addEventListener("change", () => this.#upload(file));
    const upload = element("label", { class: "field" }, element("span", {}, strings.uploadGlossary), file);
    this.node = element("details", { class: "glossary" }, element("summary", {}, strings.glossary));
    this.node.append(this.#list, this.#layForm(), upload, this.#state);
  }

  /** @param {string[]} offered @param {string} [target] the language that wordings are mostly in */
  offer(offered, target) {
    for (const select of [this.#from, this.#to]) {
      const before = select.value;
      select.replaceChildren(...offered.map((code) => element("option", { value: code, lang: code }, nameOf(code))));
      if (offered.includes(before)) select.value = before;
    }
    if (target && target !== this.#from.value) this.#to.value = target;
    else if (this.#to.value === this.#from.value) this.#to.selectedIndex = this.#from.selectedIndex === 0 ? 1 : 0;
  }

  /** @param {import("../wire-interpretation.js").GlossaryNow} glossary */
  show({ csv, violations }) {
    const { strings } = this.#options;
    const terms = readTerms(csv);
    this.#list.replaceChildren(...terms.slice(0, MAX_SHOWN).map((term) => this.#layTerm(term)));
    const counts = { terms: String(terms.length), violations: String(violations) };
    setText(this.#state, fill(strings.glossaryNow, counts));
  }

  /** @param {Record<string, string>} term */
  #layTerm(term) {
    const { strings, send } = this.#options;
    const wordings = Object.entries(term);
    const words = element("span", { class: "wordings" });
    for (const [code, wording] of wordings)
      words.append(element("span", { lang: code }, element("abbr", { title: nameOf(code) }, code), ` ${wording}`));
    if (wordings.length === 1) words.append(element("span", { class: "soft" }, strings.termStays));
    const [code, wording] = /** @type {[string, string]} */ (wordings[0]);
    const run = () => send({ v: WIRE_VERSION, kind: "glossary-edit", wordings: { [code]: wording }, remove: true });
    const remove = button({ label: fill(strings.removeTerm, { term: wording }), sign: "close", look: "quiet", run });
    remove.classList.add("sign-only");
    return element("li", {}, words, remove);
  }

  #layForm() {
    const { strings } = this.#options;
    const form = element("form", { class: "term" });
    const field = (/** @type {string} */ label, /** @type {HTMLElement} */ input) =>
      element("label", { class: "field" }, element("span", {}, label), input);
    form.append(
      field(strings.termWord, this.#word),
      field(strings.termIn, this.#from),
      field(strings.termWording, this.#wording),
      field(strings.termIn, this.#to),
    );
    const add = element("button", { type: "submit", class: "button" }, strings.add);
    form.append(add);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#add();
    });
    return form;
  }

  /** A word without a wording in another language is a name that stays as it is. */
  #add() {
    const [word, wording] = [this.#word.value.trim(), this.#wording.value.trim()];
    if (!word) return;
    if (wording && this.#from.value === this.#to.value)
      return setText(this.#state, this.#options.strings.termSameLanguage);
    const wordings = { [this.#from.value]: word, ...(wording ? { [this.#to.value]: wording } : {}) };
    if (!this.#options.send({ v: WIRE_VERSION, kind: "glossary-edit", wordings, remove: false })) return;
    this.#word.value = this.#wording.value = "";
    this.#word.focus();
  }

  /** @param {HTMLInputElement} file */
  async #upload(file) {
    const chosen = file.files?.[0];
    if (!chosen) return;
    this.#options.send({ v: WIRE_VERSION, kind: "glossary-upload", csv: await chosen.text() });
    file.value = "";
  }
}
