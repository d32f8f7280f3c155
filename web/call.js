// @ts-check
/** One call: who is in the room, the link to each, and what they say. Knows no DOM. */

import { monotonicClock } from "./clock.js";
import { Emitter } from "./emitter.js";
import { Link } from "./link.js";
import { Signaling } from "./signaling.js";
import { WIRE_VERSION } from "./wire.js";
import { INTERPRETATION_NEWS } from "./wire-interpretation.js";
import { WORK_NEWS } from "./wire-work.js";

const MICRO_TURN_MS = 200;

/**
 * @typedef {import("./signaling.js").Participant} Participant
 * @typedef {import("./wire.js").AgentActivity} AgentActivity
 * @typedef {import("./lines.js").Line} Line
 * @typedef {{participant: Participant, link: Link}} Member
 * @typedef {{status: "absent" | "coming" | "here" | "unavailable", activity: AgentActivity, isLooking: boolean,
 *   isMuted: boolean, reason: string}} AgentView
 * @typedef {object} CallEvents
 * @property {{id: string, room: string, isResumed: boolean}} joined
 * @property {{}} changed who is here, how they are connected, or what the agent does
 * @property {{id: string, line: import("./lines.js").ReceivedLine, track: MediaStreamTrack}} track
 * @property {{id: string, name: string}} came
 * @property {{id: string, name: string, reason: string}} gone
 * @property {import("./transcript.js").Said} said
 * @property {Record<string, number>} levels in dBov by participant
 * @property {import("./wire.js").Metrics} metrics
 * @property {{conversation: string}} welcomed by the agent, whenever a channel to it opened
 * @property {import("./wire-work.js").WorkNews} work what the agent does, shows and asks
 * @property {import("./wire-interpretation.js").InterpretationNews} interpretation how the agent interprets for me
 * @property {{id: string}} silenced whose voice was stopped, or is about to be: what is on its way is stale
 * @property {{retry_ms: number}} reconnecting
 * @property {{code: string, message: string}} problem
 * @property {{code: string, message: string}} ended
 * @typedef {object} CallOptions
 * @property {string} url of the signaling WebSocket
 * @property {import("./signaling.js").Admission} admission
 * @property {import("./media.js").LocalMedia} media
 * @property {import("./clock.js").Clock} [clock]
 * @property {(configuration: RTCConfiguration) => RTCPeerConnection} [createRtc]
 */

/** @extends {Emitter<CallEvents>} */
export class Call extends Emitter {
  #signaling;
  #media;
  #clock;
  #createRtc;
  #scope = new AbortController();
  /** @type {RTCIceServer[]} */ #iceServers = [];
  #startedAt_ms;
  #num_typed = 0;
  /** @type {Participant | null} */ me = null;
  /** @type {Map<string, Member>} everyone but me */
  members = new Map();
  /** @type {AgentView} */
  agent = { status: "absent", activity: "listening", isLooking: false, isMuted: false, reason: "" };

  /** @param {CallOptions} options */
  constructor({
    url,
    admission,
    media,
    clock = monotonicClock,
    createRtc = (configuration) => new RTCPeerConnection(configuration),
  }) {
    super();
    this.#media = media;
    this.#clock = clock;
    this.#createRtc = createRtc;
    this.#startedAt_ms = clock.now();
    this.#signaling = new Signaling(url, admission, { clock });
    const { signal } = this.#scope;
    this.#signaling.on("message", (message) => this.#receive(message), { signal });
    this.#signaling.on("lost", (lost) => this.emit("reconnecting", lost), { signal });
    this.#signaling.on("ended", (end) => this.#end(end), { signal });
    media.on("changed", ({ line, track }) => this.#changeTrack(line, track), { signal });
    media.on("muted", () => this.#tellMedia(), { signal });
  }

  /** The token that brings this tab back to its place after a reload. */
  get resume() {
    return this.#signaling.resume;
  }

  /** The conversation's clock as far as this page knows it. */
  get time_ms() {
    return Math.max(0, Math.round(this.#clock.now() - this.#startedAt_ms));
  }

  /** Joins, or reconnects at once when the network has changed. */
  connect() {
    this.#signaling.connect();
  }

  leave() {
    this.#signaling.leave();
    this.#close();
  }

  /** False when the agent cannot be reached now. */
  silence() {
    const isSent = this.tell({ v: WIRE_VERSION, kind: "silence" });
    for (const { participant } of this.members.values())
      if (isSent && participant.role === "agent") this.emit("silenced", { id: participant.id });
    return isSent;
  }

  /** Says it in writing to everyone; false when nobody could be reached. @param {string} text */
  type(text) {
    const links = [...this.members.values()].map(({ link }) => link);
    const isSent = links.map((link) => link.sendMessage({ v: WIRE_VERSION, kind: "text", text })).includes(true);
    if (isSent && this.me) this.#noteTyped(this.me, text);
    return isSent;
  }

  /**
   * Says something to the agent alone; false when it cannot be reached now.
   * @param {import("./wire.js").WireMessage} message
   */
  tell(message) {
    return this.#agentLink?.sendMessage(message) ?? false;
  }

  /** Takes the agent's interpretation as a sound of its own. */
  receiveInterpretation() {
    this.#agentLink?.receiveInterpretation();
  }

  get canSilence() {
    return this.#agentLink?.isOpen ?? false;
  }

  get #agentLink() {
    for (const { participant, link } of this.members.values()) if (participant.role === "agent") return link;
    return null;
  }

  /** @param {import("./signaling.js").ServerMessage} message */
  #receive(message) {
    if (message.type === "joined") this.#enter(message);
    else if (message.type === "participant-joined") this.#meet(message.participant);
    else if (message.type === "participant-updated") this.#update(message.participant);
    else if (message.type === "participant-left") this.#miss(message.id, message.reason);
    else if (message.type === "description") {
      this.members.get(message.from)?.link.receiveDescription(message.connection, message.description);
    } else if (message.type === "candidate") {
      this.members.get(message.from)?.link.receiveCandidate(message.connection, message.candidate);
    } else if (message.type === "agent-status") this.#noteAgentStatus(message);
    // Who left a moment ago may still be sent to; nobody needs to hear of that.
    else if (message.type === "error" && message.code !== "unknown-participant")
      this.emit("problem", { code: message.code, message: message.message });
  }

  /**
   * In the room, or back in it: links that live are kept, whoever has none gets one.
   * @param {import("./signaling.js").Joined} joined
   */
  #enter(joined) {
    const present = new Set(joined.participants.map(({ id }) => id));
    if (this.me?.id !== joined.you.id) for (const id of [...this.members.keys()]) this.#miss(id, "left");
    for (const id of [...this.members.keys()]) if (!present.has(id)) this.#miss(id, "left");
    this.me = joined.you;
    this.#iceServers = joined.ice_servers;
    for (const participant of joined.participants) {
      if (this.members.has(participant.id)) this.#update(participant);
      else this.#welcome(participant).open();
    }
    this.emit("joined", { id: joined.you.id, room: joined.room, isResumed: joined.resumed });
    this.#tellMedia();
  }

  /**
   * Somebody came after me: people open towards those before them, the agent waits for people to open.
   * @param {Participant} participant
   */
  #meet(participant) {
    if (this.members.has(participant.id) || participant.id === this.me?.id) return;
    const link = this.#welcome(participant);
    if (participant.role === "agent") link.open();
    this.emit("came", { id: participant.id, name: participant.name });
    this.emit("changed", {});
  }

  /** @param {Participant} participant */
  #welcome(participant) {
    const { id, order, role } = participant;
    const isAgent = role === "agent";
    const link = new Link({
      to: id,
      isAgent,
      isPolite: isAgent || Number(this.me?.order) > order,
      tracks: this.#media.tracks,
      clock: this.#clock,
      createRtc: () => this.#createRtc({ iceServers: this.#iceServers, bundlePolicy: "max-bundle" }),
      send: (message) => this.#signaling.send(message),
    });
    this.members.set(id, { participant, link });
    if (isAgent) Object.assign(this.agent, { status: "here", activity: "listening", reason: "" });
    link.on("state", ({ state }) => {
      if (state === "lost") this.#signaling.renew(); // the network that took the link may have taken the socket too
      this.emit("changed", {});
    });
    link.on("track", ({ line, track }) => this.emit("track", { id, line, track }));
    link.on("open", () => this.emit("changed", {}));
    link.on("message", (message) => this.#hear(id, message));
    return link;
  }

  /** @param {Participant} participant */
  #update(participant) {
    const member = this.members.get(participant.id);
    if (member) member.participant = participant;
    this.emit("changed", {});
  }

  /** @param {string} id @param {string} reason */
  #miss(id, reason) {
    const member = this.members.get(id);
    if (!member) return;
    member.link.close();
    this.members.delete(id);
    if (member.participant.role === "agent") this.agent.status = "absent";
    this.emit("gone", { id, name: member.participant.name, reason });
    this.emit("changed", {});
  }

  /** @param {import("./signaling.js").AgentStatus} message */
  #noteAgentStatus({ status, reason = "" }) {
    Object.assign(this.agent, { status, reason });
    this.emit("changed", {});
  }

  /** @param {string} id @param {import("./wire.js").WireMessage} message */
  #hear(id, message) {
    const participant = this.members.get(id)?.participant;
    if (!participant) return;
    if (message.kind === "text") this.#noteTyped(participant, message.text);
    if (participant.role !== "agent") return; // only the agent speaks for others
    if (message.kind === "caption") this.emit("said", message);
    else if (message.kind === "levels") this.emit("levels", message.levels);
    else if (message.kind === "metrics") this.emit("metrics", message);
    else if (message.kind === "voice-stopped") this.emit("silenced", { id });
    else if (message.kind === "error") this.emit("problem", { code: message.code, message: message.message });
    else if (message.kind === "welcome") {
      this.#startedAt_ms = this.#clock.now() - message.micro_turn * MICRO_TURN_MS;
      this.emit("welcomed", { conversation: message.conversation });
    } else if (WORK_NEWS.has(message.kind))
      this.emit("work", /** @type {import("./wire-work.js").WorkNews} */ (message));
    else if (INTERPRETATION_NEWS.has(message.kind))
      this.emit("interpretation", /** @type {import("./wire-interpretation.js").InterpretationNews} */ (message));
    else if (message.kind === "agent-state") {
      Object.assign(this.agent, { activity: message.state, isLooking: message.looking, isMuted: message.muted });
      this.emit("changed", {});
    }
  }

  /** @param {Participant} participant @param {string} text */
  #noteTyped({ id, name, role }, text) {
    const now_ms = this.time_ms;
    const line = { text, final: true, start_ms: now_ms, end_ms: now_ms, language: "und", isTyped: true };
    this.emit("said", { id: `typed-${id}-${this.#num_typed++}`, speaker: { id, name, role }, ...line });
  }

  /** @param {Line} line @param {MediaStreamTrack | null} track */
  #changeTrack(line, track) {
    for (const { link } of this.members.values())
      link.setTrack(line, track).catch((error) => this.#reportTrack(line, error));
    this.#tellMedia();
  }

  /** @param {Line} line @param {unknown} error */
  #reportTrack(line, error) {
    this.emit("problem", { code: "track", message: `${line}: ${error instanceof Error ? error.message : error}` });
  }

  #tellMedia() {
    if (!this.me) return;
    const { tracks, isMuted } = this.#media;
    const microphone = tracks.microphone !== null && !isMuted;
    this.#signaling.send({
      type: "media",
      microphone,
      camera: tracks.camera !== null,
      screen: tracks.screen !== null,
    });
    this.emit("changed", {});
  }

  /** @param {{code: string, message: string}} end */
  #end(end) {
    this.#close();
    this.emit("ended", end);
  }

  #close() {
    this.#scope.abort();
    for (const { link } of this.members.values()) link.close();
    this.members.clear();
  }
}
