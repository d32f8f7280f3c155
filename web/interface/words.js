// @ts-check
/** Components that only show words: text, list, pairs, code, a translation, a place. */

import { element } from "../dom.js";
import { Component, copyButton, heading } from "./component.js";
import { codeView, keyValueView, listView, locationView, textView, translationView } from "./views.js";

/** @typedef {import("../fields.js").Fields} Fields */

const TEXT_TAGS = /** @type {const} */ ({ h1: "h3", h2: "h4", body: "p", caption: "p" }); // the room's name is the h2

export class TextComponent extends Component {
  /** @param {Fields} properties */
  show(properties) {
    const { text, variant } = textView(properties);
    this.replaceChildren(element(TEXT_TAGS[variant], { class: `ui-text ${variant}`, dir: "auto" }, text));
  }
}

export class ListComponent extends Component {
  /** @param {Fields} properties */
  show(properties) {
    const { items, isOrdered } = listView(properties);
    const rows = items.map((item) => element("li", { dir: "auto" }, item));
    this.replaceChildren(element(isOrdered ? "ol" : "ul", { class: "ui-list" }, ...rows));
  }
}

export class KeyValueComponent extends Component {
  /** @param {Fields} properties */
  show(properties) {
    const { entries } = keyValueView(properties);
    const pairs = entries.map(({ key, value }) =>
      element("div", {}, element("dt", { dir: "auto" }, key), element("dd", { dir: "auto" }, value)),
    );
    this.replaceChildren(element("dl", { class: "ui-pairs" }, ...pairs));
  }
}

export class CodeComponent extends Component {
  /** @param {Fields} properties */
  show(properties) {
    const { strings } = this.host;
    const { code, language } = codeView(properties);
    const head = element("header", {}, element("span", { class: "soft" }, language || strings.code));
    head.append(copyButton(() => code, strings));
    const lines = element("pre", { tabindex: "0", role: "region", "aria-label": language || strings.code });
    lines.append(element("code", { dir: "ltr" }, code));
    this.replaceChildren(element("div", { class: "ui-code" }, head, lines));
  }
}

export class TranslationComponent extends Component {
  /** @param {Fields} properties */
  show(properties) {
    const { source, target } = translationView(properties);
    const phrases = [source, target].map(({ language, text }, index) => {
      const words = element("p", { dir: "auto", lang: isLanguage(language) ? language : undefined }, text);
      const name = element("span", { class: "soft" }, language);
      return element("div", { class: index ? "target" : "source" }, name, words);
    });
    this.replaceChildren(element("div", { class: "ui-translation" }, ...phrases));
  }
}

export class LocationComponent extends Component {
  /** @param {Fields} properties */
  show(properties) {
    const { name, address, note, coordinates } = locationView(properties);
    const { strings } = this.host;
    const card = element("div", { class: "ui-location" }, ...heading(name));
    for (const text of [address, note]) if (text) card.append(element("p", { dir: "auto" }, text));
    if (coordinates) card.append(element("p", { class: "soft" }, inDegrees(coordinates)));
    const lines = [name, address, note, coordinates && `${coordinates.latitude}, ${coordinates.longitude}`];
    card.append(copyButton(() => lines.filter(Boolean).join("\n"), strings));
    this.replaceChildren(card);
  }
}

/** @param {{latitude: number, longitude: number}} place */
function inDegrees({ latitude, longitude }) {
  const part = (/** @type {number} */ value, /** @type {string} */ sides) =>
    `${Math.abs(value).toFixed(4)}° ${sides[value < 0 ? 1 : 0]}`;
  return `${part(latitude, "NS")}, ${part(longitude, "EW")}`;
}

/** Only what can be a language tag may become one. @param {string} text */
const isLanguage = (text) => /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(text);
