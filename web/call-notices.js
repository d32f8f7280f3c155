// @ts-check
/** Follows a call: says what happens to it, plays it, and tells the page around. */

import { SOUND_ID } from "./interpretation/interpretation.js";
import { StoppedVoice } from "./stopped-voice.js";
import { fill } from "./strings.js";

/**
 * @typedef {object} Following
 * @property {import("./call.js").Call} call
 * @property {import("./notices.js").Notices} notices
 * @property {import("./playback.js").Playback} playback
 * @property {import("./strings.js").Strings} strings
 * @property {(type: string, detail: object) => void} tell
 */

/** @param {Following} following */
export function followCall(following) {
  const { call, notices, playback, strings, tell } = following;
  call.on("joined", ({ id, room, isResumed }) => {
    if (isResumed) notices.whisper(strings.reconnected);
    notices.clear("connection");
    tell("joined", { id, room, resumed: isResumed });
  });
  call.on("track", ({ id, line, track }) => {
    if (line === "microphone") playback.attach(id, track);
    if (line === "interpretation") playback.attach(SOUND_ID, track);
  });
  call.on("came", ({ id, name }) => {
    notices.whisper(fill(strings.personJoined, { name }));
    tell("participant-joined", { id, name });
  });
  call.on("gone", ({ id, name, reason }) => {
    playback.detach(id);
    notices.whisper(fill(reason === "lost" ? strings.personLost : strings.personLeft, { name }));
    tell("participant-left", { id, name, reason });
  });
  call.on("said", (said) => tell("caption", said));
  call.on("metrics", (metrics) => tell("metrics", metrics));
  call.on("reconnecting", () => {
    notices.show("connection", { text: navigator.onLine ? strings.reconnecting : strings.offline });
  });
  call.on("problem", ({ code, message }) => {
    notices.show("problem", { text: fill(strings.agentSaid, { message: message || code }), tone: "trouble" });
    tell("error", { code, message });
  });
  followAgent(following);
  followVoice(following);
}

/** @param {Following} following */
function followVoice({ call, playback }) {
  /** @type {Map<string, StoppedVoice>} by participant */
  const voices = new Map();
  call.on("silenced", ({ id }) => {
    const voice =
      voices.get(id) ??
      new StoppedVoice({
        hold: (isHeld) => playback.hold(id, isHeld),
        level: () => call.members.get(id)?.link.heardLevel ?? null,
      });
    voices.set(id, voice);
    voice.stop();
  });
  call.on("gone", ({ id }) => {
    voices.get(id)?.release();
    voices.delete(id);
  });
  call.on("ended", () => voices.forEach((voice) => voice.release()));
}

/** @param {Following} following */
function followAgent({ call, notices, strings, tell }) {
  let before = "";
  call.on("changed", () => {
    const { status, activity, isLooking, isMuted, reason } = call.agent;
    const now = JSON.stringify(call.agent);
    if (now === before) return;
    before = now;
    tell("agent-state", { status, state: activity, looking: isLooking, muted: isMuted, reason });
    const isMissing = status === "unavailable" || activity === "unavailable";
    if (isMissing) notices.show("agent", { text: strings.agentUnavailableText });
    else notices.clear("agent");
  });
}
