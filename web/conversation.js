// @ts-check
/** What was said and written, a box to write in, and the transcript to take along. */

import { button, element, setText } from "./dom.js";
import { fill } from "./strings.js";
import { clockTime, Transcript } from "./transcript.js";
import { MAX_TEXT_CHARS } from "./wire.js";

/** @typedef {import("./transcript.js").Said} Said */

export class Conversation {
  #strings;
  #onSend;
  #transcript = new Transcript();
  /** @type {Map<string, HTMLElement>} by caption id */
  #rows = new Map();
  /** @type {string | null} */ #language = null;
  #list;
  #box;
  #empty;
  /** Only what is finished is read out; interim captions change too often to listen to. */
  #spoken = element("div", { class: "unseen", "aria-live": "polite" });
  node;

  /**
   * @param {{strings: import("./strings.js").Strings, room: string, onSend: (text: string) => boolean}} options
   *   `onSend` is false when nobody could be reached
   */
  constructor({ strings, room, onSend }) {
    this.#strings = strings;
    this.#onSend = onSend;
    this.#list = element("ol", {
      class: "lines",
      part: "captions",
      tabindex: "0",
      "aria-label": strings.conversation,
    });
    this.#empty = element("p", { class: "empty soft" }, strings.conversationEmpty);
    this.#box = element("textarea", {
      rows: "1",
      maxlength: String(MAX_TEXT_CHARS),
      part: "input",
      "aria-label": strings.writeMessage,
      placeholder: strings.writeMessage,
    });
    const download = button({
      label: strings.download,
      sign: "download",
      look: "quiet",
      run: () => this.#download(room),
    });
    const head = element("header", {}, element("h2", {}, strings.conversation), download);
    this.node = element("section", { class: "conversation", part: "conversation" });
    this.node.append(head, this.#empty, this.#list, this.#layForm(), this.#spoken);
  }

  /** @param {Said} said @param {boolean} isMine */
  add(said, isMine) {
    const { line, removed } = this.#transcript.add(said);
    const isAtEnd = this.#list.scrollHeight - this.#list.scrollTop - this.#list.clientHeight < 48;
    for (const id of removed) this.#removeRow(id);
    if (line) this.#showRow(line, isMine);
    this.#empty.hidden = this.#rows.size > 0;
    if (isAtEnd) this.#list.scrollTop = this.#list.scrollHeight;
    const isHidden = line && this.#rows.get(line.id)?.classList.contains("other-language");
    if (line?.final && !isMine && !isHidden) this.#spoken.textContent = `${line.speaker.name}: ${line.text}`;
  }

  /** Hides what others said in another language than this; null shows all. @param {string | null} language */
  showOnly(language) {
    if (language === this.#language) return;
    this.#language = language;
    for (const line of this.#transcript.lines) this.#filter(line);
  }

  /** @param {Said} line */
  #filter({ id, language, speaker }) {
    const row = this.#rows.get(id);
    const isOther = this.#language !== null && language !== "und" && language !== this.#language;
    const isFiltered = isOther && speaker.role === "participant" && !row?.classList.contains("mine");
    row?.classList.toggle("other-language", isFiltered);
  }

  #layForm() {
    const form = element("form", { class: "write" }, this.#box);
    const send = button({ label: this.#strings.send, sign: "send", look: "primary", run: () => this.#send() });
    form.append(send);
    form.addEventListener("submit", (event) => event.preventDefault());
    this.#box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#send();
    });
    return form;
  }

  #send() {
    const text = this.#box.value.trim();
    if (text && this.#onSend(text)) this.#box.value = "";
    this.#box.focus();
  }

  /** @param {Said} line @param {boolean} isMine */
  #showRow(line, isMine) {
    const row = this.#rows.get(line.id) ?? this.#addRow(line, isMine);
    row.classList.toggle("interim", !line.final);
    row.classList.toggle("mine", isMine);
    setText(/** @type {Node} */ (row.querySelector(".who b")), line.speaker.name);
    setText(/** @type {Node} */ (row.querySelector(".who time")), clockTime(line.start_ms));
    setText(/** @type {Node} */ (row.querySelector(".text")), line.text);
    if (line.language !== "und") row.querySelector(".text")?.setAttribute("lang", line.language);
    this.#filter(line);
  }

  /** @param {Said} line @param {boolean} isMine */
  #addRow({ id, speaker, start_ms, isTyped }, isMine) {
    const time = element("time", {}, clockTime(start_ms));
    const who = element("div", { class: "who" }, element("b", {}, speaker.name), time);
    if (isTyped) who.append(element("span", { class: "typed" }, this.#strings.typed));
    const row = element("li", { class: `line ${speaker.role} ${isMine ? "mine" : ""}`, part: "caption" }, who);
    row.append(element("p", { class: "text", dir: "auto" }));
    this.#rows.set(id, row);
    this.#list.append(row);
    return row;
  }

  /** @param {string} id */
  #removeRow(id) {
    this.#rows.get(id)?.remove();
    this.#rows.delete(id);
  }

  /** @param {string} room */
  #download(room) {
    const url = URL.createObjectURL(new Blob([this.#transcript.toText()], { type: "text/plain;charset=utf-8" }));
    element("a", { href: url, download: fill(this.#strings.downloadName, { room }) }).click();
    URL.revokeObjectURL(url);
  }
}
