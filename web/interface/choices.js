// @ts-check
/** Components people answer with one press: poll, checklist, notes, a button. */

import { button, element, icon } from "../dom.js";
import { fill } from "../strings.js";
import { Component, heading } from "./component.js";
import { buttonView, checklistView, notesView, pollView } from "./views.js";

/** @typedef {import("../fields.js").Fields} Fields */

export class PollComponent extends Component {
  /** The option this page voted for. */
  #mine = "";

  /** @param {Fields} properties */
  show(properties) {
    const view = pollView(properties);
    const focused = focusedKey(this);
    const sum = view.options.reduce((total, { votes }) => total + votes, 0);
    const rows = view.options.map((option) => this.#drawOption(option, sum, view.isOpen));
    const state = fill(view.isOpen ? this.host.strings.pollOpen : this.host.strings.pollClosed, { votes: String(sum) });
    this.replaceChildren(
      ...heading(view.question),
      element("div", { class: "ui-poll", role: "group", "aria-label": view.question }, ...rows),
      element("p", { class: "soft" }, state),
    );
    refocus(this, focused);
  }

  /** @param {import("./views.js").PollView["options"][number]} option @param {number} sum @param {boolean} isOpen */
  #drawOption({ id, label, votes, voters }, sum, isOpen) {
    const bar = element("span", { class: "bar", "aria-hidden": "true" });
    bar.style.setProperty("--share", String(sum ? votes / sum : 0));
    const count = element("span", { class: "count" }, String(votes));
    const node = element("button", { type: "button", class: "ui-option", "aria-pressed": String(id === this.#mine) });
    node.append(bar, element("span", { class: "name", dir: "auto" }, label), count);
    if (voters.length) node.append(element("span", { class: "voters soft", dir: "auto" }, voters.join(", ")));
    node.dataset.key = id;
    node.disabled = !isOpen;
    node.addEventListener("click", () => {
      this.#mine = id;
      for (const other of this.querySelectorAll(".ui-option"))
        other.setAttribute("aria-pressed", String(other === node));
      this.host.act("vote", id);
    });
    return node;
  }
}

export class ChecklistComponent extends Component {
  /** @param {Fields} properties */
  show(properties) {
    const { title, items } = checklistView(properties);
    const focused = focusedKey(this);
    const rows = items.map(({ id, text, isDone }) => {
      const box = element("input", { type: "checkbox", class: "tick" });
      box.checked = isDone;
      box.dataset.key = id;
      box.addEventListener("change", () => this.host.act("check", { id, isDone: box.checked }));
      return element("li", {}, element("label", { class: "tick-line" }, box, element("span", { dir: "auto" }, text)));
    });
    this.replaceChildren(...heading(title), element("ul", { class: "ui-checklist" }, ...rows));
    refocus(this, focused);
  }
}

export class NotesComponent extends Component {
  /** @param {Fields} properties */
  show(properties) {
    const { title, items } = notesView(properties);
    const { strings } = this.host;
    const focused = focusedKey(this);
    const rows = items.map(({ id, text, who }) => {
      const words = element("p", { dir: "auto" }, text);
      if (who) words.append(element("span", { class: "soft" }, ` — ${who}`));
      const remove = element("button", { type: "button", class: "dismiss" }, icon("close"));
      remove.setAttribute("aria-label", fill(strings.removeNote, { text }));
      remove.dataset.key = id;
      remove.addEventListener("click", () => this.host.act("remove", id));
      return element("li", {}, words, remove);
    });
    this.replaceChildren(...heading(title), element("ul", { class: "ui-notes" }, ...rows));
    refocus(this, focused);
  }
}

export class ButtonComponent extends Component {
  /** @param {Fields} properties */
  show(properties) {
    const { label, action } = buttonView(properties);
    this.replaceChildren(button({ label, look: "small", run: () => this.host.act(action, null) }));
  }
}

/** Which of the rows somebody is on, before they are drawn anew. @param {HTMLElement} component */
function focusedKey(component) {
  const root = /** @type {ShadowRoot | Document} */ (component.getRootNode());
  const focused = root.activeElement;
  return focused instanceof HTMLElement && component.contains(focused) ? (focused.dataset.key ?? null) : null;
}

/** @param {HTMLElement} component @param {string | null} key */
function refocus(component, key) {
  if (key === null) return;
  for (const node of component.querySelectorAll("[data-key]"))
    if (node instanceof HTMLElement && node.dataset.key === key) node.focus();
}
