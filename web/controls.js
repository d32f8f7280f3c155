// @ts-check
/** The row of buttons under a call. */

import { DeviceChoice } from "./device-choice.js";
import { button, element, relabel } from "./dom.js";

/**
 * @typedef {object} ControlsOptions
 * @property {import("./media.js").LocalMedia} media
 * @property {import("./strings.js").Strings} strings
 * @property {import("./device-notices.js").DeviceNotices} devices
 * @property {() => void} onSilence
 * @property {() => void} onLeave
 * @property {AbortSignal} signal
 */

export class Controls {
  #options;
  #microphone;
  #camera;
  #screen;
  #silence;
  #dialog;
  node;

  /** @param {ControlsOptions} options */
  constructor(options) {
    this.#options = options;
    const { strings, media, onLeave, onSilence, signal } = options;
    this.#microphone = button({
      label: strings.mute,
      sign: "microphone",
      part: "microphone-button",
      run: () => this.#toggleMicrophone(),
    });
    this.#camera = button({
      label: strings.cameraOn,
      sign: "camera",
      part: "camera-button",
      run: () => this.#toggleCamera(),
    });
    this.#screen = button({
      label: strings.share,
      sign: "screen",
      part: "screen-button",
      run: () => this.#toggleScreen(),
    });
    this.#silence = button({
      label: strings.silence,
      sign: "hush",
      look: "hush",
      part: "silence-button",
      hint: strings.silenceHint,
      run: onSilence,
    });
    this.#silence.setAttribute("aria-keyshortcuts", "Escape");
    this.#dialog = this.#layDialog();
    const setUp = button({
      label: strings.devices,
      sign: "devices",
      part: "devices-button",
      run: () => this.#dialog.showModal(),
    });
    const leave = button({
      label: strings.leave,
      sign: "leave",
      look: "danger",
      part: "leave-button",
      run: onLeave,
    });
    this.#camera.hidden = setUp.hidden = !media.isAvailable;
    this.#screen.hidden = !media.canShareScreen;
    this.node = element("div", {
      class: "controls",
      part: "controls",
      role: "group",
      "aria-label": strings.controls,
    });
    this.node.append(this.#microphone, this.#camera, this.#screen, this.#silence, setUp, leave, this.#dialog);
    media.on("changed", () => this.update(), { signal });
    media.on("muted", () => this.update(), { signal });
    this.update();
  }

  get isDialogOpen() {
    return this.#dialog.open;
  }

  focus() {
    this.#microphone.focus();
  }

  /** @param {boolean} canSilence */
  setCanSilence(canSilence) {
    this.#silence.disabled = !canSilence;
  }

  update() {
    const { strings, media } = this.#options;
    const { microphone, camera, screen } = media.tracks;
    const isHeard = microphone !== null && !media.isMuted;
    relabel(
      this.#microphone,
      microphone ? strings[media.isMuted ? "unmute" : "mute"] : strings.addMicrophone,
      isHeard ? "microphone" : "microphoneOff",
    );
    relabel(this.#camera, camera ? strings.cameraOff : strings.cameraOn, camera ? "cameraOff" : "camera");
    relabel(this.#screen, screen ? strings.stopShare : strings.share, "screen");
    this.#microphone.classList.toggle("off", !isHeard);
    this.#camera.classList.toggle("on", camera !== null);
    this.#screen.classList.toggle("on", screen !== null);
    this.#microphone.hidden = !media.isAvailable;
  }

  #layDialog() {
    const { strings, media, devices, signal } = this.#options;
    const choice = new DeviceChoice(media, strings, devices, signal);
    const dialog = element("dialog", { class: "card", part: "dialog", "aria-label": strings.devices });
    const close = button({ label: strings.close, look: "primary", run: () => dialog.close() });
    dialog.append(element("h2", {}, strings.devices), choice.node, close);
    choice.refresh();
    return dialog;
  }

  #toggleMicrophone() {
    const { media, devices } = this.#options;
    if (media.tracks.microphone) media.setMuted(!media.isMuted);
    else devices.open("microphone");
  }

  #toggleCamera() {
    const { media, devices } = this.#options;
    if (media.tracks.camera) media.stop("camera");
    else devices.open("camera");
  }

  #toggleScreen() {
    const { media, devices } = this.#options;
    if (media.tracks.screen) media.stop("screen");
    else devices.open("screen");
  }
}
