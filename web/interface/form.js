// @ts-check
/** Fields to fill in and send. What somebody typed stays while the form around it changes. */

import { button, element, place, setText } from "../dom.js";
import { fill } from "../strings.js";
import { Component, heading } from "./component.js";
import { formView } from "./views.js";

/**
 * @typedef {import("./views.js").FieldView} FieldView
 * @typedef {{shape: string, node: HTMLElement, problem: HTMLElement, read: () => string | boolean | string[],
 *   first: HTMLElement}} Entry one field as it stands on the page
 */

const MAX_INPUT_CHARS = "4000"; // a whole answer must fit into one message

export class FormComponent extends Component {
  /** @type {Map<string, Entry>} by field name */ #entries = new Map();
  /** @type {FieldView[]} */ #fields = [];
  #head = element("div");
  #body = element("div", { class: "ui-fields" });
  #status = element("p", { class: "soft", role: "status" });
  /** @type {HTMLButtonElement | null} */ #send = null;

  /** @param {import("../fields.js").Fields} properties */
  show(properties) {
    const { fields, title, submitLabel, isDone } = formView(properties);
    const { strings } = this.host;
    if (!this.#send) this.#lay();
    this.#fields = fields;
    const entries = new Map(fields.map((field) => [field.name, this.#entryOf(field)]));
    this.#entries = entries;
    this.#head.replaceChildren(...heading(title));
    place(
      this.#body,
      [...entries.values()].map(({ node }) => node),
    );
    for (const control of this.#body.querySelectorAll("input, select, textarea"))
      /** @type {HTMLInputElement} */ (control).disabled = isDone;
    if (!this.#send) return;
    this.#send.disabled = isDone;
    setText(/** @type {Element} */ (this.#send.querySelector(".word")), submitLabel || strings.submit);
  }

  #lay() {
    const form = element("form", { class: "ui-form" });
    form.noValidate = true; // problems are said beside their field, in the page's own words
    this.#send = button({ label: "", look: "primary small", run: () => {} });
    this.#send.type = "submit"; // so that Enter in a field sends, too
    form.append(this.#head, this.#body, element("div", { class: "ui-foot" }, this.#send, this.#status));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    form.addEventListener("input", () => setText(this.#status, ""));
    this.replaceChildren(form);
  }

  #submit() {
    if (this.#send?.disabled) return;
    /** @type {HTMLElement[]} */ const wrong = [];
    /** @type {[string, unknown][]} */ const values = [];
    for (const field of this.#fields) {
      const entry = this.#entries.get(field.name);
      if (!entry) continue;
      const value = entry.read();
      const problem = problemOf(field, value, this.host.strings);
      setText(entry.problem, problem);
      entry.first.setAttribute("aria-invalid", String(problem !== ""));
      if (problem) wrong.push(entry.first);
      values.push([field.name, field.type === "number" ? (value === "" ? null : Number(value)) : value]);
    }
    if (wrong.length) return wrong[0].focus();
    this.host.act("submit", Object.fromEntries(values));
    setText(this.#status, this.host.strings.sent);
  }

  /** @param {FieldView} field */
  #entryOf(field) {
    const shape = JSON.stringify([field.type, field.label, field.options, field.isRequired]);
    const before = this.#entries.get(field.name);
    return before?.shape === shape ? before : layField(field, shape);
  }
}

/** @param {FieldView} field @param {string} shape @returns {Entry} */
function layField(field, shape) {
  const problem = element("span", { class: "ui-problem", role: "alert" });
  const lay = { choices: layChoices, checkbox: layCheckbox }[String(field.type)] ?? layInput;
  const parts = lay(field);
  parts.node.append(problem);
  return { shape, problem, ...parts };
}

/** @param {FieldView} field */
function layInput(field) {
  const options = field.options.map((option) => element("option", { value: option }, option));
  const input =
    field.type === "choice"
      ? element("select", {}, element("option", { value: "" }, "–"), ...options)
      : element("input", { type: field.type, step: "any", autocomplete: "off", maxlength: MAX_INPUT_CHARS });
  input.value = String(field.value);
  input.required = field.isRequired;
  const node = element("label", { class: "field" }, labelOf(field), input);
  return { node, first: input, read: () => input.value.trim() };
}

/** @param {FieldView} field */
function layCheckbox(field) {
  const box = element("input", { type: "checkbox", class: "tick" });
  box.checked = field.value === true;
  const node = element("label", { class: "field tick-line" }, box, labelOf(field));
  return { node, first: box, read: () => box.checked };
}

/** @param {FieldView} field */
function layChoices(field) {
  const chosen = Array.isArray(field.value) ? field.value : [];
  const boxes = field.options.map((option) => {
    const box = element("input", { type: "checkbox", class: "tick" });
    box.checked = chosen.includes(option);
    const line = element("label", { class: "tick-line" }, box, element("span", { dir: "auto" }, option));
    return { option, box, line };
  });
  const legend = element("legend", {}, labelOf(field));
  const node = element("fieldset", { class: "field" }, legend, ...boxes.map(({ line }) => line));
  const read = () => boxes.filter(({ box }) => box.checked).map(({ option }) => option);
  return { node, first: /** @type {HTMLElement} */ (boxes[0]?.box ?? node), read };
}

/** @param {FieldView} field */
function labelOf({ label, isRequired }) {
  return element("span", { dir: "auto" }, isRequired ? `${label} *` : label);
}

/**
 * @param {FieldView} field
 * @param {string | boolean | string[]} value
 * @param {import("../strings.js").Strings} strings
 */
function problemOf({ label, type, isRequired }, value, strings) {
  const isMissing = value === "" || value === false || (Array.isArray(value) && value.length === 0);
  if (isRequired && isMissing) return fill(strings.fieldMissing, { label });
  if (type === "number" && value !== "" && !Number.isFinite(Number(value))) return fill(strings.fieldNumber, { label });
  return "";
}
