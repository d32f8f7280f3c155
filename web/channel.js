// @ts-check
/** The two data channels to one peer: reliable events and lossy state. */

import { Emitter } from "./emitter.js";
import { Assembler, cutMessage } from "./pieces.js";
import { readMessage, WIRE_VERSION, WireError } from "./wire.js";

/**
 * @typedef {import("./wire.js").WireMessage} WireMessage
 * @typedef {{open: {}, message: WireMessage}} ChannelEvents
 */

/** @extends {Emitter<ChannelEvents>} */
export class Channel extends Emitter {
  /** @type {RTCDataChannel} */ #events;
  /** @type {RTCDataChannel} */ #state;
  #assembler = new Assembler();
  #num_sent = 0;
  num_unknown = 0;
  num_malformed = 0;

  /** Must be called before the first offer, so that the data m-line is in it. @param {RTCPeerConnection} rtc */
  constructor(rtc) {
    super();
    this.#events = rtc.createDataChannel("alongside", { negotiated: true, id: 0 });
    this.#state = rtc.createDataChannel("alongside-state", {
      negotiated: true,
      id: 1,
      ordered: false,
      maxRetransmits: 0,
    });
    for (const channel of [this.#events, this.#state]) {
      channel.addEventListener("message", ({ data }) => this.receive(data));
    }
    this.#events.addEventListener("open", () => this.emit("open", {}));
  }

  get isOpen() {
    return this.#events.readyState === "open";
  }

  /** Sends on the reliable channel; false when it is not open. @param {WireMessage} message */
  send(message) {
    if (!this.isOpen) return false;
    for (const text of cutMessage(message, `m-${this.#num_sent++}`)) this.#events.send(text);
    return true;
  }

  /**
   * Takes one text as it came; what is malformed is answered, what is unknown is counted.
   * @param {unknown} data
   */
  receive(data) {
    try {
      const message = readMessage(readJson(data));
      if (message === null) this.num_unknown += 1;
      else if (message.kind === "piece") this.#receivePiece(message);
      else this.emit("message", message);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.num_malformed += 1;
      this.#answer(error, data);
    }
  }

  /** @param {import("./wire.js").Piece} piece */
  #receivePiece(piece) {
    const text = this.#assembler.add(piece);
    if (text === null) return;
    const message = readMessage(readJson(text));
    if (message === null) this.num_unknown += 1;
    else if (message.kind === "piece") throw new WireError("data", "a message that is not a piece itself");
    else this.emit("message", message);
  }

  /**
   * An error is never answered with an error, or two sides could go on for ever.
   * @param {WireError} error
   * @param {unknown} data
   */
  #answer(error, data) {
    if (typeof data === "string" && data.includes('"error"')) return;
    this.send({ v: WIRE_VERSION, kind: "error", code: "bad-message", message: error.message });
  }
}

/** @param {unknown} data @returns {unknown} */
function readJson(data) {
  if (typeof data !== "string") throw new WireError("message", "text, not binary");
  try {
    return JSON.parse(data);
  } catch {
    throw new WireError("message", "JSON");
  }
}
