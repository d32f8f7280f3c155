// @ts-check
/** The transcript in all languages: my consent to it, its files, and its end. */

import { button, element, setText } from "../dom.js";
import { fill } from "../strings.js";
import { WIRE_VERSION } from "../wire.js";
import { EXPORT_FORMATS } from "../wire-interpretation.js";

const TYPES = { vtt: "text/vtt", srt: "application/x-subrip", txt: "text/plain", json: "application/json" };

/**
 * @typedef {object} RecordOptions
 * @property {import("../strings.js").Strings} strings
 * @property {string} room
 * @property {(wish: import("../wire-interpretation.js").InterpretationWish) => boolean} send
 */

export class RecordBox {
  #options;
  #tick = element("input", { type: "checkbox", class: "tick" });
  #state = element("p", { class: "soft", role: "status" });
  node;

  /** @param {RecordOptions} options */
  constructor(options) {
    this.#options = options;
    const { strings, send } = options;
    this.#tick.addEventListener("change", () => {
      send({ v: WIRE_VERSION, kind: "record-consent", given: this.#tick.checked });
    });
    const consent = element("label", { class: "tick-line" }, this.#tick, element("span", {}, strings.recordConsent));
    const files = element("div", { class: "row" });
    for (const format of EXPORT_FORMATS) {
      const run = () => send({ v: WIRE_VERSION, kind: "record-export", format, language: null });
      files.append(button({ label: fill(strings.exportAs, { format: format.toUpperCase() }), run }));
    }
    files.append(button({ label: strings.deleteRecord, run: () => send({ v: WIRE_VERSION, kind: "record-delete" }) }));
    this.node = element("details", { class: "record" }, element("summary", {}, strings.record));
    this.node.append(consent, files, this.#state);
  }

  /** @param {import("../wire-interpretation.js").RecordState | import("../wire-interpretation.js").RecordFile} news */
  show(news) {
    if (news.kind === "record-file") return this.#save(news);
    this.#tick.checked = news.consent;
    const { entries, retention_days: days } = news;
    setText(this.#state, fill(this.#options.strings.recordNow, { entries: String(entries), days: String(days) }));
  }

  /** @param {import("../wire-interpretation.js").RecordFile} file */
  #save({ format, text }) {
    const url = URL.createObjectURL(new Blob([text], { type: `${TYPES[format]};charset=utf-8` }));
    element("a", { href: url, download: `${this.#options.room}.${format}` }).click();
    URL.revokeObjectURL(url);
  }
}
