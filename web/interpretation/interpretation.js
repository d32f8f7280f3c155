// @ts-check
/** A page's part of interpretation: what is chosen, how loud the originals are, which captions show. */

import { WIRE_VERSION } from "../wire.js";
import { LanguageChoice } from "./choice.js";
import { Ducking } from "./ducking.js";

export const SOUND_ID = "interpretation"; // of the element that plays my language

/**
 * @typedef {import("../wire-interpretation.js").InterpretationNews} InterpretationNews
 * @typedef {object} InterpretationOptions
 * @property {import("../call.js").Call} call
 * @property {import("../playback.js").Playback} playback
 * @property {import("../strings.js").Strings} strings
 * @property {import("../conversation.js").Conversation} conversation
 * @property {string} room
 * @property {() => string} wantedLanguage what the embedding page asks for; empty when it does not
 * @property {(type: string, detail: object) => void} tell the page around
 * @property {AbortSignal} signal
 */

export class Interpretation {
  #options;
  #choice;
  #ducking;
  #askedLanguage = "";
  #showsOriginals = false;
  /** @type {string | null} */ #language = null;

  /** @param {InterpretationOptions} options */
  constructor(options) {
    this.#options = options;
    const { call, playback, strings, room, signal } = options;
    this.#ducking = new Ducking({ setLevel: (id, level) => playback.setLevel(id, level) });
    this.#choice = new LanguageChoice({
      strings,
      room,
      send: (wish) => call.tell(wish),
      myId: () => call.me?.id ?? "",
      nameOfPerson: (id) => (id === call.me?.id ? call.me.name : call.members.get(id)?.participant.name) ?? "",
      onUnder: (level) => {
        this.#ducking.under = level;
      },
      onOriginals: (shows) => {
        this.#showsOriginals = shows;
        this.#filter();
      },
    });
    call.on("interpretation", (news) => this.#receive(news), { signal });
    call.on("welcomed", () => this.#meet(), { signal });
    call.on("track", ({ id, line }) => line === "microphone" && this.#ducking.renew(id), { signal });
    signal.addEventListener("abort", () => this.#ducking.close(), { once: true });
  }

  get node() {
    return this.#choice.node;
  }

  /** Asks for the language the embedding page wants, once for each it names; "original" takes it back. */
  ask() {
    const wanted = this.#options.wantedLanguage();
    if (!wanted || wanted === this.#askedLanguage) return;
    const language = wanted === "original" ? null : wanted.toLowerCase().split("-")[0];
    if (this.#options.call.tell({ v: WIRE_VERSION, kind: "choose-language", language })) this.#askedLanguage = wanted;
  }

  /** An agent opened its channel: it is told again what I chose. */
  #meet() {
    this.#askedLanguage = "";
    if (this.#language) {
      this.#options.call.tell({ v: WIRE_VERSION, kind: "choose-language", language: this.#language });
    } else this.ask();
  }

  /** @param {InterpretationNews} news */
  #receive(news) {
    const { call, tell } = this.#options;
    if (news.kind === "interpretation") {
      this.#language = news.language;
      if (news.language) call.receiveInterpretation();
      const isSounding = news.language !== null && news.sounding.includes(news.language);
      this.#ducking.update(news.language ? news.foreign : [], isSounding);
      this.#filter();
    }
    if (news.kind === "booths") this.#ducking.silence(news.booths.map(({ interpreter }) => interpreter));
    this.#choice.show(news);
    const { v: _version, kind, ...detail } = news;
    tell(kind, detail);
  }

  #filter() {
    this.#options.conversation.showOnly(this.#showsOriginals ? null : this.#language);
  }
}
