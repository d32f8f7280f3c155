// @ts-check
/** Tools the embedding page lends to the agent, and what the page wants it to know. */

import { readMessage, WIRE_VERSION } from "./wire.js";

export const MAX_TOOLS = 32;
export const MAX_RUNNING = 8;
const MAX_REMEMBERED = 256; // calls that were taken once are never taken again
const MAX_ERROR_CHARS = 1000;
const v = WIRE_VERSION;

/**
 * @typedef {import("./wire-work.js").ToolCall} ToolCall
 * @typedef {{name: string, description: string, parameters?: object}} ToolSchema `parameters` is a JSON Schema of
 *   type "object"
 * @typedef {(given: any, context: {signal: AbortSignal}) => unknown} ToolHandler what it returns, or what its promise
 *   brings, must be JSON
 * @typedef {(wish: import("./wire-work.js").WorkWish) => boolean} Send
 */

export class ClientTools {
  /** @type {Map<string, {registration: import("./wire-work.js").ToolRegister, handler: ToolHandler}>} */
  #tools = new Map();
  /** @type {Map<string, AbortController>} by call */ #running = new Map();
  /** @type {Set<string>} call ids, oldest first */ #taken = new Set();
  /** @type {Send | null} */ #send = null;
  #context = "";

  /**
   * Registering a name again replaces it. The result takes the tool back.
   * @param {ToolSchema} schema
   * @param {ToolHandler} handler
   * @returns {() => void}
   * @throws {import("./fields.js").WireError} when the schema is not one
   */
  register({ name, description, parameters = { type: "object", properties: {} } }, handler) {
    const registration = { v, kind: "tool-register", name, description, schema: parameters };
    readMessage(registration);
    if (typeof handler !== "function") throw new TypeError("registerTool: expected a function that runs the tool");
    if (!this.#tools.has(name) && this.#tools.size >= MAX_TOOLS)
      throw new RangeError(`registerTool: expected at most ${MAX_TOOLS} tools`);
    const tool = { registration: /** @type {import("./wire-work.js").ToolRegister} */ (registration), handler };
    this.#tools.set(name, tool);
    this.#send?.(tool.registration);
    return () => {
      if (this.#tools.get(name) !== tool) return; // replaced since
      this.#tools.delete(name);
      this.#send?.({ v, kind: "tool-unregister", name });
    };
  }

  /** What the agent may know of the page around. @param {string} text */
  setContext(text) {
    readMessage({ v, kind: "page-context", text });
    this.#context = text;
    this.#send?.({ v, kind: "page-context", text });
  }

  get context() {
    return this.#context;
  }

  /** An agent is there: it is told everything. @param {Send} send */
  announce(send) {
    this.#send = send;
    for (const { registration } of this.#tools.values()) send(registration);
    if (this.#context) send({ v, kind: "page-context", text: this.#context });
  }

  /** The call is over: nothing goes on for it. */
  stop() {
    this.#send = null;
    for (const scope of this.#running.values()) scope.abort();
    this.#running.clear();
  }

  /** @param {string} id */
  cancel(id) {
    this.#running.get(id)?.abort();
    this.#running.delete(id);
  }

  /** Runs a tool once and sends what came of it. @param {ToolCall} call */
  async run({ id, name, arguments: given }) {
    if (this.#taken.has(id)) return;
    this.#remember(id);
    const tool = this.#tools.get(name);
    if (!tool) return this.#fail(id, `this page has no tool ${name}`);
    if (this.#running.size >= MAX_RUNNING) return this.#fail(id, "too many tools of this page are running");
    const scope = new AbortController();
    this.#running.set(id, scope);
    try {
      const result = (await tool.handler(given, { signal: scope.signal })) ?? null;
      if (!scope.signal.aborted) this.#answer(id, result);
    } catch (error) {
      if (!scope.signal.aborted) this.#fail(id, `${name}: ${error instanceof Error ? error.message : error}`);
    } finally {
      if (this.#running.get(id) === scope) this.#running.delete(id);
    }
  }

  /** @param {string} id @param {unknown} result */
  #answer(id, result) {
    const plain = JSON.parse(JSON.stringify(result) ?? "null"); // as the agent will read it
    const message = { v, kind: /** @type {const} */ ("tool-result"), id, result: plain };
    readMessage(message);
    this.#send?.({ ...message, v });
  }

  /** @param {string} id @param {string} reason */
  #fail(id, reason) {
    this.#send?.({ v, kind: "tool-result", id, error: Array.from(reason).slice(0, MAX_ERROR_CHARS).join("") });
  }

  /** @param {string} id */
  #remember(id) {
    this.#taken.add(id);
    const [oldest] = this.#taken;
    if (this.#taken.size > MAX_REMEMBERED) this.#taken.delete(oldest);
  }
}
