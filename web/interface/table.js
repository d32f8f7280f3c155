// @ts-check
/** Rows and columns. */

import { element } from "../dom.js";
import { Component } from "./component.js";
import { tableView } from "./views.js";

export class TableComponent extends Component {
  /** @param {import("../fields.js").Fields} properties */
  show(properties) {
    this.replaceChildren(drawTable(tableView(properties), this.host.strings.table));
  }
}

/**
 * A table that scrolls sideways by itself, also by keyboard, when it is wider than its place.
 * @param {{columns: string[], rows: string[][], isNumeric: boolean[], caption: string}} view
 * @param {string} name for those who do not see it, when there is no caption
 */
export function drawTable({ columns, rows, isNumeric, caption }, name) {
  const look = (/** @type {number} */ column) => (isNumeric[column] ? "number" : undefined);
  const heads = columns.map((text, column) =>
    element("th", { scope: "col", class: look(column), dir: "auto" }, text),
  );
  const lines = rows.map((row) =>
    element("tr", {}, ...row.map((cell, column) => element("td", { class: look(column), dir: "auto" }, cell))),
  );
  const table = element("table", { "aria-label": caption ? undefined : name });
  if (caption) table.append(element("caption", { dir: "auto" }, caption));
  table.append(element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...lines));
  return element("div", { class: "ui-table", tabindex: "0", role: "region", "aria-label": caption || name }, table);
}
