// @ts-check
/** The bytes of a picture in a `data:` address, and how large it is, before anything decodes it. */

import { WireError } from "../fields.js";

const ADDRESS = /^data:image\/(png|jpeg|svg\+xml);base64,([A-Za-z0-9+/]+={0,2})$/;
const PNG_SIGN = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const MAX_PIXELS = 4096 * 4096;

/** @typedef {{type: "png" | "jpeg" | "svg", bytes: Uint8Array<ArrayBuffer>}} Picture */

/**
 * @param {string} address
 * @returns {Picture}
 * @throws {WireError} for anything that is not one of the three kinds, or unfolds to more pixels than a page can hold
 */
export function readPicture(address) {
  const parts = ADDRESS.exec(address);
  if (!parts) throw new WireError("src", "data:image/png, jpeg or svg+xml in base64");
  const bytes = decode(parts[2]);
  if (parts[1] === "svg+xml") return { type: "svg", bytes };
  const type = parts[1] === "png" ? "png" : "jpeg";
  const size = type === "png" ? pngSize(bytes) : jpegSize(bytes);
  if (!size) throw new WireError("src", `a picture that is really ${type}`);
  if (!size.width || !size.height || size.width * size.height > MAX_PIXELS)
    throw new WireError("src", `1 to ${MAX_PIXELS} pixels, not ${size.width} x ${size.height}`);
  return { type, bytes };
}

/** @param {string} base64 */
function decode(base64) {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  } catch {
    throw new WireError("src", "base64");
  }
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
function pngSize(bytes) {
  if (bytes.length < 24 || PNG_SIGN.some((byte, at) => bytes[at] !== byte)) return null;
  const view = new DataView(bytes.buffer);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/**
 * From the first frame header: SOF0 to SOF15, without the tables that share its range.
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
function jpegSize(bytes) {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null;
  const view = new DataView(bytes.buffer);
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1];
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}
