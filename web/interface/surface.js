// @ts-check
/** One surface: a tree of components drawn from messages, each changing what is shown in place. */

import { element, icon, place, setText } from "../dom.js";
import { WireError } from "../fields.js";
import { fill } from "../strings.js";
import { createComponent } from "./catalogue.js";
import { growTree, keepReached, mergeComponents } from "./tree.js";

/**
 * @typedef {import("./component.js").Component} Component
 * @typedef {import("./tree.js").Branch} Branch
 * @typedef {object} SurfaceOptions
 * @property {string} id
 * @property {import("../strings.js").Strings} strings
 * @property {() => number} now
 * @property {(componentId: string, action: string, value: unknown) => void} act
 * @property {() => void} onClose
 * @property {(problem: string) => void} onBroken
 * @typedef {{node: HTMLElement, name: string, shown: string}} Drawn a component as it stands on the page
 */

const TOLD_PROBLEMS = 3; // of one update; the model needs to hear that, not all

export class Surface {
  #options;
  /** @type {import("./tree.js").Definitions} */ #definitions = new Map();
  /** @type {Map<string, Drawn>} by component id */ #drawn = new Map();
  /** @type {string[]} of the update being drawn */ #problems = [];
  #title = element("h3", { dir: "auto" });
  #body = element("div", { class: "surface-body" });
  node;

  /** @param {SurfaceOptions} options */
  constructor(options) {
    this.#options = options;
    this.node = layCard(this.#title, this.#body, options);
  }

  /** @param {{title: string, components: import("../fields.js").Fields[]}} message */
  show({ title, components }) {
    const merged = mergeComponents(this.#definitions, components);
    const tree = growTree(merged);
    nameCard(this.node, this.#title, title, this.#options.strings);
    this.#title.hidden = saysItself(tree, title);
    this.#definitions = keepReached(tree, merged);
    /** @type {Map<string, Drawn>} */
    const drawn = new Map();
    this.#problems = [];
    place(this.#body, [this.#draw(tree, drawn)]);
    this.#drawn = drawn;
    if (this.#problems.length) this.#options.onBroken(this.#problems.slice(0, TOLD_PROBLEMS).join("; "));
  }

  close() {
    this.node.remove();
  }

  /** @param {Branch} branch @param {Map<string, Drawn>} drawn @returns {HTMLElement} */
  #draw(branch, drawn) {
    try {
      if (branch.problem) throw branch.problem;
      const one = this.#reuse(branch);
      drawn.set(branch.id, one);
      const shown = JSON.stringify(branch.properties);
      if (shown !== one.shown) /** @type {Component} */ (one.node).show(branch.properties);
      one.shown = shown;
      if (branch.children)
        place(
          one.node,
          branch.children.map((child) => this.#draw(child, drawn)),
        );
      return one.node;
    } catch (error) {
      if (!branch.problem) drawn.delete(branch.id);
      return this.#drawBroken(branch, error);
    }
  }

  /** @param {Branch} branch @returns {Drawn} */
  #reuse({ id, name }) {
    const before = this.#drawn.get(id);
    if (before?.name === name) return before;
    const component = createComponent(name);
    if (!component) throw new WireError("component", "a name of the catalogue");
    const { strings, now, act } = this.#options;
    component.host = { strings, now, act: (action, value) => act(id, action, value) };
    return { node: component, name, shown: "" };
  }

  /**
   * Whatever is wrong with one component must not take the others along.
   * @param {Branch} branch
   * @param {unknown} error
   */
  #drawBroken({ id, name }, error) {
    const reason = error instanceof Error ? error.message : String(error);
    this.#problems.push(`${this.#options.id}/${id}: ${reason}`);
    const node = element("p", { class: "ui-broken" }, this.#options.strings.notDisplayed);
    node.append(element("span", { class: "soft", dir: "auto" }, ` ${name}`.slice(0, 40)));
    return node;
  }
}

/**
 * Whether the first thing drawn has a head of its own, and the surface's title says no more than that or than what it is.
 * @param {Branch} tree
 * @param {string} title
 */
function saysItself(tree, title) {
  const first = tree.children ? tree.children[0] : tree;
  const { title: own, label, question, name } = first?.properties ?? {};
  const heads = [own, label, question, name].filter((text) => typeof text === "string" && text !== "");
  return heads.length > 0 && ["", first?.name, ...heads].includes(title);
}

/**
 * A card with a title and a button that closes it, for this page only.
 * @param {HTMLElement} title
 * @param {HTMLElement} body
 * @param {{id: string, strings: import("../strings.js").Strings, onClose: () => void}} options
 */
export function layCard(title, body, { id, strings, onClose }) {
  const close = element("button", { type: "button", class: "dismiss", "aria-label": strings.closeCard }, icon("close"));
  close.addEventListener("click", onClose);
  const head = element("header", {}, title, close);
  const node = element("section", { class: "surface", part: "surface", role: "group" }, head, body);
  node.dataset.surface = id;
  return node;
}

/**
 * @param {HTMLElement} node
 * @param {HTMLElement} titleNode
 * @param {string} title
 * @param {import("../strings.js").Strings} strings
 */
export function nameCard(node, titleNode, title, strings) {
  setText(titleNode, title);
  node.setAttribute("aria-label", title || strings.shownByAgent);
  const close = node.querySelector(":scope > header > .dismiss");
  close?.setAttribute("aria-label", fill(strings.closeCard, { title: title || strings.shownByAgent }));
}
