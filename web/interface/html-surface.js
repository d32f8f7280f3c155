// @ts-check
/** A surface whose content is HTML in a frame of its own. */

import { element } from "../dom.js";
import { HtmlFrame } from "./html-frame.js";
import { layCard, nameCard } from "./surface.js";

export class HtmlSurface {
  #options;
  #scope = new AbortController();
  #title = element("h3", { dir: "auto" });
  #body = element("div", { class: "surface-body" });
  /** @type {HtmlFrame | null} */ #frame = null;
  node;

  /** @param {import("./surface.js").SurfaceOptions} options */
  constructor(options) {
    this.#options = options;
    this.node = layCard(this.#title, this.#body, options);
  }

  /** @param {{title: string, html: string, app?: import("../fields.js").Fields}} message */
  show({ title, html, app }) {
    const { strings } = this.#options;
    nameCard(this.node, this.#title, title, strings);
    this.#frame ??= this.#open(title || strings.shownByAgent);
    this.#frame.show(html, app);
  }

  /** What came of a tool that the document used. @param {import("../wire-work.js").UiResult} answer */
  settle(answer) {
    this.#frame?.settle(answer);
  }

  close() {
    this.#scope.abort();
    this.node.remove();
  }

  /** @param {string} title */
  #open(title) {
    const { act, onBroken, id, strings } = this.#options;
    const frame = new HtmlFrame({
      title,
      signal: this.#scope.signal,
      onAct: (action, value) => act("root", action, value),
      onFail: () => {
        this.#body.replaceChildren(element("p", { class: "ui-broken" }, strings.notDisplayed));
        onBroken(`${id}: the frame for HTML could not be loaded; the page's policy needs frame-src for this host`);
      },
    });
    this.#body.replaceChildren(frame.node);
    return frame;
  }
}
