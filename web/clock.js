// @ts-check
/** Time for pacing and timeouts; tests pass one that is moved by hand. */

/**
 * @typedef {object} Clock
 * @property {() => number} now milliseconds, never going back
 * @property {(delay_ms: number, action: () => void) => () => void} after runs `action` later; the result cancels it
 */

/** @type {Clock} */
export const monotonicClock = {
  now: () => performance.now(),
  after(delay_ms, action) {
    const timer = setTimeout(action, delay_ms);
    return () => clearTimeout(timer);
  },
};
