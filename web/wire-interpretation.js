// @ts-check
/** What messages of interpretation must hold. */

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

export const EXPORT_FORMATS = Object.freeze(/** @type {const} */ (["vtt", "srt", "txt", "json"]));
const STATUSES = /** @type {const} */ (["off", "starting", "ready", "failed"]);
const LANGUAGE = /^[a-z]{2,3}$/;
const MAX_WORDINGS = 16;
const MAX_WORDING_CHARS = 80;
const MAX_CSV_CHARS = 200_000;
const MAX_NOTE_CHARS = 500;
export const MAX_TOPIC_CHARS = 200;
const BOOTH_STEPS = /** @type {const} */ (["enter", "take", "agree", "release", "leave"]);

/**
 * @typedef {import("./fields.js").Fields} Fields
 * @typedef {typeof EXPORT_FORMATS[number]} ExportFormat
 * @typedef {{v: 1, kind: "interpretation", offered: string[], language: string | null, track: string | null,
 *   listening: Record<string, number>, foreign: string[], sounding: string[], status: typeof STATUSES[number],
 *   problem: string}} InterpretationState
 * @typedef {{v: 1, kind: "lag", language: string, start_lag_s: number, end_lag_s: number}} Lag
 * @typedef {{v: 1, kind: "glossary", csv: string, violations: number}} GlossaryNow
 * @typedef {{v: 1, kind: "topic", text: string}} TopicNow
 * @typedef {{v: 1, kind: "record", consent: boolean, entries: number, retention_days: number}} RecordState
 * @typedef {{v: 1, kind: "record-file", format: ExportFormat, text: string}} RecordFile
 * @typedef {{v: 1, kind: "choose-language", language: string | null}} ChooseLanguage
 * @typedef {{v: 1, kind: "glossary-edit", wordings: Record<string, string>, remove: boolean}} GlossaryEdit
 * @typedef {{v: 1, kind: "glossary-upload", csv: string}} GlossaryUpload
 * @typedef {{v: 1, kind: "topic-edit", text: string}} TopicEdit
 * @typedef {{v: 1, kind: "record-consent", given: boolean}} RecordConsent
 * @typedef {{v: 1, kind: "record-export", format: ExportFormat, language: string | null}} RecordExport
 * @typedef {{v: 1, kind: "record-delete"}} RecordDelete
 * @typedef {{language: string, interpreter: string | null, asking: string | null, countdown_s: number | null,
 *   covered: boolean, muted: boolean, partners: string[]}} Booth
 * @typedef {{v: 1, kind: "booths", booths: Booth[]}} Booths
 * @typedef {{v: 1, kind: "booth-said", name: string, text: string}} BoothSaid
 * @typedef {{v: 1, kind: "booth-ask", language: string, step: typeof BOOTH_STEPS[number]}} BoothAsk
 * @typedef {{v: 1, kind: "booth-mute", muted: boolean}} BoothMute
 * @typedef {{v: 1, kind: "booth-note", text: string}} BoothNote
 * @typedef {InterpretationState | Lag | GlossaryNow | TopicNow | RecordState | RecordFile | Booths | BoothSaid}
 *   InterpretationNews what an agent tells the page
 * @typedef {ChooseLanguage | GlossaryEdit | GlossaryUpload | TopicEdit | RecordConsent | RecordExport | RecordDelete
 *   | BoothAsk | BoothMute | BoothNote} InterpretationWish what the page tells an agent
 * @typedef {InterpretationNews | InterpretationWish} InterpretationMessage
 */

/** What an agent may say of interpretation; the rest of INTERPRETATION_CHECKS is what a page says. */
export const INTERPRETATION_NEWS = Object.freeze(
  new Set(["interpretation", "lag", "glossary", "topic", "record", "record-file", "booths", "booth-said"]),
);

/** @type {Record<string, (message: Fields) => void>} */
export const INTERPRETATION_CHECKS = {
  interpretation(message) {
    for (const key of ["offered", "foreign", "sounding"]) need(message, key, isNames, "a list of names");
    need(message, "language", isLanguageOrNone, "a language code or null");
    need(message, "track", (value) => value === null || isName(value), "a name or null");
    const listening = needFields(message, "listening");
    for (const language of Object.keys(listening)) need(listening, language, isCount, "a whole number from 0");
    needOneOf(message, "status", STATUSES);
    need(message, "problem", isString, "a string");
  },
  lag(message) {
    needName(message, "language");
    for (const key of ["start_lag_s", "end_lag_s"]) need(message, key, isNumber, "a number");
  },
  glossary(message) {
    need(message, "csv", isString, "a string");
    need(message, "violations", isCount, "a whole number from 0");
  },
  topic: (message) => need(message, "text", isString, "a string"),
  record(message) {
    need(message, "consent", isFlag, "true or false");
    need(message, "entries", isCount, "a whole number from 0");
    need(message, "retention_days", isCount, "a whole number from 0");
  },
  "record-file"(message) {
    needOneOf(message, "format", EXPORT_FORMATS);
    need(message, "text", isString, "a string");
  },
  "choose-language": (message) => need(message, "language", isLanguageOrNone, "a language code or null"),
  "glossary-edit"(message) {
    const wordings = needFields(message, "wordings");
    const count = Object.keys(wordings).length;
    if (count < 1 || count > MAX_WORDINGS) throw new WireError("wordings", `1 to ${MAX_WORDINGS} languages`);
    for (const language of Object.keys(wordings)) needText(wordings, language, 1, MAX_WORDING_CHARS);
    need(message, "remove", isFlag, "true or false");
  },
  "glossary-upload": (message) => needText(message, "csv", 0, MAX_CSV_CHARS),
  "topic-edit": (message) => needText(message, "text", 0, MAX_TOPIC_CHARS),
  "record-consent": (message) => need(message, "given", isFlag, "true or false"),
  "record-export"(message) {
    needOneOf(message, "format", EXPORT_FORMATS);
    need(message, "language", isLanguageOrNone, "a language code or null");
  },
  "record-delete"() {},
  "booth-ask"(message) {
    need(message, "language", (value) => isString(value) && LANGUAGE.test(String(value)), "a language code");
    needOneOf(message, "step", BOOTH_STEPS);
  },
  "booth-mute": (message) => need(message, "muted", isFlag, "true or false"),
  "booth-note": (message) => needText(message, "text", 1, MAX_NOTE_CHARS),
  booths(message) {
    need(message, "booths", (value) => Array.isArray(value) && value.every(isFields), "a list of objects");
    for (const booth of /** @type {Fields[]} */ (message.booths)) {
      needName(booth, "language");
      for (const key of ["interpreter", "asking"])
        need(booth, key, (value) => value === null || isName(value), "a name or null");
      need(booth, "partners", isNames, "a list of names");
      need(booth, "countdown_s", (value) => value === null || isCount(value), "a whole number or null");
      for (const key of ["covered", "muted"]) need(booth, key, isFlag, "true or false");
    }
  },
  "booth-said"(message) {
    need(message, "name", isString, "a string");
    need(message, "text", isString, "a string");
  },
};

/** @param {unknown} value */
const isLanguageOrNone = (value) => value === null || (isString(value) && LANGUAGE.test(String(value)));

/** @param {unknown} value */
const isNames = (value) => Array.isArray(value) && value.every(isName);
