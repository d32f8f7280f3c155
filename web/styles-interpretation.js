// @ts-check
/** The language choice, captions that are not in the language one listens in, and the interpreter's booth. */

export const INTERPRETATION_STYLES = `
.languages { display: flex; align-items: center; gap: 0.5rem; }
.listened { color: var(--_soft); font-size: 0.8rem; }
.listened.sounding { color: var(--_accent); }
.line.other-language { display: none; }
.interpretation { inline-size: min(32rem, calc(100% - 1.5rem)); max-block-size: calc(100% - 1.5rem); overflow-y: auto; }
.interpretation .row { display: flex; flex-wrap: wrap; gap: 0.5rem; margin: 0.5rem 0; }
.interpretation .row .button { inline-size: auto; flex: 1 1 auto; }
.interpretation input[type="range"] { width: 100%; padding-inline: 0; border: 0; accent-color: var(--_accent); }
.interpretation details { inline-size: 100%; text-align: start; }
:is(.interpretation, .booth) details > * + * { margin-block-start: 0.75rem; }
:is(.interpretation, .booth) summary { padding-block: 0.5rem; font-weight: 600; cursor: pointer; border-radius: 0.5rem; }

.glossary .term { display: grid; grid-template-columns: minmax(0, 1fr) minmax(6rem, auto); gap: 0.5rem; align-items: end; }
.glossary .term .button { grid-column: 1 / -1; }
.terms { display: grid; gap: 0.25rem; max-block-size: 12rem; overflow-y: auto; }
.terms li { display: flex; align-items: center; justify-content: space-between; gap: 0.5rem; padding-inline-start: 0.75rem; border-radius: 0.75rem; background: var(--_raised); }
.wordings { display: flex; flex-wrap: wrap; gap: 0.125rem 0.875rem; overflow-wrap: anywhere; min-inline-size: 0; }
.wordings abbr { color: var(--_soft); font-size: 0.8125rem; text-decoration: none; text-transform: uppercase; }
.terms .button.sign-only { inline-size: auto; flex: none; color: var(--_text); }
.sign-only .word { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }

.in-call:has(> .booth:not([hidden])) {
  grid-template: "head head" auto "stage talk" minmax(0, 1fr) "booth booth" auto "controls controls" auto / minmax(0, 1fr) minmax(18rem, 24rem);
}
.booth {
  grid-area: booth; display: grid; gap: 0.75rem 1rem; padding: 0.75rem 1rem; max-block-size: min(24rem, 45dvh); overflow-y: auto;
  grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
  border: 1px solid var(--_line); border-block-start: 3px solid var(--_line); border-radius: 1.125rem; background: var(--_surface);
}
.booth[data-air="me"] { border-block-start-color: var(--_danger); }
.booth[data-air="partner"] { border-block-start-color: var(--_accent); }
.booth header { grid-column: 1 / -1; display: flex; flex-wrap: wrap; align-items: center; gap: 0.25rem 0.875rem; }
.booth header .button { margin-inline-start: auto; }
.air { display: flex; align-items: center; gap: 0.5rem; font-weight: 550; }
.air::before { content: ""; flex: none; inline-size: 0.75rem; block-size: 0.75rem; border-radius: 50%; background: var(--_raised); box-shadow: inset 0 0 0 2px var(--_soft); }
.booth[data-air="me"] .air { color: var(--_danger); }
.booth[data-air="me"] .air::before { background: var(--_danger); box-shadow: none; }
.booth[data-air="partner"] .air::before { background: var(--_accent); box-shadow: none; }
.booth .keys { grid-column: 1; display: flex; flex-wrap: wrap; gap: 0.5rem; align-content: start; }
.booth .keys .button { flex: 1 1 auto; }
.booth .cough { touch-action: none; user-select: none; -webkit-user-select: none; }
.booth .button.off, .booth .button[aria-pressed="true"] { border-color: transparent; background: color-mix(in oklab, var(--_danger) 14%, var(--_surface)); color: var(--_danger); }
.booth .work { grid-column: 1; display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 0.75rem 1rem; align-items: start; }
.booth .field { font-size: 0.875rem; }
.booth .work .meter, .booth meter { inline-size: 100%; block-size: 0.75rem; margin-block: 0.5rem 0; }
.booth meter { block-size: 1rem; margin-block: 0.375rem 0; }
.booth .lag { font-weight: 400; font-variant-numeric: tabular-nums; }
.partners { grid-column: 2; grid-row: 2 / span 2; display: grid; grid-template-rows: auto minmax(3rem, 1fr) auto; gap: 0.375rem; align-content: start; font-size: 0.9375rem; }
.notes { max-block-size: 7rem; overflow-y: auto; overflow-wrap: anywhere; }
.note { display: flex; gap: 0.5rem; }
.note .button { flex: none; }
.booth .glossary { grid-column: 1 / -1; }
.booth .glossary .term { grid-template-columns: minmax(0, 2fr) minmax(6rem, 1fr) minmax(0, 2fr) minmax(6rem, 1fr) auto; }
.booth .glossary .term .button { grid-column: auto; }

@container frame (max-inline-size: 46rem) {
  .languages .listened { max-inline-size: 6.5rem; font-size: 0.75rem; line-height: 1.2; text-align: end; }
  .in-call:has(> .booth:not([hidden])) { grid-template: "head" auto "stage" minmax(5rem, 2fr) "talk" minmax(7rem, 3fr) "booth" auto "controls" auto / minmax(0, 1fr); }
  .in-call:has(> .booth:not([hidden])) .stage { grid-auto-flow: column; grid-template-columns: none; grid-auto-columns: minmax(7rem, 1fr); grid-auto-rows: minmax(5rem, 1fr); }
  .booth { grid-template-columns: minmax(0, 1fr); padding: 0.625rem 0.75rem; }
  .booth .work { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .booth .work > :first-child { grid-column: 1 / -1; }
  .partners { grid-column: 1; grid-row: auto; }
  .booth .glossary .term { grid-template-columns: minmax(0, 1fr) minmax(6rem, auto); }
  .booth .glossary .term .button { grid-column: 1 / -1; }
}
`;
