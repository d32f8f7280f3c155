// @ts-check
/** What the conversation is about, as the interpreter is told; everybody in the room may say it. */

import { element } from "../dom.js";
import { WIRE_VERSION } from "../wire.js";
import { MAX_TOPIC_CHARS } from "../wire-interpretation.js";

/**
 * @typedef {object} TopicOptions
 * @property {import("../strings.js").Strings} strings
 * @property {(wish: import("../wire-interpretation.js").InterpretationWish) => boolean} send
 */

export class TopicBox {
  #options;
  #text = element("input", { type: "text", maxlength: String(MAX_TOPIC_CHARS), part: "input" });
  #now = "";
  node;

  /** @param {TopicOptions} options */
  constructor(options) {
    this.#options = options;
    this.node = element("label", { class: "field" }, element("span", {}, options.strings.topic), this.#text);
    this.#text.addEventListener("change", () => this.#tell());
  }

  /** What is being typed stays. @param {import("../wire-interpretation.js").TopicNow} topic */
  show({ text }) {
    if (this.#text.value === this.#now) this.#text.value = text;
    this.#now = text;
  }

  #tell() {
    const text = this.#text.value.trim();
    if (this.#options.send({ v: WIRE_VERSION, kind: "topic-edit", text })) this.#text.value = this.#now = text;
  }
}
