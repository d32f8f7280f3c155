// @ts-check
/** How loud media elements play, also where a browser does not let `volume` be set. */

/** Where `volume` stays as it is a gain node stands behind the element; without one the element is muted. */
export class SoundLevels {
  /** @type {AudioContext | null} */ #context = null;
  /** @type {Map<HTMLAudioElement, {stream: MediaStream, source: AudioNode, gain: GainNode}>} */ #gains = new Map();

  /** @param {HTMLAudioElement} element @param {number} level 0 to 1 */
  set(element, level) {
    element.volume = level;
    if (!this.#gains.has(element) && Math.abs(element.volume - level) < 0.01) {
      element.muted = false;
      return;
    }
    const gain = this.#gainOf(element);
    if (gain) gain.gain.value = level;
    element.muted = gain !== null || level < 0.5;
  }

  /** @param {HTMLAudioElement} element */
  forget(element) {
    const used = this.#gains.get(element);
    used?.source.disconnect();
    used?.gain.disconnect();
    this.#gains.delete(element);
    element.volume = 1;
    element.muted = false;
  }

  /** @param {HTMLAudioElement} element */
  #gainOf(element) {
    const stream = /** @type {MediaStream | null} */ (element.srcObject);
    const known = this.#gains.get(element);
    if (known && known.stream === stream) return known.gain;
    if (!stream || typeof AudioContext === "undefined") return null;
    if (known) this.forget(element);
    const context = (this.#context ??= new AudioContext());
    const source = context.createMediaStreamSource(stream);
    const gain = context.createGain();
    source.connect(gain).connect(context.destination);
    this.#gains.set(element, { stream, source, gain });
    return gain;
  }
}
