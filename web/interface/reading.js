// @ts-check
/** Reads properties a model or a tool wrote into values that may be drawn. Whatever is wrong raises a WireError. */

import { isFields, isFlag, isNumber, isString, numChars, WireError } from "../fields.js";

export const MAX_TEXT_CHARS = 20_000;
export const MAX_ITEMS = 500;

/** @typedef {import("../fields.js").Fields} Fields */

/**
 * @param {Fields} from
 * @param {string} key
 * @param {string} [fallback] without one the text is required
 * @param {number} [most]
 */
export function readText(from, key, fallback, most = MAX_TEXT_CHARS) {
  const value = from[key] ?? fallback;
  if (!isString(value)) throw new WireError(key, "a text");
  if (numChars(value) > most) throw new WireError(key, `a text of at most ${most} characters`);
  return value;
}

/** A text, number or flag as the text that is shown; nothing for null. @param {unknown} value @param {string} key */
export function readCell(value, key) {
  if (value === null) return "";
  if (isNumber(value) || isFlag(value)) return String(value);
  return readText({ [key]: value }, key);
}

/** @param {Fields} from @param {string} key @param {boolean} fallback */
export function readFlag(from, key, fallback) {
  const value = from[key] ?? fallback;
  if (!isFlag(value)) throw new WireError(key, "true or false");
  return value;
}

/** @param {Fields} from @param {string} key @param {{least?: number, most?: number}} [bounds] */
export function readNumber(from, key, { least = -Number.MAX_VALUE, most = Number.MAX_VALUE } = {}) {
  const value = from[key];
  if (!isNumber(value) || value < least || value > most) throw new WireError(key, `a number from ${least} to ${most}`);
  return value;
}

/**
 * @template {string} Choice
 * @param {Fields} from
 * @param {string} key
 * @param {readonly Choice[]} choices
 * @param {Choice} [fallback]
 */
export function readChoice(from, key, choices, fallback) {
  const value = from[key] ?? fallback;
  if (!choices.includes(/** @type {Choice} */ (value))) throw new WireError(key, `one of ${choices.join(", ")}`);
  return /** @type {Choice} */ (value);
}

/**
 * @template Item
 * @param {Fields} from
 * @param {string} key
 * @param {(item: unknown, key: string) => Item} readItem
 * @param {number} [most]
 * @returns {Item[]}
 */
export function readList(from, key, readItem, most = MAX_ITEMS) {
  const value = from[key];
  if (!Array.isArray(value)) throw new WireError(key, "a list");
  if (value.length > most) throw new WireError(key, `at most ${most} items`);
  return value.map((item, index) => readItem(item, `${key}[${index}]`));
}

/** @param {unknown} value @param {string} key */
export function readTextItem(value, key) {
  return readText({ [key]: value }, key);
}

/** @param {unknown} value @param {string} key @returns {Fields} */
export function readFields(value, key) {
  if (!isFields(value)) throw new WireError(key, "an object");
  return value;
}

/**
 * Objects that name themselves: every `key` is there and none is there twice.
 * @template Item
 * @param {Fields} from
 * @param {string} list
 * @param {string} key
 * @param {(item: Fields, name: string) => Item} readItem
 * @returns {Item[]}
 */
export function readNamed(from, list, key, readItem) {
  const names = new Set();
  return readList(from, list, (value, where) => {
    const item = readFields(value, where);
    const name = readText(item, key);
    if (name === "" || names.has(name)) throw new WireError(`${where}.${key}`, "a text no other item has");
    names.add(name);
    return readItem(item, name);
  });
}
