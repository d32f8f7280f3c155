// @ts-check
/** What every component of the catalogue is: a custom element that shows properties and changes in place. */

import { button, element } from "../dom.js";

/**
 * @typedef {import("../fields.js").Fields} Fields
 * @typedef {object} Host where a component stands
 * @property {import("../strings.js").Strings} strings
 * @property {(action: string, value: unknown) => void} act tells the agent what somebody did here
 * @property {() => number} now milliseconds, never going back
 */

export class Component extends HTMLElement {
  /** @type {Host | null} */ #host = null;

  /** Set once, before the first `show`. @param {Host} host */
  set host(host) {
    this.#host = host;
  }

  get host() {
    if (!this.#host) throw new TypeError(`${this.localName} has no host yet`);
    return this.#host;
  }

  /**
   * Shows these properties in place of those before; what somebody is typing or pointing at stays.
   * @param {Fields} _properties
   * @throws {import("../fields.js").WireError} when they cannot be shown
   */
  show(_properties) {}
}

/** A heading above what it names; nothing when there is no text. @param {string} text */
export function heading(text) {
  return text ? [element("h3", { class: "ui-title", dir: "auto" }, text)] : [];
}

/**
 * A button that puts text on the clipboard and says so.
 * @param {() => string} read
 * @param {import("../strings.js").Strings} strings
 */
export function copyButton(read, strings) {
  const said = element("span", { class: "unseen", role: "status" });
  const node = button({
    label: strings.copy,
    sign: "copy",
    look: "small quiet",
    run: async () => {
      const isCopied = await copy(read());
      said.textContent = isCopied ? strings.copied : strings.notCopied;
      node.classList.toggle("done", isCopied);
    },
  });
  return element("span", { class: "ui-copy" }, node, said);
}

/** @param {string} text */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // without a secure context, or refused
  }
}
