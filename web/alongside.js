// @ts-check
/** The snippet: importing this module makes `<alongside-call>` known to the page. */

import { AlongsideCall } from "./call-element.js";

if (!customElements.get("alongside-call")) customElements.define("alongside-call", AlongsideCall);

export { AlongsideCall };
