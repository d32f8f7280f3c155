// @ts-check
/**
 * What of a voice is still on its way when it is stopped (in the network, in the jitter buffer) is not heard: its sound
 * is held at nothing until what plays is silence. Knows no page and no call.
 */

import { monotonicClock } from "./clock.js";

const LOOK_MS = 40;
const SILENT_LOOKS = 3; // one after the other: words have gaps, too
const LEAST_MS = 320; // a browser that is short of time plays gaps, too
const MOST_MS = 800; // a voice that goes on all the same is heard then
const SILENT_LEVEL = 0.003; // the encoder's comfort noise is below it

/**
 * @typedef {object} StoppedVoiceOptions
 * @property {(isHeld: boolean) => void} hold
 * @property {() => number | null} level what plays now, 0 to 1; null when nothing does
 * @property {import("./clock.js").Clock} [clock]
 */

export class StoppedVoice {
  #options;
  #clock;
  #num_looks = 0;
  #num_silent = 0;
  #cancelLook = () => {};

  /** @param {StoppedVoiceOptions} options */
  constructor(options) {
    this.#options = options;
    this.#clock = options.clock ?? monotonicClock;
  }

  /** The voice was stopped now, or is about to be. */
  stop() {
    this.#cancelLook();
    this.#num_looks = this.#num_silent = 0;
    this.#options.hold(true);
    this.#lookLater();
  }

  /** The voice is heard as it comes. */
  release() {
    this.#cancelLook();
    this.#options.hold(false);
  }

  #lookLater() {
    this.#cancelLook = this.#clock.after(LOOK_MS, () => this.#look());
  }

  #look() {
    this.#num_looks += 1;
    this.#num_silent = (this.#options.level() ?? 0) < SILENT_LEVEL ? this.#num_silent + 1 : 0;
    const held_ms = this.#num_looks * LOOK_MS;
    const isOver = this.#num_silent >= SILENT_LOOKS && held_ms >= LEAST_MS;
    if (isOver || held_ms >= MOST_MS) this.release();
    else this.#lookLater();
  }
}
