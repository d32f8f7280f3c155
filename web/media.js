// @ts-check
/** My microphone, camera and screen: asking, choosing, muting, and what happens to them meanwhile. Knows no page. */

import { Emitter } from "./emitter.js";
import { LINES } from "./lines.js";

/**
 * @typedef {import("./lines.js").Line} Line
 * @typedef {"insecure" | "refused" | "missing" | "busy" | "revoked" | "unplugged" | "replaced" | "interrupted"
 *   | "resumed" | "unknown"} MediaTrouble
 * @typedef {{line: Line, trouble: MediaTrouble, device: string}} MediaNews `device` is the label of what is used now
 * @typedef {{changed: {line: Line, track: MediaStreamTrack | null}, muted: {isMuted: boolean}, news: MediaNews,
 *   devices: {}}} MediaEvents
 */

/** Why a device could not be had. */
export class MediaError extends Error {
  /** @param {Line} line @param {MediaTrouble} trouble */
  constructor(line, trouble) {
    super(`${line}: ${trouble}`);
    this.name = "MediaError";
    this.line = line;
    this.trouble = trouble;
  }
}

const VIDEO = { width: { ideal: 960 }, height: { ideal: 540 }, frameRate: { ideal: 24, max: 30 } };
const AUDIO = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const SCREEN = { video: { frameRate: { ideal: 10, max: 15 } }, audio: false };

/** @extends {Emitter<MediaEvents>} */
export class LocalMedia extends Emitter {
  #devices;
  #permissions;
  #scope = new AbortController();
  /** @type {{microphone: string | null, camera: string | null}} */
  chosen = { microphone: null, camera: null };
  /** @type {import("./lines.js").Tracks} */
  tracks = { microphone: null, camera: null, screen: null };
  isMuted = false;

  /**
   * @param {MediaDevices | undefined} devices absent without a secure context
   * @param {Permissions} [permissions]
   */
  constructor(devices, permissions) {
    super();
    this.#devices = devices;
    this.#permissions = permissions;
    devices?.addEventListener("devicechange", () => this.emit("devices", {}), { signal: this.#scope.signal });
  }

  get isAvailable() {
    return this.#devices?.getUserMedia !== undefined;
  }

  get canShareScreen() {
    return this.#devices?.getDisplayMedia !== undefined;
  }

  /** What there is to choose from; names are empty until the permission is given. */
  async list() {
    const all = (await this.#devices?.enumerateDevices?.()) ?? [];
    const ofKind = (/** @type {MediaDeviceKind} */ kind) =>
      all.filter((device) => device.kind === kind && device.deviceId);
    return { microphone: ofKind("audioinput"), camera: ofKind("videoinput"), speaker: ofKind("audiooutput") };
  }

  /**
   * Opens the chosen device of a line, or the default.
   * @param {"microphone" | "camera"} line
   * @throws {MediaError}
   */
  async start(line) {
    const id = this.chosen[line];
    const wanted = { ...(line === "camera" ? VIDEO : AUDIO), ...(id && { deviceId: { exact: id } }) };
    const constraints = line === "camera" ? { video: wanted } : { audio: wanted };
    const isGone = () => this.#scope.signal.aborted;
    const track = await this.#acquire(line, (devices) => devices.getUserMedia(constraints));
    if (isGone()) return track.stop();
    this.#use(line, track);
  }

  /** Asks which screen, window or tab to share. @throws {MediaError} */
  async startScreen() {
    this.#use("screen", await this.#acquire("screen", (devices) => devices.getDisplayMedia(SCREEN)));
  }

  /** @param {Line} line */
  stop(line) {
    this.#use(line, null);
  }

  /**
   * Another device for a line, at once when the line is in use.
   * @param {"microphone" | "camera"} line
   * @param {string} id
   * @throws {MediaError}
   */
  async choose(line, id) {
    this.chosen[line] = id;
    if (this.tracks[line]) await this.start(line);
  }

  /** @param {boolean} isMuted */
  setMuted(isMuted) {
    this.isMuted = isMuted;
    if (this.tracks.microphone) this.tracks.microphone.enabled = !isMuted;
    this.emit("muted", { isMuted });
  }

  close() {
    this.#scope.abort();
    for (const line of LINES) this.tracks[line]?.stop();
    this.tracks = { microphone: null, camera: null, screen: null };
  }

  /** @param {Line} line @param {(devices: MediaDevices) => Promise<MediaStream>} ask */
  async #acquire(line, ask) {
    if (!this.#devices) throw new MediaError(line, "insecure");
    try {
      return (await ask(this.#devices)).getTracks()[0];
    } catch (error) {
      throw new MediaError(line, troubleOf(error));
    }
  }

  /** @param {Line} line @param {MediaStreamTrack | null} track */
  #use(line, track) {
    const before = this.tracks[line];
    this.tracks[line] = track;
    if (track) this.#watch(line, track);
    if (track && line === "microphone") track.enabled = !this.isMuted;
    before?.stop();
    this.emit("changed", { line, track });
  }

  /** @param {Line} line @param {MediaStreamTrack} track */
  #watch(line, track) {
    const listen = (/** @type {string} */ type, /** @type {() => void} */ react) =>
      track.addEventListener(type, () => this.tracks[line] === track && react(), { signal: this.#scope.signal });
    listen("mute", () => this.#tell(line, "interrupted"));
    listen("unmute", () => this.#tell(line, "resumed"));
    listen("ended", () => this.#recover(line));
  }

  /**
   * A track that ended by itself: the share was stopped, the device unplugged, or the permission taken back.
   * @param {Line} line
   */
  async #recover(line) {
    if (line === "screen") return this.stop(line);
    if (await this.#isDenied(line)) return this.#giveUp(line, "revoked");
    this.chosen[line] = null;
    try {
      await this.start(line);
      this.#tell(line, "replaced");
    } catch (error) {
      const trouble = error instanceof MediaError ? error.trouble : "unknown";
      this.#giveUp(line, trouble === "refused" ? "revoked" : "unplugged");
    }
  }

  /** @param {Line} line */
  async #isDenied(line) {
    try {
      const status = await this.#permissions?.query({ name: /** @type {PermissionName} */ (line) });
      return status?.state === "denied";
    } catch {
      return false; // this browser cannot say; opening the device will
    }
  }

  /** @param {Line} line @param {MediaTrouble} trouble */
  #giveUp(line, trouble) {
    this.stop(line);
    this.#tell(line, trouble);
  }

  /** @param {Line} line @param {MediaTrouble} trouble */
  #tell(line, trouble) {
    this.emit("news", { line, trouble, device: this.tracks[line]?.label ?? "" });
  }
}

/** @param {unknown} error @returns {MediaTrouble} */
function troubleOf(error) {
  const name = error instanceof Error ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "refused";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  if (name === "NotReadableError" || name === "AbortError") return "busy";
  return "unknown";
}
