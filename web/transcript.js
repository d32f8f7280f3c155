// @ts-check
/** What was said, by whom and when. Captions with the same id replace each other. Knows no page. */

export const MAX_LINES = 5000;

/**
 * @typedef {Omit<import("./wire.js").Caption, "v" | "kind"> & {isTyped?: boolean}} Said
 */

export class Transcript {
  /** @type {Map<string, Said>} in the order they began */
  #lines = new Map();

  get lines() {
    return [...this.#lines.values()];
  }

  /**
   * Takes a caption in; the ids of lines that went away because of it come back.
   * An interim caption never overwrites a final one: the lossy channel may deliver it late.
   * @param {Said} said
   * @returns {{line: Said | null, removed: string[]}}
   */
  add(said) {
    const before = this.#lines.get(said.id);
    if (before?.final && !said.final) return { line: null, removed: [] };
    const removed = this.#takeStale(said);
    if (said.text.trim() === "") {
      if (this.#lines.delete(said.id)) removed.push(said.id);
      return { line: null, removed };
    }
    this.#lines.set(said.id, said);
    if (this.#lines.size > MAX_LINES) removed.push(...this.#takeOldest());
    return { line: said, removed };
  }

  /** One line a caption, final ones only: `[0:12] Ada: …`. */
  toText() {
    const finals = this.lines.filter((line) => line.final);
    finals.sort((a, b) => a.start_ms - b.start_ms);
    return finals.map((line) => `[${clockTime(line.start_ms)}] ${line.speaker.name}: ${line.text}\n`).join("");
  }

  /**
   * Interim lines of the same speaker that a later caption has overtaken; their final one was lost or never came.
   * @param {Said} said
   */
  #takeStale(said) {
    const stale = this.lines.filter(
      (line) =>
        !line.final &&
        line.id !== said.id &&
        line.speaker.id === said.speaker.id &&
        line.start_ms <= said.start_ms,
    );
    for (const line of stale) this.#lines.delete(line.id);
    return stale.map((line) => line.id);
  }

  #takeOldest() {
    const [oldest] = this.#lines.keys();
    this.#lines.delete(oldest);
    return [oldest];
  }
}

/** `m:ss`, with hours when there are any. @param {number} time_ms */
export function clockTime(time_ms) {
  const seconds = Math.floor(time_ms / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const pad = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const tail = pad(seconds % 60);
  return hours ? `${hours}:${pad(minutes)}:${tail}` : `${minutes}:${tail}`;
}
