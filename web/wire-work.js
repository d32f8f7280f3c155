// @ts-check
/** What messages about background work, generated interface, tools and etiquette must hold. */

import { isFields, isFlag, isNumber, isString, need, needFields, needOneOf, needText, WireError } from "./fields.js";

export const MAX_ID_CHARS = 64;
export const MAX_TITLE_CHARS = 120;
export const MAX_NOTE_CHARS = 500;
export const MAX_REASON_CHARS = 1000;
export const MAX_HTML_CHARS = 200_000;
export const MAX_CONTEXT_CHARS = 8000;
export const MAX_COMPONENTS = 500;
export const MAX_JSON_CHARS = 32 * 1024;
export const MAX_JSON_DEPTH = 16;
export const MODES = Object.freeze(/** @type {const} */ (["quiet", "undertone", "invited", "free"]));
const JOB_STATES = /** @type {const} */ (["running", "blocked", "done", "failed", "cancelled"]);
const APPROVAL_STATES = /** @type {const} */ (["asked", "approved", "denied", "expired"]);
const TOOL_NAME = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * @typedef {import("./fields.js").Fields} Fields
 * @typedef {typeof MODES[number]} Mode who may be interrupted, and how
 * @typedef {{v: 1, kind: "job", id: string, title: string, state: typeof JOB_STATES[number], progress: number | null,
 *   note: string}} Job
 * @typedef {{v: 1, kind: "ui", surfaceId: string, title: string, components: Fields[]}} Ui
 * @typedef {{v: 1, kind: "ui-html", surfaceId: string, title: string, html: string, app?: Fields}} UiHtml
 *   with `app` the view of a tool: the arguments and the result of its call
 * @typedef {{v: 1, kind: "ui-remove", surfaceId: string}} UiRemove
 * @typedef {{v: 1, kind: "ui-result", surfaceId: string, id: string, result?: Fields, error?: string}} UiResult
 *   what came of the tool that a surface's document used
 * @typedef {{v: 1, kind: "approval", id: string, tool: string, arguments: Fields, reason: string,
 *   state: typeof APPROVAL_STATES[number]}} Approval
 * @typedef {{v: 1, kind: "tool-call", id: string, name: string, arguments: Fields}} ToolCall
 * @typedef {{v: 1, kind: "tool-cancel", id: string}} ToolCancel
 * @typedef {{v: 1, kind: "etiquette-state", room: Mode, people: Record<string, Mode>}} EtiquetteState
 * @typedef {{v: 1, kind: "job-cancel", id: string}} JobCancel
 * @typedef {{v: 1, kind: "ui-action", surfaceId: string, componentId: string, action: string,
 *   value: unknown}} UiAction
 * @typedef {{v: 1, kind: "approval-answer", id: string, approve: boolean, remember: boolean}} ApprovalAnswer
 * @typedef {{v: 1, kind: "tool-register", name: string, description: string, schema: Fields}} ToolRegister
 * @typedef {{v: 1, kind: "tool-unregister", name: string}} ToolUnregister
 * @typedef {{v: 1, kind: "tool-result", id: string, result?: unknown, error?: string}} ToolResult
 * @typedef {{v: 1, kind: "page-context", text: string}} PageContext
 * @typedef {{v: 1, kind: "etiquette", who: string, mode: Mode}} Etiquette
 * @typedef {{v: 1, kind: "push-to-talk", on: boolean, held: boolean}} PushToTalk
 * @typedef {Job | Ui | UiHtml | UiRemove | UiResult | Approval | ToolCall | ToolCancel | EtiquetteState} WorkNews
 *   what an agent tells the page
 * @typedef {JobCancel | UiAction | ApprovalAnswer | ToolRegister | ToolUnregister | ToolResult | PageContext
 *   | Etiquette | PushToTalk} WorkWish what the page tells an agent
 * @typedef {WorkNews | WorkWish} WorkMessage
 */

/** What an agent may say of its work; the rest of WORK_CHECKS is what a page says. */
export const WORK_NEWS = Object.freeze(
  new Set([
    "job",
    "ui",
    "ui-html",
    "ui-remove",
    "ui-result",
    "approval",
    "tool-call",
    "tool-cancel",
    "etiquette-state",
  ]),
);

/** @type {Record<string, (message: Fields) => void>} */
export const WORK_CHECKS = {
  job(message) {
    needId(message, "id");
    needText(message, "title", 1, MAX_TITLE_CHARS);
    needOneOf(message, "state", JOB_STATES);
    need(message, "progress", isShare, "a number from 0 to 1, or null");
    needText(message, "note", 0, MAX_NOTE_CHARS);
  },
  ui(message) {
    needId(message, "surfaceId");
    needText(message, "title", 0, MAX_TITLE_CHARS);
    const fits = (/** @type {unknown} */ value) =>
      Array.isArray(value) && value.length > 0 && value.length <= MAX_COMPONENTS && value.every(isFields);
    need(message, "components", fits, `a list of 1 to ${MAX_COMPONENTS} components`);
  },
  "ui-html"(message) {
    needId(message, "surfaceId");
    needText(message, "title", 0, MAX_TITLE_CHARS);
    needText(message, "html", 1, MAX_HTML_CHARS);
    if (!Object.hasOwn(message, "app")) return;
    const app = needFields(message, "app");
    needFields(app, "arguments");
    needFields(app, "result");
    needJson(message, "app");
  },
  "ui-remove": (message) => needId(message, "surfaceId"),
  "ui-result"(message) {
    needId(message, "surfaceId");
    needId(message, "id");
    needResultOrError(message);
    if (Object.hasOwn(message, "result")) needFields(message, "result");
  },
  approval(message) {
    needId(message, "id");
    needText(message, "tool", 1, MAX_TITLE_CHARS);
    needFields(message, "arguments");
    needJson(message, "arguments");
    needText(message, "reason", 0, MAX_NOTE_CHARS);
    needOneOf(message, "state", APPROVAL_STATES);
  },
  "tool-call"(message) {
    needId(message, "id");
    needToolName(message);
    needFields(message, "arguments");
    needJson(message, "arguments");
  },
  "tool-cancel": (message) => needId(message, "id"),
  "etiquette-state"(message) {
    needOneOf(message, "room", MODES);
    const people = needFields(message, "people");
    for (const id of Object.keys(people)) needOneOf(people, id, MODES);
  },
  "job-cancel": (message) => needId(message, "id"),
  "ui-action"(message) {
    needId(message, "surfaceId");
    needId(message, "componentId");
    needId(message, "action");
    needJson(message, "value");
  },
  "approval-answer"(message) {
    needId(message, "id");
    need(message, "approve", isFlag, "true or false");
    need(message, "remember", isFlag, "true or false");
  },
  "tool-register"(message) {
    needToolName(message);
    needText(message, "description", 1, MAX_REASON_CHARS);
    const schema = needFields(message, "schema");
    need(schema, "type", (value) => value === "object", 'a JSON Schema of type "object"');
    needJson(message, "schema");
  },
  "tool-unregister": (message) => needToolName(message),
  "tool-result"(message) {
    needId(message, "id");
    needResultOrError(message);
  },
  "page-context": (message) => needText(message, "text", 0, MAX_CONTEXT_CHARS),
  etiquette(message) {
    needId(message, "who");
    needOneOf(message, "mode", MODES);
  },
  "push-to-talk"(message) {
    need(message, "on", isFlag, "true or false");
    need(message, "held", isFlag, "true or false");
  },
};

/** @param {unknown} value */
const isShare = (value) => value === null || (isNumber(value) && value >= 0 && value <= 1);

/** @param {Fields} from @param {string} key */
function needId(from, key) {
  needText(from, key, 1, MAX_ID_CHARS);
}

/** @param {Fields} from */
function needToolName(from) {
  need(from, "name", (value) => isString(value) && TOOL_NAME.test(value), "1 to 64 letters, digits, - or _");
}

/** @param {Fields} from */
function needResultOrError(from) {
  const hasResult = Object.hasOwn(from, "result");
  if (hasResult === Object.hasOwn(from, "error")) throw new WireError("result", "a result or an error, not both");
  if (hasResult) needJson(from, "result");
  else needText(from, "error", 1, MAX_REASON_CHARS);
}

/** Whether it is JSON that is neither too long nor too deep for a message. @param {unknown} value */
export function isSendable(value) {
  try {
    return isShallow(value, MAX_JSON_DEPTH) && JSON.stringify(value).length <= MAX_JSON_CHARS;
  } catch {
    return false; // a BigInt, or something else that JSON has no form for
  }
}

/** @param {Fields} from @param {string} key */
function needJson(from, key) {
  need(from, key, isSendable, `JSON of at most ${MAX_JSON_CHARS} characters, nested at most ${MAX_JSON_DEPTH} deep`);
}

/** @param {unknown} value @param {number} depth @returns {boolean} */
function isShallow(value, depth) {
  if (value === undefined) return false;
  const inner = Array.isArray(value) ? value : isFields(value) ? Object.values(value) : null;
  return inner === null || (depth > 0 && inner.every((each) => isShallow(each, depth - 1)));
}
