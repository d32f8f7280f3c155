// @ts-check
/** Checks of one field of an object that came from outside. Knows nothing of what the object means. */

/** @typedef {Record<string, unknown>} Fields */

/** A value that breaks its contract; the text says which field and what was expected. */
export class WireError extends Error {
  /** @param {string} where @param {string} expected */
  constructor(where, expected) {
    super(`${where}: expected ${expected}`);
    this.name = "WireError";
  }
}

/**
 * @param {Fields} from
 * @param {string} key
 * @param {(value: unknown) => boolean} isGood
 * @param {string} expected
 */
export function need(from, key, isGood, expected) {
  if (!Object.hasOwn(from, key) || !isGood(from[key])) throw new WireError(key, expected);
}

/** @param {Fields} from @param {string} key */
export function needName(from, key) {
  need(from, key, isName, "a string that is not empty");
}

/** Counted in code points. @param {Fields} from @param {string} key @param {number} least @param {number} most */
export function needText(from, key, least, most) {
  const fits = (/** @type {unknown} */ value) => {
    const length = isString(value) ? numChars(/** @type {string} */ (value)) : -1;
    return length >= least && length <= most;
  };
  need(from, key, fits, `a text of ${least} to ${most} characters`);
}

/** @param {Fields} from @param {string} key @param {readonly string[]} choices */
export function needOneOf(from, key, choices) {
  need(from, key, (value) => choices.includes(/** @type {string} */ (value)), `one of ${choices.join(", ")}`);
}

/** @param {Fields} from @param {string} key @returns {Fields} */
export function needFields(from, key) {
  need(from, key, isFields, "an object");
  return /** @type {Fields} */ (from[key]);
}

/** Characters as people and Python count them: code points, not UTF-16 units. @param {string} text */
export function numChars(text) {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

/** @param {unknown} value @returns {value is Fields} */
export const isFields = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
/** @param {unknown} value @returns {value is string} */
export const isString = (value) => typeof value === "string";
/** @param {unknown} value @returns {value is string} */
export const isName = (value) => isString(value) && value !== "";
/** @param {unknown} value @returns {value is boolean} */
export const isFlag = (value) => typeof value === "boolean";
/** @param {unknown} value @returns {value is number} */
export const isNumber = (value) => Number.isFinite(value);
/** @param {unknown} value @returns {value is number} */
export const isCount = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
