// @ts-check
/** The row of buttons under a call. */

import { DeviceChoice } from "./device-choice.js";
import { button, element, relabel } from "./dom.js";

/**
 * @typedef {object} ControlsOptions
 * @property {import("./media.js").LocalMedia} media
 * @property {import("./strings.js").Strings} strings
 * @property {import("./device-notices.js").DeviceNotices} devices
 * @property {import("./push-to-talk.js").PushToTalk} talk
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
  #talkBox = element("input", { type: "checkbox", class: "tick" });
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
    options.talk.bind(this.#microphone);
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

  focus() {
    this.#microphone.focus();
  }

  /** @param {boolean} canSilence */
  setCanSilence(canSilence) {
    this.#silence.disabled = !canSilence;
  }

  update() {
    const { strings, media, talk } = this.#options;
    const { microphone, camera, screen } = media.tracks;
    const isHeard = microphone !== null && !media.isMuted;
    const word = talk.isOn ? (talk.isHeld ? "talking" : "holdToTalk") : media.isMuted ? "unmute" : "mute";
    relabel(
      this.#microphone,
      microphone ? strings[word] : strings.addMicrophone,
      isHeard ? "microphone" : "microphoneOff",
    );
    this.#microphone.title = talk.isOn ? strings.pushToTalkHint : "";
    this.#microphone.classList.toggle("talking", talk.isHeld);
    this.#talkBox.checked = talk.isOn;
    relabel(this.#camera, camera ? strings.cameraOff : strings.cameraOn, camera ? "cameraOff" : "camera");
    relabel(this.#screen, screen ? strings.stopShare : strings.share, "screen");
    this.#microphone.classList.toggle("off", !isHeard && !(talk.isOn && microphone !== null));
    this.#camera.classList.toggle("on", camera !== null);
    this.#screen.classList.toggle("on", screen !== null);
    this.#microphone.hidden = !media.isAvailable;
  }

  #layDialog() {
    const { strings, media, devices, signal, talk } = this.#options;
    const choice = new DeviceChoice(media, strings, devices, signal);
    const dialog = element("dialog", { class: "card", part: "dialog", "aria-label": strings.devices });
    const close = button({ label: strings.close, look: "primary", run: () => dialog.close() });
    const words = element("span", {}, element("b", {}, strings.pushToTalk));
    words.append(element("span", { class: "soft" }, strings.pushToTalkHint));
    this.#talkBox.addEventListener("change", () => talk.turn(this.#talkBox.checked));
    const talkLine = element("label", { class: "tick-line" }, this.#talkBox, words);
    dialog.append(element("h2", {}, strings.devices), choice.node, talkLine, close);
    choice.refresh();
    return dialog;
  }

  #toggleMicrophone() {
    const { media, devices } = this.#options;
    if (!media.tracks.microphone) devices.open("microphone");
    else if (!this.#options.talk.isOn) media.setMuted(!media.isMuted);
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
