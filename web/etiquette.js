// @ts-check
/** How the agent takes part: shown to everyone beside the room's name, changed in a dialog. */

import { button, element, icon, setText } from "./dom.js";
import { fill } from "./strings.js";
import { WIRE_VERSION } from "./wire.js";
import { MODES } from "./wire-work.js";

/**
 * @typedef {import("./wire-work.js").Mode} Mode
 * @typedef {import("./wire-work.js").EtiquetteState} EtiquetteState
 * @typedef {object} EtiquetteOptions
 * @property {import("./strings.js").Strings} strings
 * @property {() => string} myId
 * @property {(wish: import("./wire-work.js").Etiquette) => boolean} send
 * @property {(text: string) => void} whisper to screen readers
 */

const ROOM = "room";

export class EtiquetteChoice {
  #options;
  /** @type {EtiquetteState | null} */ #state = null;
  /** @type {Map<Mode, HTMLInputElement>} */ #radios = new Map();
  #mine = element("select", { part: "select" });
  #dialog = element("dialog", { class: "card etiquette", part: "dialog" });
  #word = element("span", { class: "word" });
  node;

  /** @param {EtiquetteOptions} options */
  constructor(options) {
    this.#options = options;
    const { strings } = options;
    const open = element("button", { type: "button", class: "button quiet", part: "etiquette-button" });
    open.title = strings.etiquette;
    open.append(icon("manner"), this.#word);
    open.addEventListener("click", () => this.#dialog.showModal());
    this.#layDialog();
    this.node = element("div", { class: "manner", hidden: true }, open, this.#dialog);
  }

  /** What the agent says holds now. @param {EtiquetteState} state */
  show(state) {
    const { strings, myId, whisper } = this.#options;
    const before = this.#mode;
    this.#state = state;
    const own = state.people[myId()];
    const mode = own ?? state.room;
    for (const [each, radio] of this.#radios) radio.checked = each === state.room;
    this.#mine.value = own ?? "";
    this.node.hidden = false;
    this.node.dataset.mode = mode;
    setText(this.#word, fill(strings.etiquetteNow, { mode: strings[mode] }));
    if (before && before !== mode) whisper(fill(strings.etiquetteChanged, { mode: strings[mode] }));
  }

  get #mode() {
    return this.#state && (this.#state.people[this.#options.myId()] ?? this.#state.room);
  }

  #layDialog() {
    const { strings, myId } = this.#options;
    const rows = MODES.map((mode) => this.#layMode(mode));
    const everyone = element("fieldset", {}, element("legend", {}, strings.etiquetteRoom), ...rows);
    const options = MODES.map((mode) => element("option", { value: mode }, strings[mode]));
    this.#mine.append(element("option", { value: "" }, strings.etiquetteSame), ...options);
    this.#mine.addEventListener("change", () => {
      const mode = /** @type {Mode} */ (this.#mine.value) || this.#state?.room;
      if (mode) this.#choose(myId(), mode);
    });
    const mine = element("label", { class: "field" }, element("span", {}, strings.etiquetteMine), this.#mine);
    const close = button({ label: strings.close, look: "primary", run: () => this.#dialog.close() });
    this.#dialog.setAttribute("aria-label", strings.etiquette);
    this.#dialog.append(element("h2", {}, strings.etiquette), everyone, mine, close);
  }

  /** @param {Mode} mode */
  #layMode(mode) {
    const { strings } = this.#options;
    const radio = element("input", { type: "radio", class: "tick", name: "etiquette", value: mode });
    const text = element("span", {}, element("b", {}, strings[mode]));
    text.append(element("span", { class: "soft" }, strings[`${mode}Text`]));
    radio.addEventListener("change", () => this.#choose(ROOM, mode));
    this.#radios.set(mode, radio);
    return element("label", { class: "tick-line" }, radio, text);
  }

  /** What is chosen counts once the agent has said so. @param {string} who @param {Mode} mode */
  #choose(who, mode) {
    const isSent = this.#options.send({ v: WIRE_VERSION, kind: "etiquette", who, mode });
    if (!isSent && this.#state) this.show(this.#state);
  }
}
