// @ts-check
/** The booth of a human interpreter, beside the call while they sit in it: who is on air, and what it takes. */

import { button, element, relabel, setText } from "../dom.js";
import { drawLevel } from "../meter.js";
import { fill } from "../strings.js";
import { WIRE_VERSION } from "../wire.js";
import { GlossaryBox } from "./glossary-box.js";
import { nameOf } from "./names.js";
import { PartnerTalk } from "./partner-talk.js";

const MAX_LAG_S = 10;
const GOOD_LAG_S = 4;

/**
 * @typedef {import("../wire-interpretation.js").Booth} Booth
 * @typedef {import("../wire-interpretation.js").InterpretationState} InterpretationState
 * @typedef {import("../wire-interpretation.js").InterpretationNews} InterpretationNews
 * @typedef {object} BoothOptions
 * @property {import("../strings.js").Strings} strings
 * @property {import("../media.js").LocalMedia} media
 * @property {() => string} myId
 * @property {(id: string) => string} nameOfPerson
 * @property {(wish: import("../wire-interpretation.js").InterpretationWish) => boolean} send
 * @property {AbortSignal} signal
 */

export class BoothPanel {
  #options;
  #title = element("h2");
  #air = element("p", { class: "air", role: "status" });
  #source = element("select", { part: "select" });
  #talk;
  #glossary;
  #buttons;
  #cough;
  #lag;
  #level = element("div", { class: "meter" }, element("div", { class: "meter-fill" }));
  /** @type {AbortController | null} */ #metering = null;
  #isCoughing = false;
  #wasMuted = false; // before the cough
  /** @type {string[]} */ #offered = [];
  /** @type {Booth | null} */ #booth = null;
  node;

  /** @param {BoothOptions} options */
  constructor(options) {
    this.#options = options;
    const { strings, media, signal } = options;
    this.#talk = new PartnerTalk(options);
    this.#glossary = new GlossaryBox(options);
    this.#buttons = {
      take: button({ label: strings.boothTake, look: "primary", run: () => this.#ask("take") }),
      agree: button({ label: strings.boothAgree, look: "primary", run: () => this.#ask("agree") }),
      release: button({ label: strings.boothRelease, run: () => this.#ask("release") }),
      mute: button({ label: strings.boothMute, sign: "microphone", run: () => this.#setMuted(!this.#isMuted) }),
      leave: button({ label: strings.boothLeave, look: "quiet", run: () => this.#ask("leave") }),
    };
    this.#cough = this.#layCough();
    this.#lag = this.#layLag();
    this.#source.addEventListener("change", () => {
      options.send({ v: WIRE_VERSION, kind: "choose-language", language: this.#source.value || null });
    });
    this.node = element("section", { class: "booth", part: "booth", "aria-label": strings.booth, hidden: true });
    this.#lay();
    media.on("changed", ({ line }) => line === "microphone" && this.#booth && this.#measure(), { signal });
    signal.addEventListener("abort", () => this.#metering?.abort(), { once: true });
  }

  /** @param {InterpretationNews} news */
  show(news) {
    if (news.kind === "booths") this.#showBooths(news.booths);
    else if (news.kind === "booth-said") this.#talk.hear(news);
    else if (news.kind === "glossary") this.#glossary.show(news);
    else if (news.kind === "lag" && news.language === this.#booth?.language) this.#showLag(news);
    else if (news.kind === "interpretation") this.#showSource(news);
  }

  get #isMuted() {
    return this.#booth?.interpreter === this.#options.myId() && this.#booth.muted;
  }

  /** @param {Booth[]} booths */
  #showBooths(booths) {
    const me = this.#options.myId();
    const mine = booths.find(({ partners }) => partners.includes(me)) ?? null;
    const hasMoved = mine?.language !== this.#booth?.language;
    this.#booth = mine;
    this.node.hidden = mine === null;
    if (hasMoved) this.#move();
    if (mine) this.#update(mine);
  }

  /** Into a booth, out of it, or into another one. */
  #move() {
    this.#measure();
    this.#showLag(null);
    if (!this.#booth) return;
    const { language } = this.#booth;
    this.#glossary.offer(this.#offered, language);
    setText(this.#title, fill(this.#options.strings.boothOf, { language: nameOf(language) }));
    this.#offerSources();
  }

  /** @param {Booth} booth */
  #update(booth) {
    const { strings, myId, nameOfPerson } = this.#options;
    const me = myId();
    const isMine = booth.interpreter === me;
    const isAsking = booth.asking === me;
    const { take, agree, release, mute } = this.#buttons;
    take.hidden = isMine || isAsking;
    setText(/** @type {Node} */ (take.querySelector(".word")), this.#isFree ? strings.boothTake : strings.boothAsk);
    agree.hidden = !isMine || !booth.asking || booth.countdown_s !== null;
    release.hidden = !isMine && !isAsking;
    setText(/** @type {Node} */ (release.querySelector(".word")), isAsking ? strings.boothWithdraw : strings.boothRelease);
    mute.hidden = this.#cough.hidden = !isMine;
    relabel(mute, booth.muted ? strings.boothUnmute : strings.boothMute, booth.muted ? "microphoneOff" : "microphone");
    mute.setAttribute("aria-pressed", String(booth.muted));
    this.node.dataset.air = this.#isFree ? "agent" : isMine ? (booth.muted ? "muted" : "me") : "partner";
    setText(this.#air, this.#wordAir(booth));
    this.#talk.show(booth.partners.filter((id) => id !== me).map(nameOfPerson));
  }

  get #isFree() {
    return !this.#booth?.interpreter || this.#booth.covered;
  }

  /** @param {Booth} booth */
  #wordAir({ interpreter, asking, countdown_s, covered, muted }) {
    const { strings, myId, nameOfPerson } = this.#options;
    if (!interpreter) return strings.boothByAgent;
    const isMine = interpreter === myId();
    const names = { who: nameOfPerson(interpreter), asking: asking ? nameOfPerson(asking) : "" };
    if (covered) return fill(strings.boothCovered, names);
    const now = isMine ? (muted ? strings.boothByMeMuted : strings.boothByMe) : fill(strings.boothNow, names);
    if (!asking) return now;
    const isAsking = asking === myId();
    if (countdown_s === null) return `${now} ${isAsking ? strings.boothIAsk : fill(strings.boothAsked, names)}`;
    const left = { ...names, left: String(countdown_s) };
    return `${now} ${fill(isAsking ? strings.boothISwap : strings.boothSwap, left)}`;
  }

  /** @param {InterpretationState} state */
  #showSource({ offered, language }) {
    if (offered.join() !== this.#offered.join()) {
      this.#offered = offered;
      this.#glossary.offer(offered, this.#booth?.language);
      this.#offerSources();
    }
    this.#source.value = language ?? "";
  }

  /** The floor, or any other language's channel: relay. */
  #offerSources() {
    const { strings } = this.#options;
    const before = this.#source.value;
    const others = this.#offered.filter((code) => code !== this.#booth?.language);
    const relays = others.map((code) =>
      element("option", { value: code }, fill(strings.boothRelay, { language: nameOf(code) })),
    );
    this.#source.replaceChildren(element("option", { value: "" }, strings.boothFloor), ...relays);
    this.#source.value = before;
    if (this.#source.selectedIndex < 0) this.#source.value = "";
  }

  /** @param {import("../wire-interpretation.js").Lag | null} lag */
  #showLag(lag) {
    const { strings } = this.#options;
    const { gauge, words } = this.#lag;
    gauge.value = lag?.end_lag_s ?? 0;
    const values = { start: lag?.start_lag_s.toFixed(1) ?? "", end: lag?.end_lag_s.toFixed(1) ?? "" };
    setText(words, lag ? fill(strings.boothLagNow, values) : strings.boothNoLag);
  }

  #measure() {
    this.#metering?.abort();
    this.#metering = null;
    const track = this.#options.media.tracks.microphone;
    const bar = /** @type {HTMLElement} */ (this.#level.firstElementChild);
    bar.style.setProperty("--level", "0");
    if (!this.#booth || !track) return;
    this.#metering = new AbortController();
    drawLevel(track, (level) => bar.style.setProperty("--level", level.toFixed(2)), this.#metering.signal);
  }

  #lay() {
    const { strings } = this.#options;
    const { take, agree, release, mute, leave } = this.#buttons;
    const field = (/** @type {string} */ label, /** @type {HTMLElement} */ inner) =>
      element("label", { class: "field" }, element("span", {}, label), inner);
    const level = element("div", { class: "field" }, element("span", {}, strings.boothLevel), this.#level);
    const head = element("header", {}, this.#title, this.#air, leave);
    const work = element("div", { class: "work" }, field(strings.boothSource, this.#source), level, this.#lag.node);
    const keys = element("div", { class: "keys" }, take, agree, release, mute, this.#cough);
    this.node.append(head, keys, work, this.#talk.node, this.#glossary.node);
  }

  #layLag() {
    const { strings } = this.#options;
    const gauge = element("meter", { min: "0", max: String(MAX_LAG_S), low: String(GOOD_LAG_S), high: "7", optimum: "0" });
    const words = element("span", { class: "soft lag" });
    gauge.setAttribute("aria-label", strings.boothLag);
    const node = element("div", { class: "field" }, element("span", {}, strings.boothLag), gauge, words);
    return { node, gauge, words };
  }

  /** Held with the pointer, or with the space bar while it has the focus. */
  #layCough() {
    const cough = button({ label: this.#options.strings.boothCough, run: () => {} });
    cough.classList.add("cough");
    cough.addEventListener("pointerdown", ({ pointerId }) => {
      cough.setPointerCapture(pointerId);
      this.#hold(true);
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture", "blur"])
      cough.addEventListener(end, () => this.#hold(false));
    cough.addEventListener("keydown", (event) => {
      if (event.key !== " " && event.key !== "Enter") return;
      event.preventDefault();
      this.#hold(true);
    });
    cough.addEventListener("keyup", () => this.#hold(false));
    return cough;
  }

  /** @param {boolean} isHeld */
  #hold(isHeld) {
    if (isHeld === this.#isCoughing) return;
    this.#isCoughing = isHeld;
    this.#cough.classList.toggle("off", isHeld);
    this.#wasMuted = isHeld ? this.#isMuted : this.#wasMuted;
    this.#setMuted(isHeld || this.#wasMuted);
  }

  /** @param {import("../wire-interpretation.js").BoothAsk["step"]} step */
  #ask(step) {
    if (this.#booth) this.#options.send({ v: WIRE_VERSION, kind: "booth-ask", language: this.#booth.language, step });
  }

  /** @param {boolean} muted */
  #setMuted(muted) {
    this.#options.send({ v: WIRE_VERSION, kind: "booth-mute", muted });
  }
}
