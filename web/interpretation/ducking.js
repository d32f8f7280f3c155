// @ts-check
/** How loud a speaker's own voice is while it is interpreted: faded slowly, held between sentences. Knows no page. */

import { monotonicClock } from "../clock.js";

export const DEFAULT_LEVEL = 0.15;
export const HOLD_MS = 2500;
export const FADE_MS = 600;
const STEP_MS = 50;

/**
 * @typedef {object} DuckingOptions
 * @property {(id: string, level: number) => void} setLevel of a participant's sound, 0 to 1
 * @property {import("../clock.js").Clock} [clock]
 */

export class Ducking {
  #setLevel;
  #clock;
  #under = DEFAULT_LEVEL;
  /** @type {ReadonlySet<string>} who is interpreted for me */
  #foreign = new Set();
  /** @type {ReadonlySet<string>} who sits in a booth, and is heard in a language's track alone */
  #silent = new Set();
  #isSounding = false;
  #soundedAt_ms = -Infinity;
  /** @type {Map<string, number>} where each faded participant is now */
  #levels = new Map();
  /** @type {(() => void) | null} */ #cancelStep = null;

  /** @param {DuckingOptions} options */
  constructor({ setLevel, clock = monotonicClock }) {
    this.#setLevel = setLevel;
    this.#clock = clock;
  }

  /** How loud the original stays, 0 to 1. */
  get under() {
    return this.#under;
  }

  set under(level) {
    this.#under = Math.min(1, Math.max(0, level));
    this.#step();
  }

  /** @param {Iterable<string>} foreign ids @param {boolean} isSounding whether my interpretation is spoken now */
  update(foreign, isSounding) {
    this.#foreign = new Set(foreign);
    if (this.#isSounding && !isSounding) this.#soundedAt_ms = this.#clock.now();
    this.#isSounding = isSounding;
    this.#step();
  }

  /** Who is not to be heard beside the others. @param {Iterable<string>} ids */
  silence(ids) {
    this.#silent = new Set(ids);
    this.#step();
  }

  /** Somebody's sound was attached anew: it gets the level it should have at once. @param {string} id */
  renew(id) {
    const level = this.#levels.get(id);
    if (level !== undefined) this.#setLevel(id, level);
  }

  close() {
    this.#cancelStep?.();
    this.#cancelStep = null;
    for (const id of this.#levels.keys()) this.#setLevel(id, 1);
    this.#levels.clear();
  }

  get #isHeld() {
    return this.#isSounding || this.#clock.now() - this.#soundedAt_ms < HOLD_MS;
  }

  /** Moves every level one step towards where it should be, and comes back while there is a way to go. */
  #step() {
    this.#cancelStep?.();
    this.#cancelStep = null;
    const isHeld = this.#isHeld;
    let isMoving = isHeld && !this.#isSounding;
    for (const id of new Set([...this.#levels.keys(), ...(isHeld ? this.#foreign : []), ...this.#silent])) {
      const target = this.#silent.has(id) ? 0 : isHeld && this.#foreign.has(id) ? this.#under : 1;
      const before = this.#levels.get(id) ?? 1;
      const most = STEP_MS / FADE_MS;
      const level = before + Math.min(most, Math.max(-most, target - before));
      if (level !== before || !this.#levels.has(id)) this.#setLevel(id, level);
      this.#levels.set(id, level);
      if (level !== target) isMoving = true;
      else if (target === 1) this.#levels.delete(id);
    }
    if (isMoving) this.#cancelStep = this.#clock.after(STEP_MS, () => this.#step());
  }
}
