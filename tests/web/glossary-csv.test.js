// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { readRows, readTerms } from "../../web/interpretation/csv.js";

test("terms are read with commas, quotation marks and line breaks in them", () => {
  const csv = 'en,es,fr\nboard,"junta, directiva",\n"say ""no""",,"dire\nnon"\n';
  assert.deepEqual(readTerms(csv), [
    { en: "board", es: "junta, directiva" },
    { en: 'say "no"', fr: "dire\nnon" },
  ]);
});

test("an empty glossary, an empty cell at the end and a file cut off are no trouble", () => {
  assert.deepEqual(readTerms("en\n"), []);
  assert.deepEqual(readTerms(""), []);
  assert.deepEqual(readRows("en,es\nAlongside,"), [["en", "es"], ["Alongside", ""]]);
  assert.deepEqual(readRows('en\n"cut o'), [["en"], ['"cut o']]);
});
