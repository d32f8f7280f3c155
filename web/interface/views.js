// @ts-check
/** What each component of the catalogue shows, read from its properties. Knows nothing of how it is drawn. */

import { WireError } from "../fields.js";
import {
  readCell,
  readChoice,
  readFields,
  readFlag,
  readList,
  readNamed,
  readNumber,
  readText,
  readTextItem,
} from "./reading.js";

const MAX_COLUMNS = 20;
const MAX_ROWS = 200;
const MAX_SERIES = 8;
const MAX_POINTS = 500;
const MAX_VALUE = 1e15; // sums and differences stay exact enough to draw
const MAX_PICTURE_CHARS = 262_144; // what one surface holds
const MAX_DURATION_MS = 7 * 24 * 3600 * 1000; // a week
const FIELD_TYPES = /** @type {const} */ (["text", "number", "choice", "choices", "checkbox", "date"]);

/**
 * @typedef {import("./reading.js").Fields} Fields
 * @typedef {ReturnType<typeof chartView>} ChartView
 * @typedef {ReturnType<typeof formView>} FormView
 * @typedef {FormView["fields"][number]} FieldView
 * @typedef {ReturnType<typeof pollView>} PollView
 * @typedef {ReturnType<typeof timerView>} TimerView
 */

/** @param {Fields} from */
export const textView = (from) => ({
  text: readText(from, "text"),
  variant: readChoice(from, "variant", ["h1", "h2", "body", "caption"], "body"),
});

/** @param {Fields} from */
export function tableView(from) {
  const columns = readList(from, "columns", readTextItem, MAX_COLUMNS);
  const readRow = (/** @type {unknown} */ row, /** @type {string} */ key) => {
    const cells = readList({ [key]: row }, key, readCell, MAX_COLUMNS);
    if (cells.length !== columns.length) throw new WireError(key, `${columns.length} cells, one a column`);
    return cells;
  };
  const rows = readList(from, "rows", readRow, MAX_ROWS);
  const isNumeric = columns.map((_, at) => rows.length > 0 && rows.every((row) => /^-?[\d.,\s]*%?$/.test(row[at])));
  return { columns, rows, isNumeric, caption: readText(from, "caption", "") };
}

/** @param {Fields} from */
export const listView = (from) => ({
  items: readList(from, "items", readTextItem),
  isOrdered: readFlag(from, "ordered", false),
});

/** @param {Fields} from */
export const keyValueView = (from) => ({
  entries: readList(from, "entries", (value, where) => {
    const entry = readFields(value, where);
    return { key: readText(entry, "key"), value: readCell(entry.value, `${where}.value`) };
  }),
});

/** @param {Fields} from */
export function chartView(from) {
  const type = readChoice(from, "type", /** @type {const} */ (["bar", "line", "pie"]));
  const labels = readList(from, "labels", readTextItem, MAX_POINTS);
  const least = type === "pie" ? 0 : -MAX_VALUE;
  const readValue = (/** @type {unknown} */ value, /** @type {string} */ key) =>
    value === null ? null : readNumber({ [key]: value }, key, { least, most: MAX_VALUE });
  const readSeries = (/** @type {unknown} */ value, /** @type {string} */ where) => {
    const one = readFields(value, where);
    const values = readList(one, "values", readValue, MAX_POINTS);
    if (values.length !== labels.length) throw new WireError(`${where}.values`, `${labels.length} values, one a label`);
    return { name: readText(one, "name", ""), values };
  };
  const series = readList(from, "series", readSeries, type === "pie" ? 1 : MAX_SERIES);
  if (!series.length || !labels.length) throw new WireError("series", "at least one value");
  return { type, labels, series, title: readText(from, "title", ""), unit: readText(from, "unit", "") };
}

/** @param {Fields} from */
export const imageView = (from) => ({
  src: readText({ src: from.src }, "src", undefined, MAX_PICTURE_CHARS),
  alt: readText(from, "alt"),
});

/** @param {Fields} from */
export function formView(from) {
  const fields = readNamed(from, "fields", "name", (field, name) => {
    const type = readChoice(field, "type", FIELD_TYPES);
    const hasOptions = type === "choice" || type === "choices";
    return {
      name,
      type,
      label: readText(field, "label", name),
      isRequired: readFlag(field, "required", false),
      options: hasOptions ? readList(field, "options", readTextItem) : [],
      value: readFieldValue(field, type),
    };
  });
  if (!fields.length) throw new WireError("fields", "at least one field");
  return {
    fields,
    title: readText(from, "title", ""),
    submitLabel: readText(from, "submitLabel", ""),
    isDone: readFlag(from, "isDone", false),
  };
}

/** @param {Fields} from */
export function pollView(from) {
  const voters = readFields(from.voters ?? {}, "voters");
  const options = readNamed(from, "options", "id", (option, id) => ({
    id,
    label: readText(option, "label", id),
    votes: option.votes === undefined ? 0 : readNumber(option, "votes", { least: 0, most: 1e6 }),
    voters: Object.hasOwn(voters, id) ? readList(voters, id, readTextItem) : [],
  }));
  if (!options.length) throw new WireError("options", "at least one option");
  return { options, question: readText(from, "question"), isOpen: readFlag(from, "isOpen", true) };
}

/** @param {Fields} from */
export const timerView = (from) => ({
  label: readText(from, "label", ""),
  duration_ms: readNumber(from, "durationMs", { least: 0, most: MAX_DURATION_MS }),
  remaining_ms: readNumber(from, "remainingMs", { least: -MAX_DURATION_MS, most: MAX_DURATION_MS }),
  state: readChoice(from, "state", /** @type {const} */ (["running", "paused", "done", "cancelled"])),
  isCountdown: readFlag(from, "isCountdown", true),
});

/** @param {Fields} from */
export const progressView = (from) => ({
  label: readText(from, "label", ""),
  value: from.value === null ? null : readNumber(from, "value", { least: 0, most: 1 }),
});

/** @param {Fields} from */
export const checklistView = (from) => ({
  title: readText(from, "title", ""),
  items: readNamed(from, "items", "id", (item, id) => ({
    id,
    text: readText(item, "text"),
    isDone: readFlag(item, "isDone", false),
  })),
});

/** @param {Fields} from */
export function locationView(from) {
  const hasPlace = from.latitude !== undefined || from.longitude !== undefined;
  const coordinates = hasPlace && {
    latitude: readNumber(from, "latitude", { least: -90, most: 90 }),
    longitude: readNumber(from, "longitude", { least: -180, most: 180 }),
  };
  const texts = { address: readText(from, "address", ""), note: readText(from, "note", "") };
  return { name: readText(from, "name"), ...texts, coordinates: coordinates || null };
}

/** @param {Fields} from */
export const codeView = (from) => ({ code: readText(from, "code"), language: readText(from, "language", "") });

/** @param {Fields} from */
export const translationView = (from) => ({
  source: readPhrase(from.source, "source"),
  target: readPhrase(from.target, "target"),
});

/** @param {Fields} from */
export const notesView = (from) => ({
  title: readText(from, "title", ""),
  items: readNamed(from, "items", "id", (item, id) => ({
    id,
    text: readText(item, "text"),
    who: readText(item, "who", ""),
  })),
});

/** @param {Fields} from */
export function buttonView(from) {
  const action = readText(from, "action");
  if (action === "" || action.length > 64) throw new WireError("action", "1 to 64 characters");
  return { action, label: readText(from, "label") };
}

/** @param {unknown} value @param {string} key */
function readPhrase(value, key) {
  const phrase = readFields(value, key);
  return { language: readText(phrase, "language", ""), text: readText(phrase, "text") };
}

/**
 * What a field holds before anybody touches it.
 * @param {Fields} field
 * @param {typeof FIELD_TYPES[number]} type
 * @returns {string | boolean | string[]}
 */
function readFieldValue(field, type) {
  if (type === "checkbox") return readFlag(field, "value", false);
  if (type === "choices") return field.value === undefined ? [] : readList(field, "value", readTextItem);
  return field.value === undefined ? "" : readCell(field.value, "value");
}
