// @ts-check
/** Being heard only while a key or a button is held. Knows the microphone, the keys and the agent's door. */

import { WIRE_VERSION } from "./wire.js";

const INTERACTIVE = "a[href], button, input, select, textarea, summary, iframe, [contenteditable], [role='slider']";

/**
 * @typedef {object} TalkOptions
 * @property {import("./media.js").LocalMedia} media
 * @property {(wish: import("./wire-work.js").PushToTalk) => boolean} send
 * @property {AbortSignal} signal
 */

export class PushToTalk {
  #options;
  #wasMuted = false;
  isOn = false;
  isHeld = false;

  /** @param {TalkOptions} options */
  constructor(options) {
    this.#options = options;
    const { signal } = options;
    window.addEventListener("keydown", (event) => this.#onKey(event, true), { signal });
    window.addEventListener("keyup", (event) => this.#onKey(event, false), { signal });
    // A key let go of in another window is never told to this one.
    window.addEventListener("blur", () => this.release(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.release(), { signal });
  }

  /** @param {boolean} isOn */
  turn(isOn) {
    if (isOn === this.isOn) return;
    const { media } = this.#options;
    if (isOn) this.#wasMuted = media.isMuted;
    this.isOn = isOn;
    this.isHeld = false;
    media.setMuted(isOn || this.#wasMuted);
    this.#tell();
  }

  /** Makes a button one to hold, by pointer or by space and enter. @param {HTMLElement} node */
  bind(node) {
    const { signal } = this.#options;
    node.addEventListener(
      "pointerdown",
      (event) => {
        if (!this.isOn || event.button !== 0) return;
        node.setPointerCapture(event.pointerId);
        this.hold();
      },
      { signal },
    );
    for (const type of ["pointerup", "pointercancel", "lostpointercapture"])
      node.addEventListener(type, () => this.release(), { signal });
    const onKey = (/** @type {KeyboardEvent} */ event, /** @type {boolean} */ isDown) => {
      if (!this.isOn || (event.key !== " " && event.key !== "Enter")) return;
      event.preventDefault();
      if (isDown) this.hold();
      else this.release();
    };
    node.addEventListener("keydown", (event) => onKey(event, true), { signal });
    node.addEventListener("keyup", (event) => onKey(event, false), { signal });
    node.addEventListener("contextmenu", (event) => this.isOn && event.preventDefault(), { signal });
  }

  hold() {
    if (!this.isOn || this.isHeld) return;
    this.isHeld = true;
    this.#options.media.setMuted(false);
    this.#tell();
  }

  release() {
    if (!this.isHeld) return;
    this.isHeld = false;
    this.#options.media.setMuted(true);
    this.#tell();
  }

  /** Says it again to an agent that has just come. */
  announce() {
    if (this.isOn) this.#options.send({ v: WIRE_VERSION, kind: "push-to-talk", on: this.isOn, held: this.isHeld });
  }

  #tell() {
    this.#options.send({ v: WIRE_VERSION, kind: "push-to-talk", on: this.isOn, held: this.isHeld });
  }

  /**
   * Space belongs to whatever is focused, except when nothing there would take it.
   * @param {KeyboardEvent} event
   * @param {boolean} isDown
   */
  #onKey(event, isDown) {
    if (event.key !== " " || !this.isOn || event.defaultPrevented || event.isComposing) return;
    if (!isDown) return this.release();
    const target = event.composedPath()[0];
    if (target instanceof Element && target.closest(INTERACTIVE)) return;
    event.preventDefault(); // or the page would scroll
    this.hold();
  }
}
