// @ts-check
/** Small real objects for the tests: a clock moved by hand, a socket one can hold both ends of, crossed connections. */

/** Satisfies `Clock`. */
export class HandClock {
  #now_ms = 0;
  /** @type {Set<{due_ms: number, action: () => void}>} */
  #timers = new Set();

  now = () => this.#now_ms;

  after = (/** @type {number} */ delay_ms, /** @type {() => void} */ action) => {
    const timer = { due_ms: this.#now_ms + delay_ms, action };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  };

  /** Moves on, running what falls due in its order. @param {number} by_ms */
  advance(by_ms) {
    const end_ms = this.#now_ms + by_ms;
    for (;;) {
      const due = [...this.#timers]
        .filter((timer) => timer.due_ms <= end_ms)
        .sort((a, b) => a.due_ms - b.due_ms)[0];
      if (!due) break;
      this.#timers.delete(due);
      this.#now_ms = due.due_ms;
      due.action();
    }
    this.#now_ms = end_ms;
  }
}

/** The client's end of a WebSocket; the test plays the server. */
export class HandSocket extends EventTarget {
  readyState = 0;
  /** @type {any[]} messages the client sent */
  sent = [];

  accept() {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }

  /** @param {object | string} message */
  deliver(message) {
    const data = typeof message === "string" ? message : JSON.stringify(message);
    this.dispatchEvent(new MessageEvent("message", { data }));
  }

  /** The network is gone: no close handshake. */
  cut() {
    this.readyState = 3;
    this.dispatchEvent(new Event("close"));
  }

  /** @param {string} data */
  send(data) {
    this.sent.push(JSON.parse(data));
  }

  close() {
    this.readyState = 3;
  }
}

/** The signaling half of an RTCPeerConnection, with the state machine of the W3C and none of the media. */
export class HandPeerConnection extends EventTarget {
  /** @type {RTCSignalingState} */ signalingState = "stable";
  /** @type {RTCPeerConnectionState} */ connectionState = "new";
  /** @type {{type: string, sdp: string} | null} */ localDescription = null;
  /** @type {{type: string, sdp: string} | null} */ remoteDescription = null;
  /** @type {(RTCIceCandidateInit | undefined)[]} */ candidates = [];
  /** @type {HandChannel[]} */ channels = [];
  isClosed = false;
  #num_descriptions = 0;
  #num_chained = 0;
  #isNeeded = false;
  /** @type {Promise<unknown>} the operations chain of the W3C */ #chain = Promise.resolve();

  /** @param {string} name stands in the SDP it makes */
  constructor(name = "") {
    super();
    this.name = name;
  }

  setLocalDescription() {
    return this.#enqueue(() => {
      const isAnswer = this.signalingState === "have-remote-offer";
      this.#num_descriptions += 1;
      this.localDescription = {
        type: isAnswer ? "answer" : "offer",
        sdp: `${this.name} ${this.#num_descriptions}`,
      };
      this.#move(isAnswer ? "stable" : "have-local-offer");
    });
  }

  /** @param {{type: string, sdp: string}} description */
  setRemoteDescription(description) {
    return this.#enqueue(() => {
      const { type } = description;
      if (type === "answer" && this.signalingState !== "have-local-offer")
        throw new Error(`answer in ${this.signalingState}`);
      this.remoteDescription = description; // an offer over our own rolls ours back, as browsers do
      this.#move(type === "offer" ? "have-remote-offer" : "stable");
    });
  }

  /** @param {RTCIceCandidateInit} [candidate] */
  addIceCandidate(candidate) {
    return this.#enqueue(() => {
      if (!this.remoteDescription) throw new Error("no remote description");
      this.candidates.push(candidate);
    });
  }

  /** @param {string} label @param {object} options */
  createDataChannel(label, options) {
    const channel = new HandChannel(label, options);
    this.channels.push(channel);
    return channel;
  }

  getTransceivers() {
    return [];
  }

  addTransceiver() {
    this.need();
    return { mid: null, sender: { track: null }, receiver: {} };
  }

  /** Asks for negotiation, once however often it is needed before the event comes. */
  need() {
    this.#isNeeded = true;
    queueMicrotask(() => this.#check());
  }

  /** @param {RTCPeerConnectionState} state */
  become(state) {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }

  close() {
    this.isClosed = true;
    this.signalingState = "closed";
  }

  /** @param {() => void} operation */
  #enqueue(operation) {
    this.#num_chained += 1;
    const done = this.#chain.then(() => {
      this.#num_chained -= 1;
      if (!this.isClosed) operation();
      queueMicrotask(() => this.#check());
    });
    this.#chain = done.catch(() => {});
    return done;
  }

  /** The event comes only between negotiations and while no operation waits. */
  #check() {
    if (!this.#isNeeded || this.#num_chained > 0 || this.signalingState !== "stable") return;
    this.#isNeeded = false;
    this.dispatchEvent(new Event("negotiationneeded"));
  }

  /** @param {RTCSignalingState} state */
  #move(state) {
    this.signalingState = state;
    this.dispatchEvent(new Event("signalingstatechange"));
  }
}

/** One end of a data channel; what it sends is kept. */
export class HandChannel extends EventTarget {
  readyState = "open";
  /** @type {string[]} */ sent = [];

  /** @param {string} label @param {object} options */
  constructor(label, options) {
    super();
    this.label = label;
    this.options = options;
  }

  /** @param {string} text */
  send(text) {
    this.sent.push(text);
  }
}

/** Numbers from a seed, so that what a run draws can be drawn again. @param {number} seed */
export function drawFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Lets everything that waits for nothing but its turn run. */
export async function settle() {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
