// @ts-check
/** The language choice, and captions that are not in the language one listens in. */

export const INTERPRETATION_STYLES = `
.languages { display: flex; align-items: center; gap: 0.5rem; }
.listened { color: var(--_soft); font-size: 0.8rem; }
.listened.sounding { color: var(--_accent); }
.line.other-language { display: none; }
.interpretation .term { display: flex; align-items: end; gap: 0.5rem; }
.interpretation .row { display: flex; flex-wrap: wrap; gap: 0.5rem; margin: 0.5rem 0; }
.interpretation input[type="range"] { width: 100%; }
`;
