// @ts-check
/** The booth of a human interpreter: take a language, hand it over, mute, cough, a word to the partner. */

import { button, element, setText } from "../dom.js";
import { fill } from "../strings.js";
import { WIRE_VERSION } from "../wire.js";
import { nameOf } from "./names.js";

/**
 * @typedef {import("../wire-interpretation.js").Booth} Booth
 * @typedef {object} BoothOptions
 * @property {import("../strings.js").Strings} strings
 * @property {() => string} myId
 * @property {(id: string) => string} nameOfPerson
 * @property {(wish: import("../wire-interpretation.js").InterpretationWish) => boolean} send
 */

export class BoothBox {
  #options;
  #language = element("select", { part: "select" });
  #take;
  #agree;
  #release;
  #mute;
  #cough;
  #state = element("p", { class: "soft", role: "status" });
  #notes = element("ul", { class: "notes" });
  #note = element("input", { type: "text", maxlength: "500", part: "input" });
  #isMuted = false;
  /** @type {Booth[]} */ #booths = [];
  node;

  /** @param {BoothOptions} options */
  constructor(options) {
    this.#options = options;
    const { strings } = options;
    this.#take = button({ label: strings.boothTake, run: () => this.#ask("take") });
    this.#agree = button({ label: strings.boothAgree, run: () => this.#ask("agree") });
    this.#release = button({ label: strings.boothRelease, run: () => this.#ask("release") });
    this.#mute = button({ label: strings.boothMute, run: () => this.#setMuted(!this.#isMuted) });
    this.#cough = button({ label: strings.boothCough, run: () => {} });
    this.#cough.addEventListener("pointerdown", () => this.#tellMuted(true));
    for (const end of ["pointerup", "pointerleave"])
      this.#cough.addEventListener(end, () => this.#tellMuted(this.#isMuted));
    this.#language.addEventListener("change", () => this.#update());
    const choose = element("label", { class: "field" }, element("span", {}, strings.boothInto), this.#language);
    const row = element("div", { class: "row" }, this.#take, this.#agree, this.#release, this.#mute, this.#cough);
    this.node = element("details", { class: "booth" }, element("summary", {}, strings.booth));
    this.node.append(choose, row, this.#state, this.#layNote(), this.#notes);
    this.#update();
  }

  /** @param {string[]} offered */
  offer(offered) {
    const options = offered.map((code) => element("option", { value: code, lang: code }, nameOf(code)));
    this.#language.replaceChildren(...options);
    this.#update();
  }

  /** @param {Booth[]} booths */
  show(booths) {
    this.#booths = booths;
    const mine = booths.find(({ interpreter }) => interpreter === this.#options.myId());
    if (mine) this.#language.value = mine.language;
    else this.#isMuted = false;
    this.#update();
  }

  /** A partner's word. @param {import("../wire-interpretation.js").BoothSaid} said */
  hear({ name, text }) {
    this.#notes.append(element("li", {}, element("b", {}, `${name}: `), text));
  }

  #update() {
    const { strings, myId, nameOfPerson } = this.#options;
    const booth = this.#booths.find(({ language }) => language === this.#language.value);
    const isMine = booth?.interpreter === myId();
    this.#take.hidden = isMine || booth?.asking === myId();
    this.#agree.hidden = !isMine || !booth?.asking || booth.countdown_s !== null;
    this.#release.hidden = !isMine && booth?.asking !== myId();
    this.#mute.hidden = this.#cough.hidden = !isMine;
    this.#mute.classList.toggle("off", this.#isMuted);
    const who = booth ? nameOfPerson(booth.interpreter) : strings.agentName;
    const asking = booth?.asking ? nameOfPerson(booth.asking) : "";
    const left = String(booth?.countdown_s ?? "");
    const words = !booth?.asking ? strings.boothNow : booth.countdown_s === null ? strings.boothAsked : strings.boothSwap;
    setText(this.#state, fill(booth?.covered ? strings.boothCovered : words, { who, asking, left }));
  }

  #layNote() {
    const { strings, send } = this.#options;
    const form = element("form", { class: "term" });
    const label = element("label", { class: "field" }, element("span", {}, strings.boothNote), this.#note);
    const say = () => {
      const text = this.#note.value.trim();
      if (text && send({ v: WIRE_VERSION, kind: "booth-note", text })) this.#note.value = "";
    };
    form.append(label, button({ label: strings.send, run: say }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      say();
    });
    return form;
  }

  /** @param {"take" | "agree" | "release"} step */
  #ask(step) {
    this.#options.send({ v: WIRE_VERSION, kind: "booth-ask", language: this.#language.value, step });
  }

  /** @param {boolean} isMuted */
  #setMuted(isMuted) {
    this.#isMuted = isMuted;
    this.#tellMuted(isMuted);
    this.#update();
  }

  /** @param {boolean} muted */
  #tellMuted(muted) {
    this.#options.send({ v: WIRE_VERSION, kind: "booth-mute", muted });
  }
}
