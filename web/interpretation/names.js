// @ts-check
/** What languages are called. Knows no page. */

/** The name of a language in itself, or its code where the browser does not know it. @param {string} code */
export function nameOf(code) {
  try {
    const name = new Intl.DisplayNames([code], { type: "language" }).of(code) ?? code;
    return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
  } catch {
    return code;
  }
}
