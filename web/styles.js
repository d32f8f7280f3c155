// @ts-check
/** The element's style sheet, constructed in script: a page's `style-src` has no say in it. */

import { BOARD_STYLES } from "./styles-board.js";
import { CALL_STYLES } from "./styles-call.js";
import { FRAME_STYLES } from "./styles-frame.js";
import { INTERFACE_STYLES } from "./styles-interface.js";
import { INTERPRETATION_STYLES } from "./styles-interpretation.js";
import { TILE_STYLES } from "./styles-tile.js";

/** @type {CSSStyleSheet | null} */
let shared = null;

/** One sheet for every element on the page. */
export function styleSheet() {
  if (!shared) {
    shared = new CSSStyleSheet();
    shared.replaceSync(
      FRAME_STYLES + TILE_STYLES + CALL_STYLES + BOARD_STYLES + INTERFACE_STYLES + INTERPRETATION_STYLES,
    );
  }
  return shared;
}
