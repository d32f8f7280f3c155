// @ts-check
/** My connection to one participant, through every fresh RTCPeerConnection it may need. Knows no DOM. */

import { Channel } from "./channel.js";
import { monotonicClock } from "./clock.js";
import { Emitter } from "./emitter.js";
import { Lines } from "./lines.js";
import { Peer } from "./peer.js";
import { WIRE_VERSION } from "./wire.js";

const FIRST_REOPEN_MS = 500;
const MAX_REOPEN_MS = 8000;

/**
 * @typedef {import("./lines.js").Line} Line
 * @typedef {import("./lines.js").ReceivedLine} ReceivedLine
 * @typedef {"connecting" | "connected" | "lost"} LinkState
 * @typedef {object} LinkOptions
 * @property {string} to participant id
 * @property {boolean} isAgent
 * @property {boolean} isPolite
 * @property {import("./lines.js").Tracks} tracks read whenever a connection opens
 * @property {() => RTCPeerConnection} createRtc
 * @property {(message: {type: string, [key: string]: unknown}) => void} send to the signaling server
 * @property {import("./clock.js").Clock} [clock]
 * @typedef {{id: string, rtc: RTCPeerConnection, peer: Peer, lines: Lines, channel: Channel, source: string,
 *   isMine: boolean}} Connection
 */

/**
 * @extends {Emitter<{state: {state: LinkState}, track: {line: ReceivedLine, track: MediaStreamTrack},
 *   message: import("./wire.js").WireMessage, open: {}}>}
 */
export class Link extends Emitter {
  #options;
  #clock;
  /** @type {Connection | null} */ #connection = null;
  /** @type {() => void} */ #cancelReopen = () => {};
  #num_failures = 0;
  #hearsInterpretation = false;
  /** @type {LinkState} */ state = "connecting";

  /** @param {LinkOptions} options */
  constructor(options) {
    super();
    this.#options = options;
    this.#clock = options.clock ?? monotonicClock;
  }

  /** Opens a fresh connection and drops the one before. */
  open() {
    const connection = this.#begin(newConnectionId(), true);
    connection.lines.offer(this.#options.tracks);
    if (this.#hearsInterpretation) connection.lines.receiveInterpretation();
  }

  /** @param {string} id @param {RTCSessionDescriptionInit} description */
  async receiveDescription(id, description) {
    const current = this.#connection;
    if (current?.id === id) return current.peer.receiveDescription(description);
    if (description.type !== "offer") return; // an answer to a connection dropped since
    // Both sides opened at once: perfect negotiation's rule, one level up.
    if (current?.isMine && current.peer.isUnanswered && !this.#options.isPolite) return;
    await this.#begin(id, false).peer.receiveDescription(description);
  }

  /** @param {string} id @param {RTCIceCandidateInit | null} candidate */
  async receiveCandidate(id, candidate) {
    if (this.#connection?.id === id) await this.#connection.peer.receiveCandidate(candidate);
  }

  /** @param {Line} line @param {MediaStreamTrack | null} track */
  async setTrack(line, track) {
    const connection = this.#connection;
    if (!connection) return;
    await connection.lines.set(line, track);
    this.#tellSource(connection);
  }

  /** Takes the agent's interpretation too, on this connection and those after it. */
  receiveInterpretation() {
    this.#hearsInterpretation = true;
    this.#connection?.lines.receiveInterpretation();
  }

  /** False when nothing could be sent now. @param {import("./wire.js").WireMessage} message */
  sendMessage(message) {
    return this.#connection?.channel.send(message) ?? false;
  }

  /** Whether messages reach the peer now. */
  get isOpen() {
    return this.#connection?.channel.isOpen ?? false;
  }

  /** The receiver's own measure of how loud the peer is, 0 to 1; null when nothing plays. */
  get heardLevel() {
    const receivers = this.#connection?.rtc.getReceivers() ?? [];
    const audio = receivers.find((receiver) => receiver.track.kind === "audio");
    return audio?.getSynchronizationSources()[0]?.audioLevel ?? null;
  }

  close() {
    this.#cancelReopen();
    this.#connection?.peer.close();
    this.#connection = null;
  }

  /** @param {string} id @param {boolean} isMine @returns {Connection} */
  #begin(id, isMine) {
    this.close();
    const { to, isAgent, isPolite, tracks, createRtc, send } = this.#options;
    const rtc = createRtc();
    const channel = new Channel(rtc);
    const lines = new Lines(rtc, { isAgent });
    const peer = new Peer({
      rtc,
      isPolite,
      clock: this.#clock,
      prepareAnswer: () => lines.adopt(tracks),
      send: (signal) =>
        "description" in signal
          ? send({ type: "description", to, connection: id, description: signal.description })
          : send({ type: "candidate", to, connection: id, candidate: signal.candidate }),
    });
    const connection = { id, rtc, peer, lines, channel, source: "", isMine };
    this.#connection = connection;
    this.#listen(connection);
    return connection;
  }

  /** @param {Connection} connection */
  #listen(connection) {
    const { rtc, peer, channel, lines } = connection;
    const isCurrent = () => this.#connection === connection;
    rtc.addEventListener("track", ({ transceiver, track }) => {
      const line = lines.lineOf(transceiver);
      if (isCurrent() && line) this.emit("track", { line, track });
    });
    peer.on("connected", () => {
      this.#num_failures = 0;
      this.#setState("connected");
    });
    peer.on("negotiated", () => isCurrent() && this.#tellSource(connection));
    peer.on("failed", () => isCurrent() && this.#reopenLater());
    channel.on("message", (message) => isCurrent() && this.emit("message", message));
    channel.on("open", () => {
      if (!isCurrent()) return;
      this.#tellSource(connection);
      this.emit("open", {});
    });
  }

  #reopenLater() {
    const delay_ms = this.#num_failures ? Math.min(MAX_REOPEN_MS, FIRST_REOPEN_MS * 2 ** this.#num_failures) : 0;
    this.#num_failures += 1;
    this.#setState("lost");
    this.close();
    this.#cancelReopen = this.#clock.after(delay_ms, () => this.open());
  }

  /**
   * The agent is told which mid is the screen and which the camera, whenever that changed.
   * @param {Connection} connection
   */
  #tellSource({ lines, channel, ...connection }) {
    if (!this.#options.isAgent) return;
    const source = { screen_mid: lines.midOf("screen"), camera_mid: lines.midOf("camera") };
    const text = JSON.stringify(source);
    if (text === connection.source || !channel.send({ v: WIRE_VERSION, kind: "source", ...source })) return;
    if (this.#connection) this.#connection.source = text;
  }

  /** @param {LinkState} state */
  #setState(state) {
    this.state = state;
    this.emit("state", { state });
  }
}

/** `crypto.randomUUID` is missing without a secure context; random bytes are not. */
function newConnectionId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join(
    "",
  );
}
