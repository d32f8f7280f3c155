// @ts-check
/** Three lists to choose microphone, camera and speaker from, kept right while devices come and go. */

import { element } from "./dom.js";
import { MediaError } from "./media.js";

/** @typedef {"microphone" | "camera" | "speaker"} DeviceKind */

export class DeviceChoice {
  #media;
  #strings;
  #devices;
  #speaker = "";
  /** @type {Map<DeviceKind, HTMLSelectElement>} */
  #selects = new Map();
  node = element("div", { class: "device-choice" });

  /**
   * @param {import("./media.js").LocalMedia} media
   * @param {import("./strings.js").Strings} strings
   * @param {import("./device-notices.js").DeviceNotices} devices
   * @param {AbortSignal} signal
   */
  constructor(media, strings, devices, signal) {
    this.#media = media;
    this.#strings = strings;
    this.#devices = devices;
    const canChooseSpeaker = "setSinkId" in HTMLMediaElement.prototype;
    this.#add("microphone");
    this.#add("camera");
    if (canChooseSpeaker) this.#add("speaker");
    media.on("devices", () => this.refresh(), { signal });
    media.on("changed", () => this.refresh(), { signal });
  }

  async refresh() {
    const lists = await this.#media.list();
    for (const [kind, select] of this.#selects) {
      const known = lists[kind].filter(({ deviceId }) => deviceId !== "default");
      const options = known.map(({ deviceId, label }, index) =>
        element("option", { value: deviceId }, label || `${this.#strings[kind]} ${index + 1}`),
      );
      select.replaceChildren(element("option", { value: "" }, this.#strings.defaultDevice), ...options);
      select.value = this.#inUse(kind);
      if (select.selectedIndex < 0) select.value = "";
    }
  }

  /** @param {DeviceKind} kind */
  #inUse(kind) {
    return (kind === "speaker" ? this.#speaker : this.#media.chosen[kind]) ?? "";
  }

  /** @param {DeviceKind} kind */
  #add(kind) {
    const select = element(
      "select",
      { part: "select" },
      element("option", { value: "" }, this.#strings.defaultDevice),
    );
    select.addEventListener("change", () => this.#choose(kind, select.value));
    this.#selects.set(kind, select);
    this.node.append(element("label", { class: "field" }, element("span", {}, this.#strings[kind]), select));
  }

  /** @param {DeviceKind} kind @param {string} id */
  async #choose(kind, id) {
    if (kind === "speaker") {
      this.#speaker = id;
      return this.#devices.chooseSpeaker(id);
    }
    try {
      await this.#media.choose(kind, id);
    } catch (error) {
      if (!(error instanceof MediaError)) throw error;
      this.#devices.showTrouble(error);
    }
  }
}
