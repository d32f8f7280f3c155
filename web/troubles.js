// @ts-check
/** What went wrong, said in words. One place that knows which sentence belongs to which code. */

import { fill } from "./strings.js";

/**
 * @typedef {import("./strings.js").Strings} Strings
 * @typedef {import("./media.js").MediaNews} MediaNews
 */

/** @type {Record<string, keyof Strings>} of the signaling server and the token's source */
const ENDINGS = {
  "bad-token": "badToken",
  "room-full": "roomFull",
  "too-many-rooms": "tooManyRooms",
  version: "oldVersion",
  "duplicate-tab": "moved",
  replaced: "moved",
  left: "left",
};

/**
 * @param {Strings} strings
 * @param {import("./lines.js").Line} line
 * @param {import("./media.js").MediaTrouble} trouble
 * @param {string} [device]
 */
export function wordMedia(strings, line, trouble, device = "") {
  if (trouble === "insecure") return strings.insecure;
  const key = `${trouble}${line[0].toUpperCase()}${line.slice(1)}`;
  const fallback = `unknown${line[0].toUpperCase()}${line.slice(1)}`;
  const table = /** @type {Record<string, string>} */ (strings);
  return fill(table[key] ?? table[fallback], { device: device || strings.defaultDevice });
}

/** @param {Strings} strings @param {{code: string, message: string}} end */
export function wordEnding(strings, { code, message }) {
  if (code === "no-token") return fill(strings.noToken, { reason: message });
  const key = ENDINGS[code];
  return key ? strings[key] : fill(strings.serverSaid, { message: message || code });
}
