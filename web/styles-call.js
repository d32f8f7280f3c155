// @ts-check
/** How a call is laid out: side by side where there is room, one above the other on a phone. */

export const CALL_STYLES = `
.in-call {
  block-size: 100%; min-block-size: 0; display: grid; gap: 0.75rem; padding: 0.75rem;
  grid-template: "head head" auto "stage talk" minmax(0, 1fr) "controls controls" auto / minmax(0, 1fr) minmax(18rem, 24rem);
}
.head { grid-area: head; display: flex; align-items: center; justify-content: space-between; gap: 0.75rem; padding-inline: 0.5rem; min-block-size: 2.5rem; }
.head .side { display: flex; align-items: center; gap: 0.25rem; flex: none; }
.head h2 { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }

.conversation {
  grid-area: talk; min-block-size: 0; display: grid; grid-template-rows: auto minmax(0, 1fr) auto;
  border: 1px solid var(--_line); border-radius: 1.125rem; background: var(--_surface); overflow: hidden;
}
.conversation header { grid-row: 1; display: flex; align-items: center; justify-content: space-between; gap: 0.5rem; padding: 0.375rem 0.375rem 0.375rem 1rem; border-block-end: 1px solid var(--_line); }
.lines { grid-row: 2; grid-column: 1; min-block-size: 0; overflow-y: auto; overscroll-behavior: contain; padding: 0.75rem 1rem; display: flex; flex-direction: column; gap: 0.875rem; }
.lines:focus-visible { outline-offset: -3px; }
.empty { grid-row: 2; grid-column: 1; place-self: center; padding: 1rem; text-align: center; pointer-events: none; }
.line { display: grid; gap: 0.125rem; }
.line .who { display: flex; align-items: baseline; gap: 0.5rem; font-size: 0.875rem; }
.line b { font-weight: 650; }
.line.agent b { color: var(--_accent); }
.line time, .line .typed { color: var(--_soft); font-size: 0.8125rem; font-variant-numeric: tabular-nums; }
.line .text { overflow-wrap: anywhere; white-space: pre-wrap; text-wrap: pretty; }
.line.interim .text { color: var(--_soft); font-style: italic; }
.write { grid-row: 3; display: flex; align-items: end; gap: 0.5rem; padding: 0.75rem; border-block-start: 1px solid var(--_line); }
.write textarea { resize: none; field-sizing: content; max-block-size: 8rem; }
.write .button { flex: none; }

.controls { grid-area: controls; display: flex; flex-wrap: wrap; justify-content: center; gap: 0.5rem; }
.controls > .button.off { border-color: transparent; background: color-mix(in oklab, var(--_danger) 14%, var(--_surface)); color: var(--_danger); }
.controls > .button.on { border-color: var(--_accent); color: var(--_accent); }
.controls > .button.talking { border-color: transparent; background: var(--_accent); color: var(--_on-accent); }
.controls > .button { touch-action: manipulation; user-select: none; -webkit-user-select: none; }
.controls > .button.hush:not(:disabled) { border-color: color-mix(in oklab, var(--_accent) 55%, var(--_line)); color: var(--_accent); }

.manner > .button { color: var(--_text); }
.manner > .button .icon { color: var(--_accent); }
.manner[data-mode="quiet"] > .button .icon { color: var(--_soft); }
.card fieldset { inline-size: 100%; margin: 0; padding: 0; border: 0; text-align: start; }
.card legend { padding: 0 0 0.375rem; font-weight: 550; font-size: 0.9375rem; }
.card .tick-line { inline-size: 100%; text-align: start; padding-block: 0.5rem; }
.tick-line b { display: block; font-weight: 600; }
.tick-line b + .soft { font-size: 0.875rem; text-wrap: pretty; }

@container frame (max-inline-size: 46rem) {
  .head .side .button { padding-inline: 0.5rem; font-size: 0.9375rem; }
  .in-call { gap: 0.5rem; padding: 0.5rem; padding-block-end: max(0.5rem, env(safe-area-inset-bottom)); grid-template: "head" auto "stage" minmax(11rem, 5fr) "talk" minmax(11rem, 6fr) "controls" auto / minmax(0, 1fr); }
  .stage { gap: 0.5rem; grid-auto-rows: minmax(7rem, 1fr); }
  .stage[data-tiles="2"] { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .orb { inline-size: 4.5rem; block-size: 4.5rem; }
  .initial { inline-size: 3.75rem; block-size: 3.75rem; font-size: 1.5rem; }
  .controls { flex-wrap: nowrap; gap: 0.25rem; justify-content: space-between; }
  .controls > .button { flex: 1 1 0; min-inline-size: 0; flex-direction: column; gap: 0.125rem; padding: 0.375rem 0.125rem; font-size: 0.6875rem; font-weight: 600; line-height: 1.15; min-block-size: 3.5rem; }
  .conversation header .word, .write .word, .head .side > .button .word { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  .write .button { padding-inline: 0.75rem; }
}
@container frame (max-inline-size: 23rem) {
  .controls > .button .word { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
}
`;
