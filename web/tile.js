// @ts-check
/** The picture, name and state of one person, the agent, or a shared screen. */

import { element, icon, setText } from "./dom.js";

/**
 * @typedef {object} TileView
 * @property {string} name
 * @property {string} state in words; empty when there is nothing to say
 * @property {boolean} isMuted
 * @property {boolean} isLive false while nothing comes through
 * @property {boolean} hasPicture
 */

export class Tile {
  #video = element("video", { autoplay: true, playsinline: true, hidden: true });
  #initial = element("span", { class: "initial", "aria-hidden": "true" });
  #name = element("span", { class: "name" });
  #state = element("span", { class: "state" });
  #muted = element("span", { class: "muted", hidden: true }, icon("microphoneOff"));
  node;

  /** @param {{kind: "person" | "screen", isMine?: boolean, mutedWord: string}} options */
  constructor({ kind, isMine = false, mutedWord }) {
    this.#video.muted = true; // sound has its own element
    this.#muted.append(element("span", { class: "unseen" }, mutedWord));
    const label = element("div", { class: "label" }, this.#muted, this.#name, this.#state);
    this.node = element("li", { class: `tile ${kind} ${isMine ? "mine" : ""}`, part: `tile ${kind}-tile` });
    this.node.append(this.#initial, this.#video, label);
  }

  /** @param {MediaStreamTrack | null} track */
  setTrack(track) {
    const stream = /** @type {MediaStream | null} */ (this.#video.srcObject);
    if ((stream?.getTracks()[0] ?? null) === track) return;
    this.#video.srcObject = track && new MediaStream([track]);
    // A picture without sound needs no gesture; what interrupts it is the next picture.
    if (track) this.#video.play().catch(() => {});
  }

  /** @param {TileView} view */
  update({ name, state, isMuted, isLive, hasPicture }) {
    setText(this.#name, name);
    setText(this.#state, state);
    setText(this.#initial, (name.trim()[0] ?? "?").toUpperCase());
    this.#muted.hidden = !isMuted;
    this.#video.hidden = !hasPicture;
    this.#video.setAttribute("aria-label", name);
    this.node.classList.toggle("dim", !isLive);
  }

  /** @param {number} level 0 to 1 */
  setLevel(level) {
    this.node.style.setProperty("--level", level.toFixed(2));
    this.node.classList.toggle("loud", level > 0.25);
  }
}

/** The agent: a light that breathes, speaks or works. */
export class AgentTile {
  #name = element("span", { class: "name" });
  #state = element("span", { class: "state" });
  #looking;
  node = element("li", { class: "tile agent", part: "tile agent-tile" });

  /** @param {{lookingWord: string}} options */
  constructor({ lookingWord }) {
    this.#looking = element("span", { class: "looking", hidden: true }, icon("eye"));
    this.#looking.append(element("span", { class: "word" }, lookingWord));
    const rings = element("span", { class: "ring" });
    const orb = element(
      "div",
      { class: "orb", "aria-hidden": "true" },
      rings,
      element("span", { class: "ring late" }),
    );
    this.node.append(orb, element("div", { class: "label" }, this.#name, this.#state, this.#looking));
  }

  /** @param {{name: string, state: string, activity: string, isLooking: boolean}} view */
  update({ name, state, activity, isLooking }) {
    setText(this.#name, name);
    setText(this.#state, state);
    this.#looking.hidden = !isLooking;
    this.node.dataset.activity = activity;
  }

  /** @param {number} level 0 to 1 */
  setLevel(level) {
    this.node.style.setProperty("--level", level.toFixed(2));
  }
}
