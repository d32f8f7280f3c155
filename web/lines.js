// @ts-check
/** Which m-line of a connection carries which of my tracks, and which of the peer's. */

/** @typedef {"microphone" | "camera" | "screen"} Line */
/** @typedef {Line | "interpretation"} ReceivedLine what comes in; the last is my language, spoken by the agent */
/** @typedef {Record<Line, MediaStreamTrack | null>} Tracks */

/** @type {readonly Line[]} the order of the m-lines between people */
export const LINES = Object.freeze(["microphone", "camera", "screen"]);
const AGENT_WIDTH_PX = 320;
const AGENT_RATE_HZ = 10;

/**
 * The m-lines of one RTCPeerConnection. Between people all three exist from the start, so turning a camera on
 * needs no negotiation.
 */
export class Lines {
  #rtc;
  #isAgent;
  /** @type {Map<Line, RTCRtpTransceiver>} */
  #transceivers = new Map();
  /** @type {RTCRtpTransceiver | null} */ #interpretation = null;

  /** @param {RTCPeerConnection} rtc @param {{isAgent: boolean}} peer */
  constructor(rtc, { isAgent }) {
    this.#rtc = rtc;
    this.#isAgent = isAgent;
  }

  /** Lays out the m-lines of our offer. @param {Tracks} tracks */
  offer(tracks) {
    for (const line of LINES) {
      if (line === "microphone" || !this.#isAgent || tracks[line]) this.#add(line, tracks[line]);
    }
  }

  /** Takes over the m-lines of the peer's offer, before it is answered. @param {Tracks} tracks */
  async adopt(tracks) {
    const transceivers = this.#rtc.getTransceivers();
    for (const [index, line] of LINES.entries()) {
      const transceiver = transceivers[index];
      if (!transceiver || this.#transceivers.has(line)) continue;
      this.#transceivers.set(line, transceiver);
      transceiver.direction = "sendrecv";
      if (tracks[line]) await transceiver.sender.replaceTrack(tracks[line]);
    }
  }

  /**
   * Puts another track, or none, on a line; towards the agent a first camera or screen adds its m-line.
   * @param {Line} line
   * @param {MediaStreamTrack | null} track
   */
  async set(line, track) {
    const transceiver = this.#transceivers.get(line);
    if (transceiver) {
      await transceiver.sender.replaceTrack(track);
      if (track && this.#isAgent && line !== "microphone") await shrink(transceiver.sender, track);
    } else if (track && this.#isAgent) this.#add(line, track);
  }

  /** Lays out the m-line on which an agent speaks my language; the second call changes nothing. */
  receiveInterpretation() {
    this.#interpretation ??= this.#rtc.addTransceiver("audio", { direction: "recvonly" });
  }

  /** @param {RTCRtpTransceiver} transceiver @returns {ReceivedLine | null} */
  lineOf(transceiver) {
    if (transceiver === this.#interpretation) return "interpretation";
    for (const [line, own] of this.#transceivers) if (own === transceiver) return line;
    if (this.#isAgent) return transceiver.receiver.track.kind === "audio" ? "microphone" : "camera";
    return LINES[this.#rtc.getTransceivers().indexOf(transceiver)] ?? null;
  }

  /** The mid on which a live track of mine leaves. @param {Line} line */
  midOf(line) {
    const transceiver = this.#transceivers.get(line);
    return transceiver?.sender.track ? transceiver.mid : null;
  }

  /** @param {Line} line @param {MediaStreamTrack | null} track */
  #add(line, track) {
    const isSmall = this.#isAgent && line !== "microphone";
    const transceiver = this.#rtc.addTransceiver(track ?? (line === "microphone" ? "audio" : "video"), {
      direction: isSmall ? "sendonly" : "sendrecv",
      ...(isSmall && track && { sendEncodings: [smallEncoding(track)] }),
    });
    this.#transceivers.set(line, transceiver);
  }
}

/**
 * A model sees few pixels: it gets its own small encoding while people get the full one.
 * @param {MediaStreamTrack} track
 */
function smallEncoding(track) {
  const width_px = track.getSettings().width ?? AGENT_WIDTH_PX;
  return { scaleResolutionDownBy: Math.max(1, width_px / AGENT_WIDTH_PX), maxFramerate: AGENT_RATE_HZ };
}

/** @param {RTCRtpSender} sender @param {MediaStreamTrack} track */
async function shrink(sender, track) {
  const parameters = sender.getParameters();
  for (const encoding of parameters.encodings) Object.assign(encoding, smallEncoding(track));
  await sender.setParameters(parameters);
}
