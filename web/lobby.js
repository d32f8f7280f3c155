// @ts-check
/** Before the call: who am I, am I heard, and that an AI takes part. */

import { DeviceChoice } from "./device-choice.js";
import { button, element, setText } from "./dom.js";
import { drawLevel } from "./meter.js";
import { fill } from "./strings.js";

/**
 * @typedef {object} LobbyOptions
 * @property {string} room
 * @property {string} name
 * @property {boolean} asksName
 * @property {import("./media.js").LocalMedia} media
 * @property {import("./strings.js").Strings} strings
 * @property {(name: string, wantsMicrophone: boolean) => void} onJoin called inside the click
 * @property {import("./device-notices.js").DeviceNotices} devices
 */

export class Lobby {
  #options;
  #scope = new AbortController();
  /** @type {AbortController | null} */ #meterScope = null;
  #name;
  #joinButton;
  #plainButton;
  #checkButton;
  #isBusy = false;
  #choice;
  #preview;
  #meter = element("div", { class: "meter" }, element("div", { class: "meter-fill" }));
  #check = element("div", { class: "check", hidden: true });
  node;

  /** @param {LobbyOptions} options */
  constructor(options) {
    this.#options = options;
    const { strings, media, room, name, asksName, devices } = options;
    const { signal } = this.#scope;
    this.#name = element("input", {
      value: name,
      maxlength: "80",
      autocomplete: "name",
      part: "input",
      placeholder: strings.defaultName,
    });
    this.#joinButton = button({
      label: strings.join,
      look: "primary big",
      part: "join-button",
      run: () => this.join(),
    });
    this.#plainButton = button({ label: strings.joinWithout, look: "plain", run: () => this.#join(false) });
    this.#checkButton = button({
      label: strings.check,
      sign: "devices",
      look: "plain",
      run: () => this.#checkDevices(),
    });
    this.#choice = new DeviceChoice(media, strings, devices, signal);
    this.#preview = element("video", {
      class: "preview",
      autoplay: true,
      playsinline: true,
      hidden: true,
      "aria-label": strings.preview,
    });
    this.#preview.muted = true;
    this.#layCheck();
    this.node = element("section", { class: "lobby", part: "lobby", "aria-labelledby": "lobby-title" });
    const card = element("form", { class: "card", part: "card" });
    card.addEventListener("submit", (event) => {
      event.preventDefault();
      this.join();
    });
    card.append(
      element("div", { class: "orb small", "aria-hidden": "true" }),
      element("h2", { id: "lobby-title" }, strings.title),
      element("p", { class: "soft" }, fill(strings.room, { room })),
      ...(asksName
        ? [element("label", { class: "field" }, element("span", {}, strings.yourName), this.#name)]
        : []),
      this.#checkButton,
      this.#check,
      element("p", { class: "consent", part: "consent" }, strings.consent),
      element("div", { class: "ways" }, this.#joinButton, this.#plainButton),
    );
    this.node.append(card);
    this.#joinButton.hidden = this.#checkButton.hidden = !media.isAvailable;
    media.on("changed", ({ line, track }) => this.#showTrack(line, track), { signal });
    if (media.tracks.microphone || media.tracks.camera) this.#openCheck();
  }

  /** As if the button were pressed; call inside a gesture. */
  join() {
    this.#join(this.#options.media.isAvailable);
  }

  /**
   * While the browser asks for permission or the server is reached, nothing can be pressed twice.
   * @param {string | null} word null when done
   */
  setBusy(word) {
    this.#isBusy = word !== null;
    // Not `disabled`: that would throw the keyboard's focus out of the call.
    for (const node of [this.#joinButton, this.#plainButton])
      node.setAttribute("aria-disabled", String(this.#isBusy));
    const label = this.#joinButton.querySelector(".word");
    if (label) setText(label, word ?? this.#options.strings.join);
  }

  focus() {
    (this.#joinButton.hidden ? this.#plainButton : this.#joinButton).focus();
  }

  close() {
    this.#scope.abort();
    this.#meterScope?.abort();
    this.#preview.srcObject = null;
  }

  /** @param {boolean} wantsMicrophone */
  #join(wantsMicrophone) {
    if (!this.#isBusy) this.#options.onJoin(this.#name.value.trim(), wantsMicrophone);
  }

  #layCheck() {
    const { strings, media } = this.#options;
    const camera = button({
      label: strings.cameraOn,
      sign: "camera",
      look: "plain",
      run: () => this.#toggleCamera(),
    });
    media.on(
      "changed",
      ({ line, track }) => {
        if (line === "camera")
          setText(
            /** @type {Element} */ (camera.querySelector(".word")),
            track ? strings.cameraOff : strings.cameraOn,
          );
      },
      { signal: this.#scope.signal },
    );
    this.#meter.setAttribute("role", "img");
    this.#meter.setAttribute("aria-label", strings.level);
    this.#check.append(this.#preview, this.#meter, this.#choice.node, camera);
  }

  async #checkDevices() {
    if (await this.#options.devices.open("microphone")) this.#openCheck();
  }

  #openCheck() {
    const { microphone, camera } = this.#options.media.tracks;
    this.#checkButton.hidden = true;
    this.#check.hidden = false;
    this.#choice.refresh();
    if (microphone) this.#showTrack("microphone", microphone);
    if (camera) this.#showTrack("camera", camera);
  }

  async #toggleCamera() {
    if (this.#options.media.tracks.camera) this.#options.media.stop("camera");
    else await this.#options.devices.open("camera");
  }

  /** @param {string} line @param {MediaStreamTrack | null} track */
  #showTrack(line, track) {
    if (line === "camera") {
      this.#preview.hidden = !track;
      this.#preview.srcObject = track && new MediaStream([track]);
    }
    if (line !== "microphone" || this.#check.hidden) return;
    this.#meterScope?.abort();
    this.#meterScope = new AbortController();
    const fillNode = /** @type {HTMLElement} */ (this.#meter.firstElementChild);
    if (track)
      drawLevel(
        track,
        (level) => fillNode.style.setProperty("--level", level.toFixed(2)),
        this.#meterScope.signal,
      );
  }
}
