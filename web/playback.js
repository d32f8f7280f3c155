// @ts-check
/** Sound out: one audio element per remote peer, made inside the gesture that joins. */

import { Emitter } from "./emitter.js";
import { SoundLevels } from "./sound-levels.js";

const MAX_PEERS = 7; // five other people, the agent and the interpretation

/** @extends {Emitter<{refused: {}, playing: {}}>} */
export class Playback extends Emitter {
  #home;
  /** @type {HTMLAudioElement[]} waiting for a peer, already playing nothing */
  #spare = [];
  /** @type {Map<string, HTMLAudioElement>} by participant */
  #used = new Map();
  #speaker = "";
  #sounds = new SoundLevels();
  /** @type {Map<string, number>} by participant, where it is not full */ #levels = new Map();
  /** @type {Set<string>} whose sound is held at nothing for now */ #held = new Set();

  /** @param {Node} home where the elements live */
  constructor(home) {
    super();
    this.#home = home;
  }

  /** Call inside a click: what is made and started here may go on playing what arrives later. */
  unlock() {
    while (this.#spare.length + this.#used.size < MAX_PEERS) this.#spare.push(this.#make());
    this.resume();
  }

  /** Starts everything that was refused; call inside a click. */
  resume() {
    for (const element of [...this.#used.values(), ...this.#spare]) this.#play(element);
  }

  /** @param {string} id @param {MediaStreamTrack} track */
  attach(id, track) {
    const element = this.#used.get(id) ?? this.#spare.shift() ?? this.#make();
    this.#used.set(id, element);
    element.srcObject = new MediaStream([track]); // Chromium does not start a track added to an empty stream
    this.hold(id, false);
    this.#play(element);
  }

  /** @param {string} id */
  detach(id) {
    const element = this.#used.get(id);
    this.#used.delete(id);
    element?.remove();
    if (!element) return;
    this.#sounds.forget(element);
    this.#levels.delete(id);
    this.#held.delete(id);
    element.srcObject = null;
  }

  /** How loud somebody is, 0 to 1. @param {string} id @param {number} level */
  setLevel(id, level) {
    this.#levels.set(id, level);
    this.#apply(id);
  }

  /** Holds somebody's sound at nothing, at once, whatever its level. @param {string} id @param {boolean} isHeld */
  hold(id, isHeld) {
    if (this.#held.has(id) === isHeld) return;
    if (isHeld) this.#held.add(id);
    else this.#held.delete(id);
    this.#apply(id);
  }

  /** @param {string} deviceId */
  async setSpeaker(deviceId) {
    this.#speaker = deviceId;
    await Promise.all([...this.#used.values(), ...this.#spare].map((element) => element.setSinkId?.(deviceId)));
  }

  close() {
    for (const id of [...this.#used.keys()]) this.detach(id);
    for (const element of this.#spare.splice(0)) element.remove();
  }

  /** @param {string} id */
  #apply(id) {
    const element = this.#used.get(id);
    if (element) this.#sounds.set(element, this.#held.has(id) ? 0 : (this.#levels.get(id) ?? 1));
  }

  #make() {
    const element = document.createElement("audio");
    element.autoplay = true;
    element.srcObject = new MediaStream();
    if (this.#speaker) element.setSinkId?.(this.#speaker).catch(() => {}); // unplugged since: the default speaker plays
    this.#home.appendChild(element);
    return element;
  }

  /** @param {HTMLAudioElement} element */
  async #play(element) {
    try {
      await element.play();
      this.emit("playing", {});
    } catch (error) {
      const isRefused = error instanceof DOMException && error.name === "NotAllowedError";
      if (isRefused) this.emit("refused", {});
    }
  }
}
