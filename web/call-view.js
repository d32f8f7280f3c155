// @ts-check
/** The call as it is seen: who is here, what is said, and the buttons. */

import { Conversation } from "./conversation.js";
import { Controls } from "./controls.js";
import { Desk } from "./desk.js";
import { button, element } from "./dom.js";
import { PushToTalk } from "./push-to-talk.js";
import { Stage } from "./stage.js";
import { Interpretation } from "./interpretation/interpretation.js";
import { fill } from "./strings.js";

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
 * @property {import("./client-tools.js").ClientTools} tools
 * @property {(whose: "room" | "mine") => string} wantedMode
 * @property {() => string} wantedLanguage
 * @property {() => string} wantedBooth
 * @property {() => string} wantedTopic
 * @property {import("./playback.js").Playback} playback
 * @property {(type: string, detail: object) => void} tell
 */

export class CallView {
  #options;
  #scope = new AbortController();
  #controls;
  #conversation;
  #desk;
  #talk;
  #interpretation;
  node;

  /** @param {CallViewOptions} options */
  constructor(options) {
    this.#options = options;
    const { call, media, strings, room, devices, onLeave, link } = options;
    const { signal } = this.#scope;
    const stage = new Stage(call, media, strings, signal);
    this.#desk = new Desk({ ...options, signal });
    this.#talk = new PushToTalk({ media, signal, send: (wish) => call.tell(wish) });
    this.#conversation = new Conversation({ strings, room, onSend: (text) => this.#send(text) });
    this.#interpretation = new Interpretation({ ...options, conversation: this.#conversation, signal });
    this.#controls = new Controls({
      media,
      strings,
      devices,
      signal,
      onLeave,
      talk: this.#talk,
      onSilence: () => this.silence(),
    });
    const invite = button({ label: strings.copyLink, sign: "link", look: "quiet", run: () => this.#copyLink() });
    const head = element(
      "header",
      { class: "head", part: "header" },
      element("h2", {}, fill(strings.room, { room })),
    );
    const side = element("div", { class: "side" }, this.#interpretation.node, this.#desk.etiquette.node);
    if (link) side.append(invite);
    head.append(side);
    this.node = element(
      "section",
      { class: "in-call", part: "call" },
      head,
      stage.node,
      this.#desk.board.node,
      this.#conversation.node,
      this.#interpretation.booth,
      this.#controls.node,
    );
    call.on("said", (said) => this.#conversation.add(said, said.speaker.id === call.me?.id), { signal });
    call.on("welcomed", () => this.#talk.announce(), { signal });
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

  /** Being heard only while a key is held. @param {boolean} isOn */
  setPushToTalk(isOn) {
    this.#talk.turn(isOn);
  }

  /** The embedding page asks for another etiquette, the room's or this person's. */
  askModes() {
    this.#desk.askModes();
  }

  /** The embedding page asks for another language. */
  askLanguage() {
    this.#interpretation.ask();
  }

  /** The embedding page seats this person in another booth. */
  askBooth() {
    this.#interpretation.askBooth();
  }

  /** The embedding page says that the conversation is about something else. */
  askTopic() {
    this.#interpretation.askTopic();
  }

  close() {
    this.#talk.turn(false);
    this.#scope.abort();
  }

  get #isDialogOpen() {
    return this.node.querySelector("dialog[open]") !== null;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing && !this.#isDialogOpen)
      this.silence();
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
