// @ts-check
/** Everybody in the call, each on a tile that shows what they do now. */

import { element } from "./dom.js";
import { fromDecibels } from "./meter.js";
import { fill } from "./strings.js";
import { AgentTile, Tile } from "./tile.js";

/**
 * @typedef {import("./call.js").Call} Call
 * @typedef {import("./strings.js").Strings} Strings
 */

export class Stage {
  #call;
  #media;
  #strings;
  /** @type {Map<string, Tile>} people by id, screens by `screen:` and id */
  #tiles = new Map();
  /** @type {Map<string, MediaStreamTrack>} remote pictures, by tile */
  #pictures = new Map();
  #agentTile;
  #tellsLevels = false;
  node;

  /**
   * @param {Call} call
   * @param {import("./media.js").LocalMedia} media
   * @param {Strings} strings
   * @param {AbortSignal} signal
   */
  constructor(call, media, strings, signal) {
    this.#call = call;
    this.#media = media;
    this.#strings = strings;
    this.#agentTile = new AgentTile({ lookingWord: strings.agentLooking });
    this.node = element(
      "ul",
      { class: "stage", part: "stage", "aria-label": strings.people },
      this.#agentTile.node,
    );
    call.on("changed", () => this.update(), { signal });
    call.on("levels", (levels) => this.#showLevels(levels), { signal });
    call.on("track", ({ id, line, track }) => track.kind === "video" && this.#showPicture(id, line, track), {
      signal,
    });
    const paint = () => {
      if (signal.aborted) return;
      if (!this.#tellsLevels) this.#measureLevels();
      requestAnimationFrame(paint); // rests by itself while the tab is in the background
    };
    requestAnimationFrame(paint);
  }

  update() {
    this.#updateAgent();
    const wanted = new Set();
    for (const view of this.#people()) {
      wanted.add(view.id);
      this.#updateTile(view.id, "person", view);
      if (!view.hasScreen) continue;
      const screen = `screen:${view.id}`;
      wanted.add(screen);
      const name = fill(this.#strings.screenOf, { name: view.plainName });
      this.#updateTile(screen, "screen", { ...view, name, state: "", isMuted: false, hasPicture: true });
    }
    for (const [key, tile] of this.#tiles) {
      if (wanted.has(key)) continue;
      tile.node.remove();
      this.#tiles.delete(key);
    }
    this.node.dataset.tiles = String(this.#tiles.size + 1);
  }

  *#people() {
    const { me, members } = this.#call;
    const { tracks, isMuted } = this.#media;
    if (me) {
      const pictures = { hasPicture: tracks.camera !== null, hasScreen: tracks.screen !== null };
      const name = fill(this.#strings.you, { name: me.name });
      yield {
        id: me.id,
        name,
        plainName: me.name,
        state: "",
        isMuted: isMuted || !tracks.microphone,
        isLive: true,
        isMine: true,
        ...pictures,
      };
    }
    for (const [id, { participant, link }] of members) {
      if (participant.role === "agent") continue;
      const { name, media } = participant;
      const state = link.state === "connected" ? "" : this.#strings[link.state];
      const pictures = { hasPicture: media?.camera === true, hasScreen: media?.screen === true };
      yield {
        id,
        name,
        plainName: name,
        state,
        isMuted: media?.microphone === false,
        isLive: state === "",
        isMine: false,
        ...pictures,
      };
    }
  }

  /**
   * @param {string} key
   * @param {"person" | "screen"} kind
   * @param {import("./tile.js").TileView & {isMine: boolean}} view
   */
  #updateTile(key, kind, view) {
    let tile = this.#tiles.get(key);
    if (!tile) {
      tile = new Tile({ kind, isMine: view.isMine, mutedWord: this.#strings.muted });
      this.#tiles.set(key, tile);
      this.node.append(tile.node);
    }
    const line = kind === "screen" ? "screen" : "camera";
    tile.setTrack(view.isMine ? this.#media.tracks[line] : (this.#pictures.get(key) ?? null));
    tile.update(view);
  }

  #updateAgent() {
    const { agent, members } = this.#call;
    const member = [...members.values()].find(({ participant }) => participant.role === "agent");
    const isConnecting = member !== undefined && member.link.state !== "connected";
    const activity = agent.status === "here" ? (isConnecting ? "coming" : agent.activity) : agent.status;
    const state = agent.isMuted && activity === "listening" ? this.#strings.agentQuiet : this.#agentWord(activity);
    this.#agentTile.update({
      name: member?.participant.name || this.#strings.agentName,
      state,
      activity,
      isLooking: agent.isLooking,
    });
  }

  /** @param {string} activity */
  #agentWord(activity) {
    const { agentListening, agentSpeaking, agentWorking, agentComing, agentAbsent, agentUnavailable } =
      this.#strings;
    /** @type {Record<string, string>} */
    const words = {
      listening: agentListening,
      speaking: agentSpeaking,
      working: agentWorking,
      coming: agentComing,
      absent: agentAbsent,
    };
    return words[activity] ?? agentUnavailable;
  }

  /** @param {string} id @param {import("./lines.js").ReceivedLine} line @param {MediaStreamTrack} track */
  #showPicture(id, line, track) {
    this.#pictures.set(line === "screen" ? `screen:${id}` : id, track);
    this.update();
  }

  /** What the agent measured, for everyone at once. @param {Record<string, number>} levels in dBov */
  #showLevels(levels) {
    this.#tellsLevels = true;
    for (const [id, level] of Object.entries(levels)) this.#setLevel(id, fromDecibels(level));
  }

  /** Without an agent that measures, each receiver's own level. */
  #measureLevels() {
    for (const [id, { link }] of this.#call.members)
      this.#setLevel(id, fromDecibels(20 * Math.log10((link.heardLevel ?? 0) + 1e-6)));
  }

  /** @param {string} id @param {number} level 0 to 1 */
  #setLevel(id, level) {
    const isAgent = this.#call.members.get(id)?.participant.role === "agent";
    if (isAgent) this.#agentTile.setLevel(level);
    else this.#tiles.get(id)?.setLevel(level);
  }
}
