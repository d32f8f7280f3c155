// @ts-check
/** Reading the glossary as the agent writes it: commas, quotation marks where needed. Knows no page. */

/**
 * Rows of cells; a quoted cell may hold commas, line breaks and doubled quotation marks.
 * @param {string} text
 */
export function readRows(text) {
  /** @type {string[][]} */ const rows = [];
  /** @type {string[]} */ let row = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n|$)/y;
  while (cell.lastIndex < text.length) {
    const found = cell.exec(text);
    if (!found) break; // a quotation mark that nobody closed
    const [, quoted, plain, end] = found;
    row.push(quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    rows.push(row);
    row = [];
  }
  if (row.length) rows.push([...row, ""]); // the text ended behind a comma
  return rows;
}

/**
 * Each term's wordings by language code.
 * @param {string} csv
 * @returns {Record<string, string>[]}
 */
export function readTerms(csv) {
  const [languages = [], ...rows] = readRows(csv);
  const terms = rows.map((row) =>
    Object.fromEntries(languages.map((code, at) => [code, row[at] ?? ""]).filter(([, wording]) => wording)),
  );
  return terms.filter((term) => Object.keys(term).length > 0);
}
