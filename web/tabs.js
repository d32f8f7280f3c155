// @ts-check
/** The same person's other tabs: is this call already open in one, and which tab has it. */

import { Emitter } from "./emitter.js";

const ANSWER_MS = 150;
const RESUME_LIMIT_MS = 30_000; // as long as the server keeps a place

/** @typedef {{resume: string, name: string, hasMicrophone: boolean, isMuted: boolean}} Place */

/** @extends {Emitter<{elsewhere: {}, taken: {}}>} */
export class Tabs extends Emitter {
  #channel;
  /** True while this tab is the one in the call. */
  isHolder = false;

  /** @param {string} call what the call is, the same in every tab */
  constructor(call) {
    super();
    this.#channel = new BroadcastChannel(call);
    this.#channel.addEventListener("message", ({ data }) => {
      if (data === "who" && this.isHolder) this.#channel.postMessage("here");
      if (data === "here" && !this.isHolder) this.emit("elsewhere", {});
      if (data === "mine" && this.isHolder) this.emit("taken", {});
    });
  }

  /** Whether another tab has the call; also told later by `elsewhere`. @returns {Promise<boolean>} */
  isElsewhere() {
    const scope = new AbortController();
    return new Promise((resolve) => {
      const answer = (/** @type {boolean} */ isThere) => {
        scope.abort();
        resolve(isThere);
      };
      this.on("elsewhere", () => answer(true), { signal: scope.signal });
      this.#channel.postMessage("who");
      setTimeout(() => answer(false), ANSWER_MS);
    });
  }

  /** Makes the tab that has the call leave it. */
  take() {
    this.#channel.postMessage("mine");
  }

  close() {
    this.#channel.close();
  }
}

/**
 * Where this tab stood in a call before it was reloaded; null when that is too long ago.
 * @param {string} call
 * @returns {Place | null}
 */
export function recallPlace(call) {
  try {
    const { at_ms, ...place } = JSON.parse(sessionStorage.getItem(call) ?? "null") ?? {};
    return Date.now() - at_ms < RESUME_LIMIT_MS && place.resume ? place : null;
  } catch {
    return null; // storage is closed to this page, or holds something else
  }
}

/** @param {string} call @param {Place | null} place null forgets it */
export function keepPlace(call, place) {
  try {
    if (place) sessionStorage.setItem(call, JSON.stringify({ ...place, at_ms: Date.now() }));
    else sessionStorage.removeItem(call);
  } catch {
    // Storage is closed to this page: a reload then joins afresh.
  }
}
