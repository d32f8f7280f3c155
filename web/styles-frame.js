// @ts-check
/** Colours, type, buttons, fields, notices, and the cards before and after a call. */

export const FRAME_STYLES = `
:host {
  color-scheme: inherit;
  --_background: var(--alongside-background, light-dark(#f4f6f8, #0f1216));
  --_surface: var(--alongside-surface, light-dark(#ffffff, #181d24));
  --_raised: var(--alongside-raised, light-dark(#e9edf1, #262d37));
  --_text: var(--alongside-text, light-dark(#15202b, #e9eef4));
  --_soft: var(--alongside-soft, light-dark(#4d5b69, #a9b6c4));
  --_line: var(--alongside-line, light-dark(#d5dce3, #303a46));
  --_accent: var(--alongside-accent, light-dark(#0b6a6a, #6fd8cc));
  --_on-accent: var(--alongside-on-accent, light-dark(#ffffff, #05211f));
  --_danger: var(--alongside-danger, light-dark(#b3261e, #ff9a90));
  --_on-danger: var(--alongside-on-danger, light-dark(#ffffff, #3a0703));
  --_focus: var(--alongside-focus, light-dark(#1455c0, #9cc4ff));
  --_radius: var(--alongside-radius, 16px);
  display: block;
  block-size: var(--alongside-height, min(46rem, 100dvh));
  min-block-size: 26rem;
  font: 400 1rem/1.45 var(--alongside-font, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif);
  color: var(--_text);
}
:host([hidden]), [hidden] { display: none !important; }
*, *::before, *::after { box-sizing: border-box; }
h2, p, ul, ol { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h2 { font-size: 1rem; font-weight: 650; letter-spacing: -0.01em; }
.frame {
  container: frame / inline-size;
  position: relative;
  display: grid;
  grid-template-rows: auto minmax(0, 1fr);
  block-size: 100%;
  overflow: hidden;
  border-radius: var(--_radius);
  background: var(--_background);
}
.place { min-block-size: 0; grid-row: 2; }
.soft { color: var(--_soft); }
.unseen { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.icon { inline-size: 1.375rem; block-size: 1.375rem; flex: none; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
:focus-visible { outline: 3px solid var(--_focus); outline-offset: 2px; }

.button {
  display: inline-flex; align-items: center; justify-content: center; gap: 0.5rem;
  min-block-size: 2.75rem; padding: 0.5rem 1rem;
  border: 1px solid var(--_line); border-radius: 0.75rem;
  background: var(--_surface); color: var(--_text);
  font: inherit; font-weight: 550; cursor: pointer;
  transition: background-color 120ms, border-color 120ms, color 120ms;
}
.button:hover:not(:disabled) { background: var(--_raised); }
.button:is(:disabled, [aria-disabled="true"]) { color: var(--_soft); cursor: default; }
.button.primary { border-color: transparent; background: var(--_accent); color: var(--_on-accent); }
.button.primary:hover:not(:disabled) { background: color-mix(in oklab, var(--_accent) 88%, var(--_text)); }
.button.primary:is(:disabled, [aria-disabled="true"]) { background: var(--_raised); color: var(--_soft); }
.button.danger { border-color: transparent; background: var(--_danger); color: var(--_on-danger); }
.button.danger:hover:not(:disabled) { background: color-mix(in oklab, var(--_danger) 86%, var(--_text)); }
.button.big { min-block-size: 3.25rem; padding-inline: 1.75rem; font-size: 1.0625rem; }
.button.small { min-block-size: 2.25rem; padding: 0.25rem 0.875rem; }
.button.quiet { border-color: transparent; background: transparent; color: var(--_soft); min-block-size: 2.5rem; padding-inline: 0.625rem; font-weight: 500; }
.button.quiet:hover { background: var(--_raised); color: var(--_text); }

.field { display: grid; gap: 0.25rem; text-align: start; font-weight: 550; font-size: 0.9375rem; }
input, select, textarea {
  inline-size: 100%; min-inline-size: 0; min-block-size: 2.75rem; padding: 0.5rem 0.75rem;
  border: 1px solid color-mix(in oklab, var(--_soft) 70%, var(--_line)); border-radius: 0.75rem;
  background: var(--_surface); color: var(--_text); font: inherit; font-weight: 400;
}
::placeholder { color: var(--_soft); opacity: 1; }

.notices { position: relative; z-index: 2; grid-row: 1; }
.notice-list { display: grid; gap: 0.5rem; }
.notice-list:not(:empty) { padding: 0.75rem 0.75rem 0; }
.notice {
  display: grid; grid-template-columns: minmax(0, 1fr) auto; align-items: start; gap: 0.25rem 0.75rem;
  max-inline-size: 52rem; inline-size: 100%; margin-inline: auto; padding: 0.75rem 0.5rem 0.75rem 1rem;
  border: 1px solid var(--_line); border-inline-start: 4px solid var(--_accent); border-radius: 0.75rem;
  background: var(--_surface); font-size: 0.9375rem;
}
.notice.trouble { border-inline-start-color: var(--_danger); }
.notice p { align-self: center; }
.notice .ways { grid-column: 1; }
.notice .ways:empty { display: none; }
.dismiss { grid-column: 2; grid-row: 1; display: grid; place-items: center; inline-size: 2.25rem; block-size: 2.25rem; border: 0; border-radius: 0.5rem; background: none; color: var(--_soft); cursor: pointer; }
.dismiss:hover { background: var(--_raised); color: var(--_text); }
.ways { display: flex; flex-wrap: wrap; gap: 0.5rem; }

.lobby { block-size: 100%; overflow: auto; display: grid; place-items: safe center; padding: 1.25rem; }
.card {
  display: grid; justify-items: center; gap: 1rem; inline-size: min(26rem, 100%); padding: 1.75rem 1.5rem;
  border: 1px solid var(--_line); border-radius: 1.25rem; background: var(--_surface); color: var(--_text);
  text-align: center;
}
.card h2 { font-size: 1.5rem; letter-spacing: -0.02em; line-height: 1.2; }
.card h2 + .soft { margin-block-start: -0.75rem; overflow-wrap: anywhere; }
.card .field, .card .check, .card .device-choice { inline-size: 100%; }
.card .ways { inline-size: 100%; flex-direction: column; }
.card .button { inline-size: 100%; }
.card .button.plain { border-color: transparent; background: none; color: var(--_accent); }
.card .button.plain:hover:not(:disabled) { background: var(--_raised); }
.consent { font-size: 0.9375rem; color: var(--_soft); text-wrap: pretty; }
.check, .device-choice { display: grid; gap: 0.75rem; }
.device-choice .field { grid-template-columns: 6.5rem minmax(0, 1fr); align-items: center; }
.preview { inline-size: 100%; aspect-ratio: 16 / 9; object-fit: cover; border-radius: 0.75rem; background: var(--_raised); transform: scaleX(-1); }
.meter { block-size: 0.5rem; border-radius: 1rem; background: var(--_raised); overflow: hidden; }
.meter-fill { block-size: 100%; inline-size: 100%; background: var(--_accent); transform: scaleX(var(--level, 0)); transform-origin: 0 50%; }
dialog.card { margin: auto; }
dialog:not([open]) { display: none; }
dialog::backdrop { background: rgb(8 12 18 / 55%); }

@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation: none !important; transition: none !important; }
}
@media (forced-colors: active) {
  .button, .notice, .card, .tile { border: 1px solid; }
}
`;
