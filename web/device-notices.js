// @ts-check
/** Says what happens to microphone, camera, screen and speaker, and offers the way on. */

import { MediaError } from "./media.js";
import { wordMedia } from "./troubles.js";

/**
 * @typedef {import("./lines.js").Line} Line
 * @typedef {(type: string, detail: object) => void} Tell dispatches an event to the page around
 */

export class DeviceNotices {
  #media;
  #notices;
  #playback;
  #strings;
  #tell;

  /**
   * @param {{media: import("./media.js").LocalMedia, notices: import("./notices.js").Notices,
   *   playback: import("./playback.js").Playback, strings: import("./strings.js").Strings, tell: Tell,
   *   signal: AbortSignal}} scene
   */
  constructor({ media, notices, playback, strings, tell, signal }) {
    this.#media = media;
    this.#notices = notices;
    this.#playback = playback;
    this.#strings = strings;
    this.#tell = tell;
    const soundOn = { label: strings.soundOn, run: () => playback.resume() };
    playback.on("refused", () => notices.show("sound", { text: strings.playbackRefused, ways: [soundOn] }), {
      signal,
    });
    playback.on("playing", () => notices.clear("sound"), { signal });
    media.on("changed", ({ line, track }) => track && notices.clear(line), { signal });
    media.on("news", (news) => this.#showNews(news), { signal });
  }

  /**
   * Opens a microphone, camera or screen; false when it could not be had, which is then said.
   * @param {Line} line
   */
  async open(line) {
    try {
      await (line === "screen" ? this.#media.startScreen() : this.#media.start(line));
      return true;
    } catch (error) {
      if (!(error instanceof MediaError)) throw error;
      this.showTrouble(error);
      return false;
    }
  }

  /** @param {MediaError} error */
  showTrouble({ line, trouble }) {
    const text = wordMedia(this.#strings, line, trouble);
    const ways = trouble === "insecure" ? [] : [{ label: this.#strings.tryAgain, run: () => this.open(line) }];
    this.#notices.show(line, { text, tone: "trouble", ways });
    this.#tell("error", { code: `${line}-${trouble}`, message: text });
  }

  /** @param {string} id */
  async chooseSpeaker(id) {
    try {
      await this.#playback.setSpeaker(id);
      this.#notices.clear("speaker");
    } catch {
      this.#notices.show("speaker", { text: this.#strings.speakerFailed, tone: "trouble" });
    }
  }

  /** @param {import("./media.js").MediaNews} news */
  #showNews({ line, trouble, device }) {
    if (line === "screen") return; // a window that is minimised pauses its share, and everyone sees that
    if (trouble === "resumed") this.#notices.clear(line);
    else if (trouble === "replaced" || trouble === "interrupted") {
      const tone = trouble === "replaced" ? "info" : "trouble";
      this.#notices.show(line, { text: wordMedia(this.#strings, line, trouble, device), tone });
    } else this.showTrouble(new MediaError(line, trouble));
  }
}
