// @ts-check
/** What each data channel message must hold. Knows nothing of channels. */

import {
  isCount,
  isFields,
  isFlag,
  isName,
  isNumber,
  isString,
  need,
  needFields,
  needName,
  needOneOf,
  needText,
  WireError,
} from "./fields.js";
import { INTERPRETATION_CHECKS } from "./wire-interpretation.js";
import { WORK_CHECKS } from "./wire-work.js";

export { WireError };
export const WIRE_VERSION = 1;
export const MAX_TEXT_CHARS = 4000;
export const MAX_PIECES = 1024;
const FULL_SCALE_DBOV = 0;

/**
 * @typedef {{id: string, name: string, role: "participant" | "agent"}} Speaker
 * @typedef {{v: 1, kind: "caption", id: string, speaker: Speaker, language: string, text: string, final: boolean,
 *   start_ms: number, end_ms: number}} Caption
 * @typedef {"listening" | "speaking" | "working" | "unavailable"} AgentActivity
 * @typedef {{v: 1, kind: "agent-state", state: AgentActivity, looking: boolean, muted: boolean}} AgentState
 * @typedef {{v: 1, kind: "voice-stopped"}} VoiceStopped the agent was silenced: what is on its way is stale
 * @typedef {{v: 1, kind: "error", code: string, message: string}} WireProblem
 * @typedef {{v: 1, kind: "levels", levels: Record<string, number>}} Levels
 * @typedef {{v: 1, kind: "metrics", micro_turn: number, step_ms: number, late_total: number,
 *   lost_total: number}} Metrics
 * @typedef {{v: 1, kind: "welcome", conversation: string, micro_turn: number, agent: {id: string, name: string},
 *   engine: string}} Welcome
 * @typedef {{v: 1, kind: "text", text: string}} TypedText
 * @typedef {{v: 1, kind: "silence"}} Silence
 * @typedef {{v: 1, kind: "source", screen_mid: string | null, camera_mid: string | null}} Source
 * @typedef {{v: 1, kind: "settings", key: string, value: string | number | boolean}} Settings
 * @typedef {{v: 1, kind: "piece", id: string, index: number, count: number, data: string}} Piece
 * @typedef {Caption | AgentState | VoiceStopped | WireProblem | Levels | Metrics | Welcome | TypedText | Silence
 *   | Source | Settings | Piece | import("./wire-work.js").WorkMessage
 *   | import("./wire-interpretation.js").InterpretationMessage} WireMessage
 * @typedef {import("./fields.js").Fields} Fields
 */

/** @type {Record<string, (message: Fields) => void>} */
const CHECKS = {
  ...WORK_CHECKS,
  ...INTERPRETATION_CHECKS,
  caption(message) {
    needName(message, "id");
    needName(message, "language");
    need(message, "text", isString, "a string");
    need(message, "final", isFlag, "true or false");
    need(message, "start_ms", isCount, "a whole number from 0");
    need(message, "end_ms", isCount, "a whole number from 0");
    if (Number(message.end_ms) < Number(message.start_ms)) throw new WireError("end_ms", "no less than start_ms");
    const speaker = needFields(message, "speaker");
    needName(speaker, "id");
    need(speaker, "name", isString, "a string");
    needOneOf(speaker, "role", ["participant", "agent"]);
  },
  "agent-state"(message) {
    needOneOf(message, "state", ["listening", "speaking", "working", "unavailable"]);
    need(message, "looking", isFlag, "true or false");
    need(message, "muted", isFlag, "true or false");
  },
  "voice-stopped"() {},
  error(message) {
    needName(message, "code");
    need(message, "message", isString, "a string");
  },
  levels(message) {
    const levels = needFields(message, "levels");
    for (const id of Object.keys(levels)) need(levels, id, isLevel, `a number up to ${FULL_SCALE_DBOV} dBov`);
  },
  metrics(message) {
    for (const key of ["micro_turn", "late_total", "lost_total"])
      need(message, key, isCount, "a whole number from 0");
    need(message, "step_ms", (value) => isNumber(value) && Number(value) >= 0, "a number from 0");
  },
  welcome(message) {
    needName(message, "conversation");
    needName(message, "engine");
    need(message, "micro_turn", isCount, "a whole number from 0");
    const agent = needFields(message, "agent");
    needName(agent, "id");
    need(agent, "name", isString, "a string");
  },
  text(message) {
    needText(message, "text", 1, MAX_TEXT_CHARS);
  },
  silence() {},
  source(message) {
    for (const key of ["screen_mid", "camera_mid"]) {
      need(message, key, (value) => value === null || isName(value), "a mid or null");
    }
    const isShared = message.screen_mid !== null && message.screen_mid === message.camera_mid;
    if (isShared) throw new WireError("camera_mid", "another mid than screen_mid");
  },
  settings(message) {
    needName(message, "key");
    need(
      message,
      "value",
      (value) => isString(value) || isNumber(value) || isFlag(value),
      "text, a number or a flag",
    );
  },
  piece(message) {
    needName(message, "id");
    need(message, "count", isCount, "a whole number");
    const count = Number(message.count);
    if (count < 1 || count > MAX_PIECES) throw new WireError("count", `1 to ${MAX_PIECES}`);
    need(message, "index", (value) => isCount(value) && Number(value) < count, "a whole number below count");
    need(message, "data", isString, "a string");
  },
};

export const KINDS = Object.freeze(Object.keys(CHECKS));

/**
 * The message when it is well formed, null when its kind is not known here.
 * @param {unknown} value
 * @returns {WireMessage | null}
 * @throws {WireError}
 */
export function readMessage(value) {
  if (!isFields(value)) throw new WireError("message", "an object");
  if (value.v !== WIRE_VERSION) throw new WireError("v", `version ${WIRE_VERSION}`);
  if (!isString(value.kind)) throw new WireError("kind", "a string");
  const kind = String(value.kind);
  if (!Object.hasOwn(CHECKS, kind)) return null;
  CHECKS[kind](value);
  return /** @type {WireMessage} */ (/** @type {unknown} */ (value));
}

/** @param {unknown} value */
const isLevel = (value) => isNumber(value) && value <= FULL_SCALE_DBOV;
