// @ts-check
/** Where the agent's work reaches the page: cards, etiquette and the page's own tools, and the answers to them. */

import { Board } from "./board.js";
import { monotonicClock } from "./clock.js";
import { EtiquetteChoice } from "./etiquette.js";
import { WIRE_VERSION } from "./wire.js";
import { MODES } from "./wire-work.js";

const MAX_PROBLEM_CHARS = 512;

/**
 * @typedef {import("./wire-work.js").WorkNews} WorkNews
 * @typedef {import("./wire-work.js").WorkWish} WorkWish
 * @typedef {object} DeskOptions
 * @property {import("./call.js").Call} call
 * @property {import("./client-tools.js").ClientTools} tools
 * @property {import("./notices.js").Notices} notices
 * @property {import("./strings.js").Strings} strings
 * @property {(whose: "room" | "mine") => string} wantedMode the etiquette the page around asks for; empty: none
 * @property {(type: string, detail: object) => void} tell the page around
 * @property {AbortSignal} signal
 */

export class Desk {
  #options;
  #conversation = "";
  #asked = { room: "", mine: "" };
  board;
  etiquette;

  /** @param {DeskOptions} options */
  constructor(options) {
    this.#options = options;
    const { call, notices, strings, signal, tools } = options;
    const send = (/** @type {WorkWish} */ wish) => this.wish(wish);
    const whisper = (/** @type {string} */ text) => notices.whisper(text);
    this.board = new Board({
      strings,
      send,
      whisper,
      now: () => monotonicClock.now(),
      onBroken: (problem) => {
        call.tell({ v: WIRE_VERSION, kind: "error", code: "ui", message: problem.slice(0, MAX_PROBLEM_CHARS) });
      },
    });
    this.etiquette = new EtiquetteChoice({ strings, send, whisper, myId: () => call.me?.id ?? "" });
    call.on("work", (news) => this.#receive(news), { signal });
    call.on("welcomed", ({ conversation }) => this.#meet(conversation), { signal });
    signal.addEventListener("abort", () => tools.stop(), { once: true });
  }

  /** Tells the agent; false, and said to the person, when it cannot be reached. @param {WorkWish} wish */
  wish(wish) {
    const { call, notices, strings, tell } = this.#options;
    const isSent = call.tell(wish);
    if (isSent) notices.clear("wish");
    else notices.show("wish", { text: strings.agentNotReached, tone: "trouble" });
    if (isSent && wish.kind === "ui-action") tell("ui-action", detailOf(wish));
    return isSent;
  }

  /** Asks for the modes the embedding page wants, once for each it names. */
  askModes() {
    this.#askMode("room", "room");
    this.#askMode("mine", this.#options.call.me?.id ?? "");
  }

  /** @param {"room" | "mine"} whose @param {string} who */
  #askMode(whose, who) {
    const mode = /** @type {import("./wire-work.js").Mode} */ (this.#options.wantedMode(whose));
    if (!who || !MODES.includes(mode) || mode === this.#asked[whose]) return;
    const isSent = this.#options.call.tell({ v: WIRE_VERSION, kind: "etiquette", who, mode });
    if (isSent) this.#asked[whose] = mode;
  }

  /**
   * An agent opened its channel: it is told of the page's tools, and shows anew what another conversation left.
   * @param {string} conversation
   */
  #meet(conversation) {
    const { call, tools } = this.#options;
    if (this.#conversation !== conversation) {
      if (this.#conversation) this.board.clear();
      this.#asked = { room: "", mine: "" };
    }
    this.#conversation = conversation;
    tools.announce((wish) => call.tell(wish));
    this.askModes();
  }

  /** @param {WorkNews} news */
  #receive(news) {
    const { tools, tell } = this.#options;
    if (news.kind === "tool-call") tools.run(news);
    else if (news.kind === "tool-cancel") tools.cancel(news.id);
    else if (news.kind === "etiquette-state") this.etiquette.show(news);
    else this.board.show(news);
    if (news.kind !== "tool-cancel") tell(news.kind === "etiquette-state" ? "etiquette" : news.kind, detailOf(news));
  }
}

/** A message without what only the wire needs. @param {WorkNews | WorkWish} message */
function detailOf(message) {
  const { v: _version, kind: _kind, ...detail } = message;
  return detail;
}
