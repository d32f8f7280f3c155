// @ts-check
/** The components an agent can show. */

const SERIES = ["#0b7a75, #6fd8cc", "#b4541a, #ffb27a", "#4a5fc1, #a9b8ff", "#9b2f6b, #ff9fd0", "#5b7a12, #c3e07a", "#7a4fb0, #d5b3ff", "#8a6a00, #f0d264", "#5a6673, #b9c4d0"];

export const INTERFACE_STYLES = `
alongside-ui-column { display: grid; gap: 0.875rem; min-inline-size: 0; }
alongside-ui-row { display: flex; flex-wrap: wrap; gap: 0.875rem; align-items: start; }
alongside-ui-row > * { flex: 1 1 12rem; min-inline-size: 0; }
alongside-ui-row > alongside-ui-button { flex: none; }
.surface-body > *, alongside-ui-column > *, alongside-ui-row > * { min-inline-size: 0; display: block; }
alongside-ui-column alongside-ui-column, .surface-body > alongside-ui-column { display: grid; }
.surface-body > alongside-ui-row, alongside-ui-column > alongside-ui-row { display: flex; }
.ui-title { font-size: 1.0625rem; font-weight: 650; letter-spacing: -0.01em; overflow-wrap: anywhere; }
.ui-title:not(:last-child) { margin-block-end: 0.5rem !important; }
.ui-text { overflow-wrap: anywhere; white-space: pre-wrap; text-wrap: pretty; unicode-bidi: isolate; }
.ui-text.h1 { font-size: 1.375rem; font-weight: 650; letter-spacing: -0.015em; line-height: 1.25; }
.ui-text.h2 { font-size: 1.0625rem; font-weight: 650; }
.ui-text.caption { color: var(--_soft); font-size: 0.875rem; }
.ui-broken { padding: 0.625rem 0.875rem; border: 1px dashed var(--_soft); border-radius: 0.625rem; color: var(--_soft); font-size: 0.875rem; overflow-wrap: anywhere; }
.ui-list { display: grid; gap: 0.375rem; padding-inline-start: 1.375rem; overflow-wrap: anywhere; }
ul.ui-list { list-style: disc; }
ol.ui-list { list-style: decimal; }
.ui-list ::marker { color: var(--_accent); }
.ui-pairs { display: grid; }
.ui-pairs > div { display: grid; grid-template-columns: minmax(6rem, 2fr) minmax(0, 3fr); gap: 0.75rem; padding-block: 0.4375rem; border-block-end: 1px solid var(--_line); }
.ui-pairs > div:last-child { border: 0; }
.ui-pairs dt { color: var(--_soft); overflow-wrap: anywhere; }
.ui-pairs dd { overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.ui-table { overflow-x: auto; border-radius: 0.5rem; }
.ui-table table { border-collapse: collapse; inline-size: 100%; font-size: 0.9375rem; }
.ui-table caption { text-align: start; font-weight: 600; padding-block-end: 0.375rem; }
.ui-table :is(th, td) { padding: 0.4375rem 0.75rem 0.4375rem 0; text-align: start; vertical-align: top; border-block-end: 1px solid var(--_line); overflow-wrap: break-word; max-inline-size: 24rem; }
.ui-table th { color: var(--_soft); font-weight: 550; font-size: 0.875rem; white-space: nowrap; }
.ui-table .number { text-align: end; font-variant-numeric: tabular-nums; }
.ui-table tr:last-child td { border: 0; }

${SERIES.map((pair, index) => `.series-${index} { --_series: light-dark(${pair}); }`).join("\n")}
.ui-plot { min-block-size: 240px; }
.ui-plot svg { display: block; inline-size: 100%; overflow: visible; }
.ui-plot text { fill: var(--_soft); font-size: 0.75rem; font-variant-numeric: tabular-nums; }
.ui-plot .grid { stroke: var(--_line); }
.ui-plot .zero { stroke: var(--_soft); }
.ui-plot :is(rect, circle) { fill: var(--_series); }
.ui-plot polyline { fill: none; stroke: var(--_series); stroke-width: 2.5; stroke-linejoin: round; stroke-linecap: round; }
.ui-plot path { fill: var(--_series); stroke: var(--_surface); stroke-width: 2; }
.ui-legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; margin-block-start: 0.5rem; font-size: 0.875rem; max-block-size: 7rem; overflow-y: auto; }
.ui-legend li { display: flex; align-items: center; gap: 0.375rem; overflow-wrap: anywhere; }
.ui-legend li::before { content: ""; flex: none; inline-size: 0.75rem; block-size: 0.75rem; border-radius: 0.1875rem; background: var(--_series); }
.ui-numbers { margin-block-start: 0.5rem; }
.ui-image { display: block; max-inline-size: 100%; max-block-size: 26rem; margin-inline: auto; border-radius: 0.625rem; }
.ui-frame { display: block; inline-size: 100%; block-size: 3rem; border: 0; border-radius: 0.5rem; background: transparent; color: var(--_text); color-scheme: inherit; }

.ui-form > div:first-child:not(:empty) { margin-block-end: 0.75rem; }
.ui-fields { display: grid; gap: 0.875rem; }
.ui-form fieldset { margin: 0; padding: 0; border: 0; }
.ui-form legend { padding: 0; margin-block-end: 0.25rem; font-weight: 550; }
.ui-problem { color: var(--_danger); font-weight: 500; font-size: 0.875rem; }
.ui-problem:empty { display: none; }
[aria-invalid="true"] { border-color: var(--_danger); }
.ui-foot { display: flex; align-items: center; justify-content: space-between; gap: 0.75rem; margin-block-start: 0.875rem; min-block-size: 2.25rem; }
.ui-form .ui-foot { justify-content: start; }
.tick-line { display: flex; align-items: start; gap: 0.625rem; padding-block: 0.3125rem; font-weight: 400; cursor: pointer; overflow-wrap: anywhere; }
.field.tick-line { grid-template-columns: auto minmax(0, 1fr); flex-wrap: wrap; }
.tick { flex: none; inline-size: 1.25rem; block-size: 1.25rem; min-block-size: 0; margin: 0.0625rem 0 0; padding: 0; accent-color: var(--_accent); }
.ui-checklist:has(:checked) span { transition: color 160ms; }
.ui-checklist :checked + span { color: var(--_soft); text-decoration: line-through; }
.ui-poll { display: grid; gap: 0.5rem; margin-block-end: 0.625rem; }
.ui-option {
  position: relative; isolation: isolate; display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0.125rem 0.75rem; align-items: center; overflow: hidden;
  min-block-size: 2.75rem; padding: 0.5rem 0.875rem; border: 1px solid var(--_line); border-radius: 0.75rem;
  background: none; color: inherit; font: inherit; text-align: start; cursor: pointer; transition: border-color 120ms;
}
.ui-option:disabled { cursor: default; }
.ui-option:hover:not(:disabled), .ui-option[aria-pressed="true"] { border-color: var(--_accent); }
.ui-option[aria-pressed="true"] { box-shadow: inset 0 0 0 1px var(--_accent); }
.ui-option .bar { position: absolute; z-index: -1; inset: 0; background: color-mix(in oklab, var(--_accent) 16%, var(--_surface)); transform: scaleX(var(--share, 0)); transform-origin: 0 50%; transition: transform 300ms; }
.ui-option .name { font-weight: 550; overflow-wrap: anywhere; }
.ui-option .count { font-variant-numeric: tabular-nums; }
.ui-option .voters { grid-column: 1 / -1; font-size: 0.875rem; overflow-wrap: anywhere; }
.ui-notes { display: grid; }
.ui-notes li { display: grid; grid-template-columns: minmax(0, 1fr) auto; align-items: center; gap: 0.5rem; border-block-end: 1px solid var(--_line); padding-block: 0.25rem; }
.ui-notes li:last-child { border: 0; }
.ui-notes p { overflow-wrap: anywhere; white-space: pre-wrap; }
.surface .dismiss { grid-column: auto; grid-row: auto; }
.ui-timer { display: grid; gap: 0.375rem; }
.ui-timer .face { font-size: 2.75rem; font-weight: 300; letter-spacing: -0.02em; line-height: 1.1; font-variant-numeric: tabular-nums; }
[data-over] .face { color: var(--_accent); }
.ui-progress { display: grid; gap: 0.375rem; font-variant-numeric: tabular-nums; }
.ui-progress .row { overflow-wrap: anywhere; }
.ui-code header { display: flex; align-items: center; justify-content: space-between; font-size: 0.875rem; }
.ui-code pre { max-block-size: 22rem; }
.ui-copy .button.done { color: var(--_accent); }
.ui-translation { display: grid; gap: 0.75rem; }
.ui-translation p { overflow-wrap: anywhere; white-space: pre-wrap; unicode-bidi: isolate; }
.ui-translation .soft { font-size: 0.8125rem; text-transform: uppercase; letter-spacing: 0.04em; }
.ui-translation .target { padding-inline-start: 0.875rem; border-inline-start: 3px solid var(--_accent); }
.ui-translation .target p { font-size: 1.1875rem; }
.ui-location { display: grid; gap: 0.25rem; justify-items: start; }
.ui-location p { overflow-wrap: anywhere; }
.ui-location .ui-copy { margin-inline-start: -0.625rem; }
`;
