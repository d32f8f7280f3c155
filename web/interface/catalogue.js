// @ts-check
/** The components there are. What is not named here cannot be shown. */

import { ChartComponent } from "./chart.js";
import { ButtonComponent, ChecklistComponent, NotesComponent, PollComponent } from "./choices.js";
import { Component } from "./component.js";
import { FormComponent } from "./form.js";
import { ImageComponent } from "./picture.js";
import { TableComponent } from "./table.js";
import { ProgressComponent, TimerComponent } from "./time.js";
import {
  CodeComponent,
  KeyValueComponent,
  ListComponent,
  LocationComponent,
  TextComponent,
  TranslationComponent,
} from "./words.js";

class ColumnComponent extends Component {}
class RowComponent extends Component {}

/** @type {ReadonlyMap<string, new () => Component>} */
const CATALOGUE = new Map([
  ["Button", ButtonComponent],
  ["Chart", ChartComponent],
  ["Checklist", ChecklistComponent],
  ["Code", CodeComponent],
  ["Column", ColumnComponent],
  ["Form", FormComponent],
  ["Image", ImageComponent],
  ["KeyValue", KeyValueComponent],
  ["List", ListComponent],
  ["Location", LocationComponent],
  ["Notes", NotesComponent],
  ["Poll", PollComponent],
  ["Progress", ProgressComponent],
  ["Row", RowComponent],
  ["Table", TableComponent],
  ["Text", TextComponent],
  ["Timer", TimerComponent],
  ["Translation", TranslationComponent],
]);

/** An empty component of the catalogue; null for a name that is not in it. @param {string} name */
export function createComponent(name) {
  const kind = CATALOGUE.get(name);
  if (!kind) return null;
  const tag = `alongside-ui-${name.toLowerCase()}`;
  if (!customElements.get(tag)) customElements.define(tag, kind);
  return /** @type {Component} */ (document.createElement(tag));
}
