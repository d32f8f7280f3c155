// @ts-check
/** Long messages cut into pieces a data channel survives, and put together again. */

import { WIRE_VERSION, WireError } from "./wire.js";

export const MAX_PIECE_BYTES = 16 * 1024; // 16,384: above the peer's limit a data channel dies
export const MAX_MESSAGE_BYTES = 1024 * 1024;
export const MAX_HALF_ASSEMBLED = 4;
const ENVELOPE_BYTES = 256; // {"v":1,"kind":"piece","id":…} around `data`, with room to spare
const MAX_DATA_BYTES = MAX_PIECE_BYTES - ENVELOPE_BYTES;
const encoder = new TextEncoder();

/**
 * The texts to send for one message, in order: itself when it is short, else its pieces.
 * @param {object} message
 * @param {string} id names the message among those half assembled
 * @returns {string[]}
 * @throws {WireError} when it is longer than a message may be
 */
export function cutMessage(message, id) {
  const text = JSON.stringify(message);
  const size_bytes = sizeBytes(text);
  if (size_bytes > MAX_MESSAGE_BYTES) throw new WireError("message", `at most ${MAX_MESSAGE_BYTES} bytes`);
  if (size_bytes <= MAX_PIECE_BYTES) return [text];
  const parts = cutText(text);
  return parts.map((data, index) =>
    JSON.stringify({ v: WIRE_VERSION, kind: "piece", id, index, count: parts.length, data }),
  );
}

/** @typedef {{count: number, parts: Map<number, string>, size_bytes: number}} HalfAssembled */

/** Puts pieces together, in whatever order they come. Holds at most four messages; a fifth drops the oldest. */
export class Assembler {
  /** @type {Map<string, HalfAssembled>} oldest first */
  #halves = new Map();
  num_dropped = 0;

  get num_half_assembled() {
    return this.#halves.size;
  }

  /**
   * The whole message's text when this piece was the last one missing.
   * @param {import("./wire.js").Piece} piece
   * @returns {string | null}
   * @throws {WireError} when pieces of one message contradict each other or are too long
   */
  add(piece) {
    const half = this.#halves.get(piece.id) ?? this.#begin(piece);
    if (half.count !== piece.count) this.#refuse(piece.id, "count", `${half.count} as in the pieces before`);
    if (half.parts.has(piece.index)) return null;
    half.parts.set(piece.index, piece.data);
    half.size_bytes += sizeBytes(piece.data);
    if (half.size_bytes > MAX_MESSAGE_BYTES)
      this.#refuse(piece.id, "data", `at most ${MAX_MESSAGE_BYTES} bytes in all`);
    if (half.parts.size < half.count) return null;
    this.#halves.delete(piece.id);
    return Array.from({ length: half.count }, (_, index) => half.parts.get(index)).join("");
  }

  /** @param {import("./wire.js").Piece} piece @returns {HalfAssembled} */
  #begin(piece) {
    const [oldest] = this.#halves.keys();
    if (this.#halves.size >= MAX_HALF_ASSEMBLED) {
      this.#halves.delete(oldest);
      this.num_dropped += 1;
    }
    const half = { count: piece.count, parts: new Map(), size_bytes: 0 };
    this.#halves.set(piece.id, half);
    return half;
  }

  /** @param {string} id @param {string} where @param {string} expected @returns {never} */
  #refuse(id, where, expected) {
    this.#halves.delete(id);
    this.num_dropped += 1;
    throw new WireError(where, expected);
  }
}

/**
 * Slices whose JSON form stays under MAX_DATA_BYTES; never between the halves of a surrogate pair.
 * @param {string} text
 */
function cutText(text) {
  const parts = [];
  let start = 0;
  let end = 0;
  let size_bytes = 0;
  for (const char of text) {
    const char_bytes = escapedBytes(char);
    if (size_bytes + char_bytes > MAX_DATA_BYTES) {
      parts.push(text.slice(start, end));
      start = end;
      size_bytes = 0;
    }
    size_bytes += char_bytes;
    end += char.length;
  }
  parts.push(text.slice(start));
  return parts;
}

/**
 * UTF-8 bytes of one character inside a JSON string; `text` is JSON, so control characters cannot occur.
 * @param {string} char
 */
function escapedBytes(char) {
  if (char === '"' || char === "\\") return 2;
  const point = char.codePointAt(0) ?? 0;
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}

/** @param {string} text */
function sizeBytes(text) {
  return encoder.encode(text).length;
}
