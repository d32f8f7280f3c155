// @ts-check
/** Tiles of people and screens, and the agent's light. */

export const TILE_STYLES = `
.stage {
  grid-area: stage;
  display: grid; gap: 0.75rem; min-block-size: 0;
  grid-template-columns: repeat(2, minmax(0, 1fr));
  grid-auto-rows: minmax(9rem, 1fr);
  overflow: auto; padding: 3px;
}
.stage:is([data-tiles="1"], [data-tiles="2"]) { grid-template-columns: minmax(0, 1fr); }
.stage:is([data-tiles="3"], [data-tiles="5"], [data-tiles="7"]) > .agent { grid-column: 1 / -1; }
.stage:has(> .screen) { grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr)); grid-template-rows: minmax(12rem, 3fr); grid-auto-rows: minmax(7rem, 1fr); }
.stage:has(> .screen) > .agent { grid-column: auto; }
.tile {
  container: tile / inline-size;
  position: relative; display: grid; place-items: center; min-block-size: 0; overflow: hidden;
  border: 1px solid var(--_line); border-radius: 1.125rem; background: var(--_surface);
  transition: box-shadow 160ms;
}
.tile.loud { box-shadow: 0 0 0 3px var(--_accent); }
.tile video { position: absolute; inset: 0; inline-size: 100%; block-size: 100%; object-fit: cover; background: #0b0e12; }
.tile.screen video { object-fit: contain; }
.tile.mine.person video { transform: scaleX(-1); }
.tile.screen { grid-column: 1 / -1; order: -1; }
.tile.dim .initial, .tile.dim video { opacity: 0.45; }
.initial {
  display: grid; place-items: center; inline-size: 5rem; block-size: 5rem; border-radius: 50%; margin-block-end: 1.25rem;
  background: var(--_raised); color: var(--_soft); font-size: 2rem; font-weight: 600;
}
.label {
  position: absolute; inset-inline-start: 0.625rem; inset-block-end: 0.625rem; max-inline-size: calc(100% - 1.25rem);
  display: flex; align-items: center; gap: 0.375rem; padding: 0.25rem 0.625rem; border-radius: 2rem;
  background: light-dark(rgb(255 255 255 / 92%), rgb(15 18 22 / 88%)); font-size: 0.875rem; font-weight: 550;
}
.label .name { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.label .state { color: var(--_soft); font-weight: 450; white-space: nowrap; }
.label .state:empty { display: none; }
.label .muted { display: grid; color: var(--_danger); }
.label .icon { inline-size: 1rem; block-size: 1rem; }
.label .looking { display: inline-flex; align-items: center; gap: 0.25rem; color: var(--_accent); }

.tile.agent { background: radial-gradient(120% 100% at 50% 0%, color-mix(in oklab, var(--_accent) 13%, var(--_surface)), var(--_surface) 70%); }
.tile.agent .orb { margin-block-end: 1.5rem; }
.orb {
  --_glow: calc(var(--level, 0) * 0.18);
  position: relative; inline-size: 6rem; block-size: 6rem; border-radius: 50%;
  background:
    radial-gradient(circle at 34% 28%, rgb(255 255 255 / 75%), transparent 42%),
    conic-gradient(from 210deg, #0b6a6a, #4bb8ad, #b9efe4, #5a8fd6, #0b6a6a);
  box-shadow: 0 0.5rem 2.5rem color-mix(in oklab, var(--_accent) 35%, transparent);
  transform: scale(calc(1 + var(--_glow)));
  transition: transform 90ms linear, filter 300ms;
}
.orb.small { inline-size: 3.5rem; block-size: 3.5rem; }
.ring { position: absolute; inset: -0.5rem; border: 2px solid var(--_accent); border-radius: 50%; opacity: 0; }
[data-activity="listening"] .orb { animation: breathe 5s ease-in-out infinite; }
[data-activity="speaking"] .ring { animation: ripple 1.8s ease-out infinite; }
[data-activity="speaking"] .ring.late { animation-delay: 0.9s; }
[data-activity="working"] .ring:not(.late) { opacity: 1; border-style: dashed; animation: turn 6s linear infinite; }
[data-activity="coming"] .orb { animation: breathe 1.6s ease-in-out infinite; }
:is([data-activity="absent"], [data-activity="unavailable"]) .orb { filter: grayscale(0.9); opacity: 0.55; box-shadow: none; }
@container tile (max-inline-size: 13rem) {
  .tile > .orb { inline-size: 3.5rem; block-size: 3.5rem; }
  .tile > .initial { inline-size: 3rem; block-size: 3rem; font-size: 1.25rem; }
  .label { gap: 0.25rem; padding-inline: 0.5rem; font-size: 0.8125rem; }
  .looking .word, .agent .name { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
}
@keyframes breathe { 50% { transform: scale(1.045); } }
@keyframes ripple { from { opacity: 0.7; transform: scale(0.96); } to { opacity: 0; transform: scale(1.5); } }
@keyframes turn { to { transform: rotate(1turn); } }
`;
