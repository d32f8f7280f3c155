// @ts-check
/** A page's part of interpretation: what is chosen, how loud the originals are, which captions show. */

import { WIRE_VERSION } from "../wire.js";
import { MAX_TOPIC_CHARS } from "../wire-interpretation.js";
import { BoothPanel } from "./booth.js";
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
 * @property {import("../media.js").LocalMedia} media
 * @property {string} room
 * @property {() => string} wantedLanguage what the embedding page asks for; empty when it does not
 * @property {() => string} wantedBooth the language of the booth that the embedding page seats this person in
 * @property {() => string} wantedTopic what the embedding page says the conversation is about; empty when it does not
 * @property {(type: string, detail: object) => void} tell the page around
 * @property {AbortSignal} signal
 */

export class Interpretation {
  #options;
  #choice;
  #booth;
  #ducking;
  #askedLanguage = "";
  #askedBooth = "";
  #askedTopic = "";
  #conversation = "";
  #showsOriginals = false;
  /** @type {string | null} */ #language = null;

  /** @param {InterpretationOptions} options */
  constructor(options) {
    this.#options = options;
    const { call, playback, strings, room, media, signal } = options;
    /** @param {import("../wire-interpretation.js").InterpretationWish} wish */
    const send = (wish) => call.tell(wish);
    this.#ducking = new Ducking({ setLevel: (id, level) => playback.setLevel(id, level) });
    this.#choice = new LanguageChoice({
      strings,
      room,
      send,
      onUnder: (level) => {
        this.#ducking.under = level;
      },
      onOriginals: (shows) => {
        this.#showsOriginals = shows;
        this.#filter();
      },
    });
    this.#booth = new BoothPanel({
      strings,
      media,
      send,
      signal,
      myId: () => call.me?.id ?? "",
      nameOfPerson: (id) =>
        (id === call.me?.id ? call.me.name : call.members.get(id)?.participant.name) ?? strings.somebody,
    });
    call.on("interpretation", (news) => this.#receive(news), { signal });
    call.on("welcomed", ({ conversation }) => this.#meet(conversation), { signal });
    call.on("track", ({ id, line }) => line === "microphone" && this.#ducking.renew(id), { signal });
    signal.addEventListener("abort", () => this.#ducking.close(), { once: true });
  }

  get node() {
    return this.#choice.node;
  }

  /** Shown beside the call while I sit in a booth. */
  get booth() {
    return this.#booth.node;
  }

  /** Asks for the language the embedding page wants, once for each it names; "original" takes it back. */
  ask() {
    const wanted = this.#options.wantedLanguage();
    if (!wanted || wanted === this.#askedLanguage) return;
    const language = wanted === "original" ? null : wanted.toLowerCase().split("-")[0];
    if (this.#options.call.tell({ v: WIRE_VERSION, kind: "choose-language", language })) this.#askedLanguage = wanted;
  }

  /** Sits down in the booth that the embedding page names, once for each it names; empty leaves it. */
  askBooth() {
    const wanted = this.#options.wantedBooth().toLowerCase();
    if (wanted === this.#askedBooth) return;
    const step = wanted ? "enter" : "leave";
    const language = wanted || this.#askedBooth;
    if (this.#options.call.tell({ v: WIRE_VERSION, kind: "booth-ask", language, step })) this.#askedBooth = wanted;
  }

  /** Says what the conversation is about, as the embedding page does, once for each it names. */
  askTopic() {
    const text = Array.from(this.#options.wantedTopic()).slice(0, MAX_TOPIC_CHARS).join("");
    if (text === this.#askedTopic) return;
    if (this.#options.call.tell({ v: WIRE_VERSION, kind: "topic-edit", text })) this.#askedTopic = text;
  }

  /**
   * An agent opened its channel: it is told again what I chose; the topic, which is the room's, once a conversation.
   * @param {string} conversation
   */
  #meet(conversation) {
    this.#askedLanguage = this.#askedBooth = "";
    if (this.#conversation !== conversation) this.#askedTopic = "";
    this.#conversation = conversation;
    this.askBooth();
    this.askTopic();
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
    if (news.kind === "booths") this.#ducking.silence(news.booths.flatMap(({ partners }) => partners));
    this.#choice.show(news);
    this.#booth.show(news);
    const { v: _version, kind, ...detail } = news;
    tell(kind, detail);
  }

  #filter() {
    this.#options.conversation.showOnly(this.#showsOriginals ? null : this.#language);
  }
}
