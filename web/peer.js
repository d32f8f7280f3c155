// @ts-check
/** One RTCPeerConnection, negotiated by the W3C's perfect-negotiation pattern. Knows no DOM and no rooms. */

import { monotonicClock } from "./clock.js";
import { Emitter } from "./emitter.js";

export const DISCONNECTED_GRACE_MS = 3000;
export const CONNECT_TIMEOUT_MS = 20_000;

/**
 * @typedef {{description: RTCSessionDescription} | {candidate: RTCIceCandidate | null}} PeerSignal
 * @typedef {object} PeerOptions
 * @property {RTCPeerConnection} rtc
 * @property {boolean} isPolite gives way when both sides offer at once
 * @property {(signal: PeerSignal) => void} send
 * @property {() => Promise<void>} [prepareAnswer] runs between the peer's offer and our answer
 * @property {import("./clock.js").Clock} [clock]
 */

/** @extends {Emitter<{connected: {}, failed: {}, negotiated: {}}>} */
export class Peer extends Emitter {
  #rtc;
  #isPolite;
  #send;
  #prepareAnswer;
  #clock;
  #isMakingOffer = false;
  #isIgnoringOffer = false;
  #isSettingRemoteAnswer = false;
  #isClosed = false;
  /** @type {() => void} */ #cancelDeadline;
  /** True until anything came back from the peer. */
  isUnanswered = true;

  /** @param {PeerOptions} options */
  constructor({ rtc, isPolite, send, prepareAnswer = async () => {}, clock = monotonicClock }) {
    super();
    this.#rtc = rtc;
    this.#isPolite = isPolite;
    this.#send = send;
    this.#prepareAnswer = prepareAnswer;
    this.#clock = clock;
    this.#cancelDeadline = clock.after(CONNECT_TIMEOUT_MS, () => this.#fail());
    rtc.addEventListener("negotiationneeded", () => this.#offer());
    rtc.addEventListener("icecandidate", ({ candidate }) => this.#isClosed || send({ candidate }));
    rtc.addEventListener("connectionstatechange", () => this.#watch());
    rtc.addEventListener(
      "signalingstatechange",
      () => rtc.signalingState === "stable" && this.emit("negotiated", {}),
    );
  }

  /** @param {RTCSessionDescriptionInit} description as it came from the peer */
  async receiveDescription(description) {
    this.isUnanswered = false;
    const rtc = this.#rtc;
    const isReadyForOffer =
      !this.#isMakingOffer && (rtc.signalingState === "stable" || this.#isSettingRemoteAnswer);
    this.#isIgnoringOffer = !this.#isPolite && description.type === "offer" && !isReadyForOffer;
    if (this.#isIgnoringOffer) return;
    this.#isSettingRemoteAnswer = description.type === "answer";
    await this.#attempt(async () => {
      try {
        await rtc.setRemoteDescription(description);
      } finally {
        this.#isSettingRemoteAnswer = false;
      }
      if (description.type !== "offer") return;
      await this.#prepareAnswer();
      await rtc.setLocalDescription();
      this.#sendDescription();
    });
  }

  /** @param {RTCIceCandidateInit | null} candidate null when the peer has no more */
  async receiveCandidate(candidate) {
    try {
      await this.#rtc.addIceCandidate(candidate ?? undefined);
    } catch (error) {
      // One candidate of an ignored offer, or of a kind this browser does not know, costs one path and not the call.
      if (!this.#isIgnoringOffer && !this.#isClosed) console.warn("alongside: candidate not taken", error);
    }
  }

  close() {
    this.#isClosed = true;
    this.#cancelDeadline();
    this.#rtc.close();
  }

  async #offer() {
    await this.#attempt(async () => {
      this.#isMakingOffer = true;
      try {
        await this.#rtc.setLocalDescription();
        this.#sendDescription();
      } finally {
        this.#isMakingOffer = false;
      }
    });
  }

  #sendDescription() {
    const description = this.#rtc.localDescription;
    if (description && !this.#isClosed) this.#send({ description });
  }

  #watch() {
    const state = this.#rtc.connectionState;
    if (state === "failed") return this.#fail();
    if (state === "connected") {
      this.#cancelDeadline();
      this.emit("connected", {});
    }
    if (state === "disconnected") {
      this.#cancelDeadline();
      this.#cancelDeadline = this.#clock.after(DISCONNECTED_GRACE_MS, () => this.#fail());
    }
  }

  #fail() {
    if (this.#isClosed) return;
    this.#cancelDeadline();
    this.emit("failed", {});
  }

  /**
   * A step of negotiation that throws has lost this connection, unless it was closed meanwhile.
   * @param {() => Promise<void>} step
   */
  async #attempt(step) {
    try {
      await step();
    } catch (error) {
      if (this.#isClosed) return;
      console.warn("alongside: negotiation failed", error);
      this.#fail();
    }
  }
}
