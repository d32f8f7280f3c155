// @ts-check
/** A surface's components as a tree: A2UI's flat list followed from `root`, bounded in size and depth. */

import { WireError } from "../fields.js";
import { readList, readTextItem } from "./reading.js";

export const MAX_COMPONENTS = 500;
export const MAX_DEPTH = 16;
export const ROOT = "root";
const CONTAINERS = new Set(["Column", "Row"]);

/**
 * @typedef {import("../fields.js").Fields} Fields
 * @typedef {Map<string, Fields>} Definitions by component id
 * @typedef {{id: string, name: string, properties: Fields, children: Branch[] | null, problem: WireError | null}} Branch
 *   one component as it is to be drawn; only containers have children, and one with a problem cannot be drawn
 */

/**
 * The definitions with those of a message put in; of two with the same id the later one counts.
 * @param {Definitions} before
 * @param {Fields[]} components
 * @returns {Definitions}
 */
export function mergeComponents(before, components) {
  const definitions = new Map(before);
  for (const component of components)
    if (typeof component.id === "string" && component.id !== "") definitions.set(component.id, component);
  return definitions;
}

/**
 * Follows the children from `root`. A component named twice, a cycle, one that was never defined or is too deep
 * becomes a branch with a problem, and the others live.
 * @param {Definitions} definitions
 * @returns {Branch}
 */
export function growTree(definitions) {
  const seen = new Set();
  let num_branches = 0;
  const grow = (/** @type {string} */ id, /** @type {number} */ depth) => {
    num_branches += 1;
    const properties = definitions.get(id);
    const branch = branchOf(id, properties ?? {});
    if (!properties) return broken(branch, "a component with this id");
    if (seen.has(id)) return broken(branch, "no component shown twice");
    if (num_branches > MAX_COMPONENTS) return broken(branch, `at most ${MAX_COMPONENTS} components`);
    if (depth > MAX_DEPTH) return broken(branch, `components nested at most ${MAX_DEPTH} deep`);
    seen.add(id);
    if (CONTAINERS.has(branch.name)) growChildren(branch, depth);
    return branch;
  };
  const growChildren = (/** @type {Branch} */ branch, /** @type {number} */ depth) => {
    try {
      branch.children = [];
      for (const id of readList(branch.properties, "children", readTextItem, MAX_COMPONENTS)) {
        if (num_branches > MAX_COMPONENTS) break; // one says that there were too many
        branch.children.push(grow(id, depth + 1));
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      branch.problem = error;
    }
  };
  return grow(ROOT, 1);
}

/** What `growTree` reached; what nobody names any more is forgotten. @param {Branch} tree @param {Definitions} all */
export function keepReached(tree, all) {
  /** @type {Definitions} */
  const kept = new Map();
  const walk = (/** @type {Branch} */ branch) => {
    const definition = all.get(branch.id);
    if (definition) kept.set(branch.id, definition);
    branch.children?.forEach(walk);
  };
  walk(tree);
  return kept;
}

/** @param {string} id @param {Fields} properties @returns {Branch} */
function branchOf(id, properties) {
  const name = typeof properties.component === "string" ? properties.component : "";
  return { id, name, properties, children: null, problem: null };
}

/** @param {Branch} branch @param {string} expected @returns {Branch} */
function broken(branch, expected) {
  return { ...branch, problem: new WireError(branch.id, expected) };
}
