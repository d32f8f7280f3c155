// @ts-check
/** The WebSocket to the signaling server: join, resume after a drop, back off. Knows nothing of media. */

import { monotonicClock } from "./clock.js";
import { Emitter } from "./emitter.js";

export const SIGNALING_VERSION = 1;
export const FIRST_DELAY_MS = 250;
export const MAX_DELAY_MS = 8000;
const SOCKET_OPEN = 1; // WebSocket.OPEN, where there may be no WebSocket class
const JOIN_TIMEOUT_MS = 10_000;
const MAX_WAITING = 256; // messages kept while the socket is away; the oldest is dropped
/** After these there is no point in trying again by itself. */
const FINAL_CODES = new Set(["bad-token", "room-full", "too-many-rooms", "version", "duplicate-tab"]);

/**
 * @typedef {{microphone: boolean, camera: boolean, screen: boolean}} SentMedia
 * @typedef {{id: string, order: number, name: string, role: "participant" | "agent", media?: SentMedia}} Participant
 * @typedef {{urls: string[], username?: string, credential?: string}} IceServer
 * @typedef {{type: "joined", you: Participant, room: string, resume: string, participants: Participant[],
 *   ice_servers: IceServer[], resumed: boolean}} Joined
 * @typedef {{type: "description", from: string, connection: string, description: RTCSessionDescriptionInit}} Described
 * @typedef {{type: "candidate", from: string, connection: string, candidate: RTCIceCandidateInit | null}} Candidate
 * @typedef {{type: "agent-status", status: "coming" | "here" | "unavailable", reason?: string}} AgentStatus
 * @typedef {{type: "participant-joined" | "participant-updated", participant: Participant}} Presence
 * @typedef {{type: "participant-left", id: string, reason: string}} Left
 * @typedef {{type: "error", code: string, message: string, retry_after_s?: number}} SignalingProblem
 * @typedef {{type: "bye", reason: string}} Bye
 * @typedef {Joined | Described | Candidate | AgentStatus | Presence | Left | SignalingProblem | Bye} ServerMessage
 * @typedef {{room: string, name: string, getToken: () => Promise<string>, resume: string | null}} Admission
 * @typedef {{message: ServerMessage, lost: {retry_ms: number}, ended: {code: string, message: string}}} SignalingEvents
 * @typedef {Pick<WebSocket, "send" | "close" | "readyState" | "addEventListener">} Socket
 */

/** @extends {Emitter<SignalingEvents>} */
export class Signaling extends Emitter {
  #url;
  #admission;
  #clock;
  #openSocket;
  #random;
  /** @type {Socket | null} */ #socket = null;
  /** @type {string[]} */ #waiting = [];
  /** @type {() => void} */ #cancelRetry = () => {};
  /** @type {() => void} */ #cancelJoinTimeout = () => {};
  #num_attempts = 0;
  #isJoined = false;
  #isEnded = false;

  /**
   * @param {string} url of the WebSocket
   * @param {Admission} admission
   * @param {{clock?: import("./clock.js").Clock, openSocket?: (url: string) => Socket,
   *   random?: () => number}} [options]
   */
  constructor(
    url,
    admission,
    { clock = monotonicClock, openSocket = (url) => new WebSocket(url), random = Math.random } = {},
  ) {
    super();
    this.#url = url;
    this.#admission = { ...admission };
    this.#clock = clock;
    this.#openSocket = openSocket;
    this.#random = random;
  }

  get resume() {
    return this.#admission.resume;
  }

  /** Connects, or at once anew when a way back may have opened. The resume token keeps the place in the room. */
  connect() {
    if (this.#isEnded) return;
    this.#drop();
    const socket = this.#openSocket(this.#url);
    this.#socket = socket;
    const isCurrent = () => this.#socket === socket;
    socket.addEventListener("open", () => isCurrent() && this.#join(socket));
    socket.addEventListener(
      "message",
      (event) => isCurrent() && this.#receive(/** @type {MessageEvent} */ (event).data),
    );
    socket.addEventListener("close", () => isCurrent() && this.#retry());
    this.#cancelJoinTimeout = this.#clock.after(JOIN_TIMEOUT_MS, () => isCurrent() && this.#retry());
  }

  /** Connects anew if it seems connected: a socket whose network went away does not notice by itself. */
  renew() {
    if (this.#isJoined) this.connect();
  }

  /**
   * Sends now, or after the next resume while the socket is away.
   * @param {{type: string, [key: string]: unknown}} message
   */
  send(message) {
    const text = JSON.stringify(message);
    if (this.#isJoined && this.#socket?.readyState === SOCKET_OPEN) this.#socket.send(text);
    else {
      this.#waiting.push(text);
      if (this.#waiting.length > MAX_WAITING) this.#waiting.shift();
    }
  }

  /** Leaves the room for good. */
  leave() {
    if (this.#isJoined) this.send({ type: "leave" });
    this.#end();
  }

  /** @param {Socket} socket */
  async #join(socket) {
    const { room, name, resume, getToken } = this.#admission;
    try {
      const token = await getToken();
      if (this.#socket !== socket) return;
      const join = { type: "join", v: SIGNALING_VERSION, room, token };
      socket.send(JSON.stringify({ ...join, ...(name && { name }), ...(resume && { resume }) }));
    } catch (error) {
      if (this.#socket === socket)
        this.#finish("no-token", String(error instanceof Error ? error.message : error));
    }
  }

  /** @param {string} data */
  #receive(data) {
    /** @type {ServerMessage} */
    let message;
    try {
      message = JSON.parse(data);
    } catch {
      return; // what our own server cannot have said is not worth ending a call for
    }
    if (message.type === "joined") this.#enter(message);
    if (message.type === "error" && this.#isHandled(message)) return;
    if (message.type === "bye")
      return message.reason === "replaced" ? this.#finish("replaced", "") : this.#retry();
    this.emit("message", message);
  }

  /** @param {Joined} joined */
  #enter(joined) {
    this.#cancelJoinTimeout();
    this.#admission.resume = joined.resume;
    this.#num_attempts = 0;
    this.#isJoined = true;
    const waiting = this.#waiting.splice(0);
    if (joined.resumed) for (const text of waiting) this.#socket?.send(text);
  }

  /** True when the error belongs to joining, and is dealt with here. @param {SignalingProblem} problem */
  #isHandled(problem) {
    if (this.#isJoined && problem.code !== "duplicate-tab") return false;
    if (FINAL_CODES.has(problem.code)) this.#finish(problem.code, problem.message);
    else {
      if (problem.code === "resume-expired") this.#admission.resume = null;
      this.#retry((problem.retry_after_s ?? 0) * 1000);
    }
    return true;
  }

  #retry(least_ms = 0) {
    this.#drop();
    const delay_ms = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#num_attempts);
    this.#num_attempts += 1;
    const retry_ms = Math.max(least_ms, delay_ms * (0.5 + this.#random() / 2));
    this.#cancelRetry = this.#clock.after(retry_ms, () => this.connect());
    this.emit("lost", { retry_ms });
  }

  /** @param {string} code @param {string} message */
  #finish(code, message) {
    if (this.#isEnded) return;
    this.#end();
    this.emit("ended", { code, message });
  }

  #end() {
    this.#isEnded = true;
    this.#drop();
  }

  #drop() {
    this.#cancelRetry();
    this.#cancelJoinTimeout();
    this.#isJoined = false;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }
}
