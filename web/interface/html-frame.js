// @ts-check
/**
 * HTML somebody else wrote, in a frame of its own: opaque origin, no network, no way out. What the frame holds is
 * decided in `frame.html`; here it is given its document and a place as high as it asks for, within bounds.
 */

import { monotonicClock } from "../clock.js";
import { element } from "../dom.js";
import { isFields, isName, isNumber } from "../fields.js";
import { isSendable } from "../wire-work.js";

const ADDRESS = new URL("../frame.html", import.meta.url).href;
const LEAST_PX = 24;
const MOST_PX = 640;
const READY_MS = 8000;
const ACTION_MS = 250; // two acts within it are one
const PRESS_MS = 200;
const MAX_ACTION_CHARS = 64;
const CALL = "call"; // the act of a tool's view that wants a tool of its own server used
const MAX_CALLS = 8; // that wait for an answer

/**
 * @typedef {object} FrameOptions
 * @property {string} title
 * @property {(action: string, value: unknown) => void} onAct
 * @property {() => void} onFail the frame could not be had
 * @property {AbortSignal} signal
 * @property {import("../clock.js").Clock} [clock]
 */

export class HtmlFrame {
  #html = "";
  /** @type {import("../fields.js").Fields | undefined} */ #app;
  #isReady = false;
  #isWaiting = false; // for word of a press
  #actedAt_ms = -ACTION_MS;
  /** @type {Map<string, unknown>} the document's own id of each call, by ours */ #calls = new Map();
  #options;
  #clock;
  node;

  /** @param {FrameOptions} options */
  constructor(options) {
    this.#options = options;
    const { title, signal, onFail, clock = monotonicClock } = options;
    this.#clock = clock;
    this.node = element("iframe", {
      class: "ui-frame",
      title,
      sandbox: "allow-scripts",
      referrerpolicy: "no-referrer",
      allow: "",
    });
    window.addEventListener("message", (event) => this.#receive(event), { signal });
    this.node.src = ADDRESS; // removed from the page and put back, it loads again and asks again
    const cancel = clock.after(READY_MS, () => !this.#isReady && onFail());
    signal.addEventListener("abort", cancel, { once: true });
  }

  /**
   * @param {string} html a whole document or a part of one
   * @param {import("../fields.js").Fields} [app] what a tool's view is told of the tool's call
   */
  show(html, app) {
    this.#html = html;
    this.#app = app;
    this.#send();
  }

  /** @param {{id: string, result?: import("../fields.js").Fields, error?: string}} answer */
  settle({ id, result, error }) {
    if (!this.#calls.has(id)) return;
    this.#tell({ kind: "called", id: this.#calls.get(id), result, error });
    this.#calls.delete(id);
  }

  #send() {
    if (!this.#isReady || !this.#html) return;
    const isDark = isDarkColour(getComputedStyle(this.node).color);
    this.#calls.clear(); // a new document knows nothing of what the one before asked
    this.#tell({ kind: "html", html: this.#html, app: this.#app, isDark });
  }

  /** @param {object} message */
  #tell(message) {
    // The frame's origin is opaque, so it cannot be named here; the window it goes to is the frame's own.
    this.node.contentWindow?.postMessage(message, "*");
  }

  /** @param {MessageEvent} event */
  #receive({ source, data }) {
    if (source === null || source !== this.node.contentWindow || !isFields(data)) return;
    if (data.kind === "ready") {
      this.#isReady = true;
      this.#send();
    } else if (data.kind === "size" && isNumber(data.height_px)) {
      const height_px = Math.min(MOST_PX, Math.max(LEAST_PX, Math.ceil(data.height_px)));
      this.node.style.blockSize = `${height_px}px`;
    } else if (data.kind === "act") this.#judge(data);
  }

  /**
   * Only what follows a press inside the frame is passed on. Another process may draw the frame, and word of the press
   * come after the message; so it is looked for again a moment later.
   * @param {import("../fields.js").Fields} data
   */
  #judge(data) {
    const tell = () => {
      const isPassed = this.#isPressed() && this.#act(data);
      const isAnsweredLater = isPassed && data.action === CALL;
      if (data.id !== undefined && !isAnsweredLater) this.#tell({ kind: "acted", id: data.id, isPassed });
    };
    if (this.#isPressed() || this.#isWaiting) return tell();
    this.#isWaiting = true;
    this.#clock.after(PRESS_MS, () => {
      this.#isWaiting = false;
      tell();
    });
  }

  #isPressed() {
    const root = /** @type {ShadowRoot | Document} */ (this.node.getRootNode());
    return navigator.userActivation?.isActive !== false && root.activeElement === this.node;
  }

  /**
   * Not faster than people press; whether it was passed on.
   * @param {import("../fields.js").Fields} data
   */
  #act({ action, value, id }) {
    const now_ms = this.#clock.now();
    const isNamed = typeof action === "string" && action !== "" && action.length <= MAX_ACTION_CHARS;
    if (!isNamed || now_ms - this.#actedAt_ms < ACTION_MS) return false;
    const asked = action === CALL ? this.#noteCall(value, id) : (value ?? null);
    if (asked === undefined) return false;
    this.#actedAt_ms = now_ms;
    this.#options.onAct(action, asked);
    return true;
  }

  /**
   * What the agent is asked for, under an id of ours; undefined when the view may not ask, or asks for nothing.
   * @param {unknown} value
   * @param {unknown} theirs
   */
  #noteCall(value, theirs) {
    if (!this.#app || theirs === undefined || this.#calls.size >= MAX_CALLS || !isFields(value)) return undefined;
    const { name, arguments: given } = value;
    const id = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16)).join("-");
    const asked = { id, name, arguments: given };
    if (!isName(name) || !isFields(given) || !isSendable(asked)) return undefined;
    this.#calls.set(id, theirs);
    return asked;
  }
}

/** Whether text of this colour is made for a dark ground. @param {string} colour as the browser computed it */
function isDarkColour(colour) {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return red + green + blue > 384;
}
