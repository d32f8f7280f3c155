// @ts-check
/** How loud a microphone is right now, drawn while somebody can see it. */

const FLOOR_DB = -60;

/**
 * Calls `draw` with 0 to 1 on every painted picture until the signal aborts.
 * @param {MediaStreamTrack} track
 * @param {(level: number) => void} draw
 * @param {AbortSignal} signal
 */
export function drawLevel(track, draw, signal) {
  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  analyser.fftSize = 1024;
  audio.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const pcm = new Float32Array(analyser.fftSize);
  const paint = () => {
    if (signal.aborted) return;
    analyser.getFloatTimeDomainData(pcm);
    draw(levelOf(pcm));
    requestAnimationFrame(paint);
  };
  signal.addEventListener("abort", () => audio.close(), { once: true });
  requestAnimationFrame(paint);
}

/** @param {Float32Array} pcm */
function levelOf(pcm) {
  const power = pcm.reduce((sum, sample) => sum + sample * sample, 0) / pcm.length;
  return fromDecibels(10 * Math.log10(power + 1e-12));
}

/** Decibels under full scale to 0…1. @param {number} level_db */
export function fromDecibels(level_db) {
  return Math.min(1, Math.max(0, 1 - level_db / FLOOR_DB));
}
