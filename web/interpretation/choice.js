// @ts-check
/** In which language I hear the others: beside the room's name, with what belongs to it in a dialog. */

import { button, element, icon, setText } from "../dom.js";
import { fill } from "../strings.js";
import { WIRE_VERSION } from "../wire.js";
import { DEFAULT_LEVEL } from "./ducking.js";
import { GlossaryBox } from "./glossary-box.js";
import { nameOf } from "./names.js";
import { RecordBox } from "./record-box.js";
import { TopicBox } from "./topic-box.js";

/**
 * @typedef {import("../wire-interpretation.js").InterpretationState} InterpretationState
 * @typedef {import("../wire-interpretation.js").InterpretationNews} InterpretationNews
 * @typedef {import("../wire-interpretation.js").InterpretationWish} InterpretationWish
 * @typedef {object} ChoiceOptions
 * @property {import("../strings.js").Strings} strings
 * @property {string} room
 * @property {(wish: InterpretationWish) => boolean} send
 * @property {(level: number) => void} onUnder how loud the original is to stay
 * @property {(shows: boolean) => void} onOriginals whether captions in other languages are shown too
 */

export class LanguageChoice {
  #options;
  #select = element("select", { part: "select" });
  #dialog = element("dialog", { class: "card interpretation", part: "dialog" });
  #word = element("span", { class: "word" });
  #sign = element("span", { class: "listened", hidden: true });
  #status = element("p", { class: "soft", role: "status" });
  #lag = element("p", { class: "soft lag", hidden: true });
  #glossary;
  #topic;
  #record;
  #seat = element("select", { part: "select" });
  #offered = "";
  node;

  /** @param {ChoiceOptions} options */
  constructor(options) {
    this.#options = options;
    const { strings, send, room } = options;
    this.#glossary = new GlossaryBox({ strings, send });
    this.#topic = new TopicBox({ strings, send });
    this.#record = new RecordBox({ strings, send, room });
    const open = element("button", { type: "button", class: "button quiet", part: "language-button" });
    open.title = strings.interpretation;
    open.append(icon("languages"), this.#word);
    open.addEventListener("click", () => this.#dialog.showModal());
    this.#layDialog();
    this.node = element("div", { class: "manner languages", hidden: true }, this.#sign, open, this.#dialog);
    setText(this.#word, strings.original);
  }

  /** What the agent says. @param {InterpretationNews} news */
  show(news) {
    if (news.kind === "interpretation") this.#showState(news);
    else if (news.kind === "lag") this.#showLag(news);
    else if (news.kind === "glossary") this.#glossary.show(news);
    else if (news.kind === "topic") this.#topic.show(news);
    else if (news.kind === "record" || news.kind === "record-file") this.#record.show(news);
  }

  /** @param {InterpretationState} state */
  #showState(state) {
    const { strings } = this.#options;
    this.node.hidden = state.offered.length === 0;
    this.#offer(state.offered);
    this.#select.value = state.language ?? "";
    setText(this.#word, state.language ? nameOf(state.language) : strings.original);
    const words = { off: "", starting: strings.interpretationStarting, ready: "", failed: state.problem };
    setText(this.#status, state.language ? words[state.status] : "");
    if (!state.language) this.#lag.hidden = true;
    this.#showListeners(state);
  }

  /** Speakers see that others hear them through an interpreter, and whether it still speaks. @param {InterpretationState} state */
  #showListeners({ listening, language, sounding }) {
    const { strings } = this.#options;
    const others = Object.entries(listening).map(([code, count]) => [code, code === language ? count - 1 : count]);
    const heard = others.filter(([, count]) => Number(count) > 0).map(([code]) => String(code));
    this.#sign.hidden = heard.length === 0;
    const isSounding = heard.some((code) => sounding.includes(code));
    const words = fill(strings.listenedIn, { languages: heard.map(nameOf).join(", ") });
    this.#sign.classList.toggle("sounding", isSounding);
    setText(this.#sign, isSounding ? fill(strings.stillListening, { heard: words }) : words);
  }

  /** @param {import("../wire-interpretation.js").Lag} lag */
  #showLag({ start_lag_s, end_lag_s }) {
    const values = { start: start_lag_s.toFixed(1), end: end_lag_s.toFixed(1) };
    this.#lag.hidden = false;
    setText(this.#lag, fill(this.#options.strings.lag, values));
  }

  /** @param {string[]} offered */
  #offer(offered) {
    if (this.#offered === offered.join()) return;
    this.#offered = offered.join();
    this.#glossary.offer(offered);
    const options = () => offered.map((code) => element("option", { value: code, lang: code }, nameOf(code)));
    this.#select.replaceChildren(element("option", { value: "" }, this.#options.strings.original), ...options());
    this.#seat.replaceChildren(...options());
  }

  #layDialog() {
    const { strings, onUnder, onOriginals } = this.#options;
    this.#select.addEventListener("change", () => this.#choose(this.#select.value || null));
    const choose = element("label", { class: "field" }, element("span", {}, strings.hearIn), this.#select);
    const slider = element("input", { type: "range", min: "0", max: "1", step: "0.05", part: "slider" });
    slider.value = String(DEFAULT_LEVEL);
    slider.addEventListener("input", () => onUnder(slider.valueAsNumber));
    const under = element("label", { class: "field" }, element("span", {}, strings.originalLevel), slider);
    const tick = element("input", { type: "checkbox", class: "tick" });
    tick.addEventListener("change", () => onOriginals(tick.checked));
    const originals = element("label", { class: "tick-line" }, tick, element("span", {}, strings.showOriginals));
    const close = button({ label: strings.close, look: "primary", run: () => this.#dialog.close() });
    this.#dialog.setAttribute("aria-label", strings.interpretation);
    this.#dialog.append(element("h2", {}, strings.interpretation), choose, this.#status, this.#lag, under, originals);
    this.#dialog.append(this.#topic.node, this.#glossary.node, this.#record.node, this.#laySeat(), close);
  }

  /** The way into a booth. */
  #laySeat() {
    const { strings, send } = this.#options;
    const into = element("label", { class: "field" }, element("span", {}, strings.boothInto), this.#seat);
    const run = () => {
      send({ v: WIRE_VERSION, kind: "booth-ask", language: this.#seat.value, step: "enter" });
      this.#dialog.close();
    };
    const hint = element("p", { class: "soft" }, strings.boothHint);
    const details = element("details", { class: "seat" }, element("summary", {}, strings.boothYourself));
    details.append(hint, into, button({ label: strings.boothEnter, run }));
    return details;
  }

  /** What is chosen counts once the agent has said so. @param {string | null} language */
  #choose(language) {
    this.#options.send({ v: WIRE_VERSION, kind: "choose-language", language });
  }
}
