// @ts-check
/** The call as it is seen: who is here, what is said, and the buttons. */

import { Board } from "./board.js";
import { Conversation } from "./conversation.js";
import { monotonicClock } from "./clock.js";
import { Controls } from "./controls.js";
import { button, element } from "./dom.js";
import { Stage } from "./stage.js";
import { fill } from "./strings.js";
import { WIRE_VERSION } from "./wire.js";

/**
 * @typedef {object} CallViewOptions
 * @property {import("./call.js").Call} call
 * @property {import("./media.js").LocalMedia} media
 * @property {import("./strings.js").Strings} strings
 * @property {import("./notices.js").Notices} notices
 * @property {string} room
 * @property {string} link what invites somebody; empty when the page around is not ours to hand out
 * @property {import("./device-notices.js").DeviceNotices} devices
 * @property {() => void} onLeave
 */

export class CallView {
  #options;
  #scope = new AbortController();
  #controls;
  #conversation;
  #board;
  #conversationId = "";
  node;

  /** @param {CallViewOptions} options */
  constructor(options) {
    this.#options = options;
    const { call, media, strings, room, devices, onLeave, link } = options;
    const { signal } = this.#scope;
    const stage = new Stage(call, media, strings, signal);
    this.#conversation = new Conversation({ strings, room, onSend: (text) => this.#send(text) });
    this.#controls = new Controls({ media, strings, devices, signal, onLeave, onSilence: () => this.silence() });
    this.#board = new Board({
      strings,
      now: () => monotonicClock.now(),
      send: (wish) => this.#wish(wish),
      whisper: (text) => options.notices.whisper(text),
      onBroken: (message) => call.tell({ v: WIRE_VERSION, kind: "error", code: "ui", message }),
    });
    const invite = button({ label: strings.copyLink, sign: "link", look: "quiet", run: () => this.#copyLink() });
    const head = element(
      "header",
      { class: "head", part: "header" },
      element("h2", {}, fill(strings.room, { room })),
    );
    if (link) head.append(invite);
    this.node = element(
      "section",
      { class: "in-call", part: "call" },
      head,
      stage.node,
      this.#board.node,
      this.#conversation.node,
      this.#controls.node,
    );
    call.on("said", (said) => this.#conversation.add(said, said.speaker.id === call.me?.id), { signal });
    call.on("work", (news) => this.#board.show(news), { signal });
    call.on("welcomed", ({ conversation }) => this.#meetAgent(conversation), { signal });
    call.on("changed", () => this.#controls.setCanSilence(call.canSilence), { signal });
    this.#controls.setCanSilence(call.canSilence);
    window.addEventListener("keydown", (event) => this.#onKey(event), { signal });
    stage.update();
  }

  silence() {
    const { call, notices, strings } = this.#options;
    if (call.silence()) notices.whisper(strings.silenced);
  }

  focus() {
    this.#controls.focus();
  }

  close() {
    this.#scope.abort();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing && !this.#controls.isDialogOpen)
      this.silence();
  }

  /** An agent that begins another conversation knows nothing of what is shown. @param {string} conversation */
  #meetAgent(conversation) {
    if (this.#conversationId && this.#conversationId !== conversation) this.#board.clear();
    this.#conversationId = conversation;
  }

  /** @param {import("./wire-work.js").WorkWish} wish */
  #wish(wish) {
    const { call, notices, strings } = this.#options;
    const isSent = call.tell(wish);
    if (!isSent) notices.show("wish", { text: strings.agentNotReached, tone: "trouble" });
    return isSent;
  }

  /** @param {string} text */
  #send(text) {
    const { call, notices, strings } = this.#options;
    const isSent = call.type(text);
    if (isSent) notices.clear("typing");
    else notices.show("typing", { text: strings.notSent, tone: "trouble" });
    return isSent;
  }

  async #copyLink() {
    const { notices, strings, link } = this.#options;
    try {
      await navigator.clipboard.writeText(link);
      notices.show("link", { text: strings.linkCopied });
    } catch {
      notices.show("link", { text: `${strings.linkNotCopied} ${link}` }); // no clipboard without a secure context
    }
  }
}
