// @ts-check
/** Pictures that came in the message itself. Nothing is fetched, so no page's policy stands in the way. */

import { element } from "../dom.js";
import { Component } from "./component.js";
import { HtmlFrame } from "./html-frame.js";
import { readPicture } from "./picture-data.js";
import { imageView } from "./views.js";

const DRAWING_STYLE = "body{margin:0}img{display:block;max-width:100%;height:auto;margin:0 auto}";

export class ImageComponent extends Component {
  #scope = new AbortController();

  disconnectedCallback() {
    this.#scope.abort();
  }

  /** @param {import("../fields.js").Fields} properties */
  show(properties) {
    const { src, alt } = imageView(properties);
    const picture = readPicture(src);
    this.#scope.abort();
    this.#scope = new AbortController();
    if (picture.type === "svg") this.#showDrawing(src, alt);
    else this.#showPixels(new Blob([picture.bytes], { type: `image/${picture.type}` }), alt);
  }

  /** @param {Blob} blob @param {string} alt */
  async #showPixels(blob, alt) {
    const { signal } = this.#scope;
    try {
      const pixels = await createImageBitmap(blob);
      if (signal.aborted) return pixels.close();
      const canvas = element("canvas", { class: "ui-image", role: "img", "aria-label": alt });
      canvas.width = pixels.width;
      canvas.height = pixels.height;
      canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(pixels);
      this.replaceChildren(canvas);
    } catch {
      if (!signal.aborted) this.#fail(); // the sign at its head was good, the rest was not
    }
  }

  /**
   * An SVG as a picture runs no script and loads nothing; in a frame of its own it cannot hold up the page either.
   * @param {string} src
   * @param {string} alt
   */
  #showDrawing(src, alt) {
    const frame = new HtmlFrame({ title: alt, onAct: () => {}, onFail: () => this.#fail(), signal: this.#scope.signal });
    this.replaceChildren(frame.node);
    frame.show(`<style>${DRAWING_STYLE}</style><img src="${src}" alt="">`); // readPicture saw that src is base64 only
  }

  #fail() {
    this.replaceChildren(element("p", { class: "ui-broken" }, this.host.strings.notDisplayed));
  }
}
