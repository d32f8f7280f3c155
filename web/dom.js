// @ts-check
/** Building elements without markup strings, so that no page policy stands in the way. */

const SVG = "http://www.w3.org/2000/svg";

/** @type {Record<string, string>} 24x24 outlines */
const ICONS = {
  microphone: "M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM5 11a7 7 0 0 0 14 0M12 18v3",
  microphoneOff:
    "M15 9.5V6a3 3 0 0 0-5.7-1.3M9 9v3a3 3 0 0 0 4.6 2.5M5 11a7 7 0 0 0 11 5.7M19 11c0 1-.2 1.900-.6 2.800M12 18v3M4 3l16 18",
  camera: "M4 7h9a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V9a2 2 0 0 1 2-2ZM15 11l6-3v8l-6-3",
  cameraOff:
    "M9 7h4a2 2 0 0 1 2 2v4l6 3V8l-5 2.500M15 16a2 2 0 0 1-2 1H4a2 2 0 0 1-2-2V9a2 2 0 0 1 1-1.700M3 3l18 18",
  screen:
    "M4 4h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V5a1 1 0 0 1 1-1ZM8 20h8M12 13V8M9.500 10 12 7.500l2.500 2.500",
  hush: "M11 5 6 9H3v6h3l5 4ZM16 9.500l5 5M21 9.500l-5 5",
  devices: "M4 7h9M17 7h3M4 17h3M11 17h9M13 7a2 2 0 1 0 4 0 2 2 0 1 0-4 0M7 17a2 2 0 1 0 4 0 2 2 0 1 0-4 0",
  leave: "M3 13.500c5-4.500 13-4.500 18 0l-2 3-4-1.500v-2.500a12 12 0 0 0-6 0V15l-4 1.500Z",
  link: "M10 14a4 4 0 0 0 5.700 0l3-3a4 4 0 0 0-5.700-5.700l-1 1M14 10a4 4 0 0 0-5.700 0l-3 3A4 4 0 0 0 11 18.700l1-1",
  download: "M12 4v11M7.500 11 12 15.500 16.500 11M5 20h14",
  send: "M4 12 20 4l-5 16-3.500-6.500Z",
  eye: "M2.500 12C5 7.500 8.500 5.500 12 5.500s7 2 9.500 6.500c-2.500 4.500-6 6.500-9.500 6.500S5 16.500 2.500 12ZM9.500 12a2.500 2.500 0 1 0 5 0 2.500 2.500 0 1 0-5 0",
  close: "M6 6l12 12M18 6 6 18",
  copy: "M9 9h10v11H9ZM15 9V4H5v11h4",
  board: "M4 5h16v11H4ZM9 20h6M12 16v4",
  languages: "M4 6h9M8.500 4v2M11 6c-.8 4-3.500 7-7 8.500M6 9c1 2.500 3 4.500 5.500 5.500M12 20l4-10 4 10M13.500 17h5",
  manner: "M4 12h3l2.500-6 4 13 3-9 1.500 2H20",
};

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | boolean | undefined>} [attributes] true sets an empty one, false and undefined none
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

/** A sign without words; what it stands for must be said beside it. @param {string} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * A button with a sign and a word.
 * @param {{label: string, sign?: string, look?: string, part?: string, hint?: string, run: () => void}} options
 */
export function button({ label, sign, look = "", part, hint, run }) {
  const word = element("span", { class: "word" }, label);
  const node = element("button", { type: "button", class: `button ${look}`, part, title: hint });
  node.append(...(sign ? [icon(sign)] : []), word);
  node.addEventListener("click", run);
  return node;
}

/**
 * Gives a button another sign and word.
 * @param {HTMLButtonElement} node
 * @param {string} label
 * @param {string} sign
 */
export function relabel(node, label, sign) {
  const word = node.querySelector(".word");
  if (!word || (word.textContent === label && node.dataset.sign === sign)) return;
  node.dataset.sign = sign;
  word.textContent = label;
  node.querySelector(".icon")?.replaceWith(icon(sign));
}

/**
 * Sets text only when it differs, so that screen readers and selections are left alone.
 * @param {Node} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/**
 * Puts children in order, moving only those that are not there yet: what is moved loses its focus, a frame its page.
 * @param {HTMLElement} parent
 * @param {HTMLElement[]} children
 */
export function place(parent, children) {
  for (const [index, child] of children.entries())
    if (parent.children[index] !== child) parent.insertBefore(child, parent.children[index] ?? null);
  while (parent.children.length > children.length) parent.lastElementChild?.remove();
}
