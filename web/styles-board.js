// @ts-check
/** Job cards, approvals and surfaces: where they stand in a call and how they look. */

export const BOARD_STYLES = `
.board {
  grid-area: board; min-block-size: 0; overflow-y: auto; overscroll-behavior: contain;
  display: flex; flex-direction: column; gap: 0.75rem; padding: 3px;
}
.in-call:has(> .board:not([hidden], .slim)) {
  grid-template: "head head" auto "stage talk" minmax(6.5rem, 9rem) "board talk" minmax(0, 1fr) "controls controls" auto / minmax(0, 1fr) minmax(18rem, 24rem);
}
.in-call:has(> .board.slim:not([hidden])) {
  grid-template: "head head" auto "stage talk" minmax(0, 1fr) "board talk" auto "controls controls" auto / minmax(0, 1fr) minmax(18rem, 24rem);
}
.in-call:has(> .board:not([hidden], .slim)) > .stage { grid-auto-flow: column; grid-auto-columns: minmax(9rem, 1fr); grid-template: minmax(0, 1fr) / none; grid-auto-rows: auto; }
.in-call:has(> .board:not([hidden], .slim)) > .stage > .tile { grid-column: auto !important; }
.in-call:has(> .board:not([hidden], .slim)) .orb { inline-size: 3.5rem; block-size: 3.5rem; }
.in-call:has(> .board:not([hidden], .slim)) .initial { inline-size: 3rem; block-size: 3rem; font-size: 1.25rem; }
.board.slim { max-block-size: 10rem; }

.board :is(h3, h4, p, dl, dd, pre) { margin: 0; }
.board > :empty { display: none; }
.jobs { display: flex; flex-wrap: wrap; gap: 0.5rem; }
.job:is([data-state="done"], [data-state="cancelled"], [data-state="failed"]) { order: 1; }
.job:is([data-state="done"], [data-state="cancelled"]) { flex: 0 1 auto; gap: 0.5rem; padding: 0.25rem 0.75rem; font-size: 0.875rem; background: transparent; }
.job:is([data-state="done"], [data-state="cancelled"]) b { font-weight: 500; color: var(--_soft); }
.job[data-state="done"] .job-state { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
.asks { display: grid; gap: 0.75rem; }
.job {
  position: relative; flex: 1 1 100%; display: grid; grid-template-columns: auto minmax(0, 1fr) auto; align-items: center; gap: 0.75rem; padding: 0.625rem 0.875rem;
  border: 1px solid var(--_line); border-radius: 0.875rem; background: var(--_surface); font-size: 0.9375rem;
}
.job-text { display: grid; gap: 0.25rem; }
.job-text b { font-weight: 600; overflow-wrap: anywhere; }
.job-text p { overflow-wrap: anywhere; font-size: 0.875rem; }
.job-text > div:empty { display: none; }
.job-state { color: var(--_soft); font-size: 0.875rem; white-space: nowrap; }
.row { display: flex; align-items: baseline; justify-content: space-between; gap: 0.75rem; }
.job-sign { inline-size: 0.75rem; block-size: 0.75rem; border-radius: 50%; background: var(--_soft); }
[data-state="running"] > .job-sign { background: var(--_accent); animation: breathe 1.6s ease-in-out infinite; }
[data-state="blocked"] > .job-sign { border: 3px solid var(--_accent); background: none; }
[data-state="done"] > .job-sign { background: none; border-inline-end: 2.5px solid var(--_accent); border-block-end: 2.5px solid var(--_accent); border-radius: 0; inline-size: 0.4375rem; transform: rotate(45deg) translate(-0.125rem, -0.0625rem); margin-inline: 0.15625rem; }
[data-state="failed"] > .job-sign { background: var(--_danger); border-radius: 0.125rem; }
.meter.unknown > .meter-fill { inline-size: 35%; transform: none; border-radius: inherit; animation: pass 1.8s ease-in-out infinite alternate; }
.job .meter { block-size: 0.25rem; }
@keyframes pass { from { margin-inline-start: 0; } to { margin-inline-start: 65%; } }

.chips { display: flex; flex-wrap: wrap; gap: 0.25rem; }
.cards { display: grid; gap: 0.75rem; align-items: start; grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr)); }
.surface { border: 1px solid var(--_line); border-radius: 1.125rem; background: var(--_surface); overflow: clip; animation: appear 220ms ease-out; }
.surface > header { display: flex; align-items: center; justify-content: space-between; gap: 0.5rem; padding: 0.375rem 0.375rem 0 1rem; }
.surface > header h3 { font-size: 0.9375rem; font-weight: 600; color: var(--_soft); overflow-wrap: anywhere; }
.surface-body { padding: 0.25rem 1rem 1rem; }
.surface:has(> header > h3[hidden]) > header { block-size: 0; padding-block: 0; position: relative; z-index: 1; }
.surface:has(> header > h3[hidden]) > header > .dismiss { position: absolute; inset-inline-end: 0.375rem; inset-block-start: 0.375rem; }
.surface:has(> header > h3[hidden]) > .surface-body { padding-block-start: 0.875rem; }
.surface:has(> header > h3[hidden]) .ui-title { padding-inline-end: 2.25rem; }
@keyframes appear { from { opacity: 0; transform: translateY(0.5rem); } }
.approval { display: grid; gap: 0.625rem; padding: 1rem; border-color: var(--_accent); }
.approval:not([data-state="asked"]) { border-color: var(--_line); background: transparent; padding-block: 0.625rem; }
.approval h3 { font-size: 1rem; font-weight: 600; overflow-wrap: anywhere; }
.approval:not([data-state="asked"]) h3 { font-size: 0.9375rem; font-weight: 500; }
.approval p { overflow-wrap: anywhere; }
summary { cursor: pointer; color: var(--_soft); font-size: 0.875rem; padding-block: 0.25rem; border-radius: 0.25rem; }
.approval pre { max-block-size: 12rem; margin-block: 0.375rem 0; }
pre {
  margin: 0; padding: 0.75rem; overflow: auto; border-radius: 0.625rem; background: var(--_raised);
  font: 0.875rem/1.5 ui-monospace, "SF Mono", "Cascadia Code", "DejaVu Sans Mono", monospace; tab-size: 2;
}

@container frame (max-inline-size: 46rem) {
  .in-call:has(> .board:not([hidden], .slim)) { grid-template: "head" auto "stage" 5.25rem "board" minmax(9rem, 7fr) "talk" minmax(9rem, 5fr) "controls" auto / minmax(0, 1fr); }
  .in-call:has(> .board.slim:not([hidden])) { grid-template: "head" auto "stage" minmax(9rem, 5fr) "board" auto "talk" minmax(10rem, 6fr) "controls" auto / minmax(0, 1fr); }
  .in-call:has(> .board:not([hidden], .slim)) > .stage { grid-auto-columns: minmax(7rem, 1fr); }
  .in-call:has(> .board:not([hidden], .slim)) .tile > :is(.orb, .initial) { inline-size: 2rem; block-size: 2rem; font-size: 1rem; margin-block-end: 1.875rem; }
  .in-call:has(> .board:not([hidden], .slim)) .label { inset-block-end: 0.375rem; }
  .board { gap: 0.5rem; }
  .board.slim { max-block-size: 7.5rem; }
}
`;
