// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";

import { Link } from "../../web/link.js";
import { CONNECT_TIMEOUT_MS, DISCONNECTED_GRACE_MS, Peer } from "../../web/peer.js";
import { drawFrom, HandClock, HandPeerConnection, settle } from "./doubles.js";

/** @param {HandPeerConnection} rtc @returns {RTCPeerConnection} */
const asRtc = (rtc) => /** @type {RTCPeerConnection} */ (/** @type {unknown} */ (rtc));

/** Two peers whose messages the test carries across, in order on each way. */
function face() {
  const clock = new HandClock();
  /** @type {Record<"a" | "b", import("../../web/peer.js").PeerSignal[]>} what each has sent */
  const mail = { a: [], b: [] };
  const rtc = { a: new HandPeerConnection("a"), b: new HandPeerConnection("b") };
  const peers = {
    a: new Peer({ rtc: asRtc(rtc.a), isPolite: false, clock, send: (signal) => mail.a.push(signal) }),
    b: new Peer({ rtc: asRtc(rtc.b), isPolite: true, clock, send: (signal) => mail.b.push(signal) }),
  };
  const carry = async (/** @type {"a" | "b"} */ from) => {
    const signal = mail[from].shift();
    const to = peers[from === "a" ? "b" : "a"];
    if (signal && "description" in signal) await to.receiveDescription(signal.description);
    else if (signal) await to.receiveCandidate(/** @type {RTCIceCandidateInit | null} */ (signal.candidate));
  };
  return { clock, mail, rtc, peers, carry };
}

/** @typedef {ReturnType<typeof face>} Face */

/** @param {Face} two */
function assertAgreed({ rtc }) {
  assert.equal(rtc.a.signalingState, "stable");
  assert.equal(rtc.b.signalingState, "stable");
  assert.equal(rtc.a.remoteDescription?.sdp, rtc.b.localDescription?.sdp);
  assert.equal(rtc.b.remoteDescription?.sdp, rtc.a.localDescription?.sdp);
}

test("an offer is answered", async () => {
  const two = face();
  two.rtc.b.need();
  await settle();
  await two.carry("b");
  await two.carry("a");
  assertAgreed(two);
});

test("when both offer at once the polite one gives way and both agree", async () => {
  const two = face();
  two.rtc.a.need();
  two.rtc.b.need();
  await settle();
  await Promise.all([two.carry("a"), two.carry("b")]);
  await settle();
  await two.carry("b");
  assertAgreed(two);
  assert.equal(two.rtc.a.localDescription?.type, "offer");
  assert.equal(two.rtc.b.localDescription?.type, "answer");
});

test("whatever the order of offers and deliveries, both end in agreement", async () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const random = drawFrom(seed);
    const two = face();
    for (let step = 0; step < 12; step += 1) {
      const side = random() < 0.5 ? "a" : "b";
      if (random() < 0.4 && two.rtc[side].signalingState === "stable") two.rtc[side].need();
      else void two.carry(side);
      if (random() < 0.5) await settle();
    }
    await settle();
    for (let round = 0; round < 20 && (two.mail.a.length || two.mail.b.length); round += 1) {
      await Promise.all([two.carry("a"), two.carry("b")]);
      await settle();
    }
    if (two.rtc.a.signalingState !== "stable" || two.rtc.b.signalingState !== "stable")
      assert.fail(`seed ${seed} does not settle`);
  }
});

test("a candidate of an ignored offer is passed over in silence", async () => {
  const two = face();
  two.rtc.a.need();
  await settle();
  await two.peers.a.receiveDescription({ type: "offer", sdp: "b 1" });
  await two.peers.a.receiveCandidate({ candidate: "c" });
  assert.equal(two.rtc.a.remoteDescription, null);
});

test("a connection that is gone for three seconds has failed, one that comes back has not", async () => {
  const { clock, rtc, peers } = face();
  let num_failed = 0;
  peers.a.on("failed", () => (num_failed += 1));
  rtc.a.become("connected");
  rtc.a.become("disconnected");
  clock.advance(DISCONNECTED_GRACE_MS - 1);
  rtc.a.become("connected");
  clock.advance(60_000);
  assert.equal(num_failed, 0);
  rtc.a.become("disconnected");
  clock.advance(DISCONNECTED_GRACE_MS);
  assert.equal(num_failed, 1);
});

test("a peer that never answers has failed after a while", () => {
  const { clock, peers } = face();
  let num_failed = 0;
  peers.a.on("failed", () => (num_failed += 1));
  clock.advance(CONNECT_TIMEOUT_MS);
  assert.equal(num_failed, 1);
});

test("a closed peer neither sends nor fails any more", async () => {
  const { clock, rtc, peers, mail } = face();
  let num_failed = 0;
  peers.a.on("failed", () => (num_failed += 1));
  rtc.a.need();
  peers.a.close();
  await settle();
  rtc.a.become("failed");
  clock.advance(60_000);
  assert.equal(num_failed, 0);
  assert.deepEqual(mail.a, []);
});

/** Links of two people who open towards each other, and what they send by signaling. */
function meet() {
  const clock = new HandClock();
  /** @type {Record<"a" | "b", {connections: HandPeerConnection[], sent: any[], link: Link}>} */
  const sides = { a: side("a", "b", false), b: side("b", "a", true) };

  /** @param {string} name @param {string} to @param {boolean} isPolite */
  function side(name, to, isPolite) {
    /** @type {HandPeerConnection[]} */
    const connections = [];
    /** @type {any[]} */
    const sent = [];
    const createRtc = () => {
      connections.push(new HandPeerConnection(`${name}${connections.length}`));
      return asRtc(connections[connections.length - 1]);
    };
    const tracks = { microphone: null, camera: null, screen: null };
    const link = new Link({
      to,
      isAgent: false,
      isPolite,
      tracks,
      createRtc,
      clock,
      send: (message) => sent.push(message),
    });
    return { connections, sent, link };
  }

  const carry = async () => {
    for (let round = 0; round < 20; round += 1) {
      await settle();
      const crossing = { a: sides.a.sent.splice(0), b: sides.b.sent.splice(0) };
      if (!crossing.a.length && !crossing.b.length) return;
      for (const message of crossing.a)
        void sides.b.link.receiveDescription(message.connection, message.description);
      for (const message of crossing.b)
        void sides.a.link.receiveDescription(message.connection, message.description);
    }
  };
  return { clock, ...sides, carry };
}

/** @param {{connections: HandPeerConnection[]}} side */
const open = ({ connections }) => connections.filter(({ isClosed }) => !isClosed);

test("who opens is answered on one connection", async () => {
  const { a, b, carry } = meet();
  b.link.open();
  await carry();
  assert.equal(open(a).length, 1);
  assert.equal(open(a)[0].remoteDescription?.sdp, open(b)[0].localDescription?.sdp);
  assert.equal(open(a)[0].signalingState, "stable");
});

test("two that open at once agree on one connection", async () => {
  const { a, b, carry } = meet();
  a.link.open();
  b.link.open();
  await carry();
  assert.equal(open(a).length, 1);
  assert.equal(open(b).length, 1);
  assert.equal(open(b)[0].localDescription?.sdp, open(a)[0].remoteDescription?.sdp);
  assert.equal(open(a)[0].signalingState, "stable");
  assert.equal(open(b)[0].signalingState, "stable");
});

test("a connection that fails is replaced by a fresh one, and so again, ever later", async () => {
  const { clock, a, b, carry } = meet();
  b.link.open();
  await carry();
  open(b)[0].become("connected");
  assert.equal(b.link.state, "connected");
  open(b)[0].become("failed");
  assert.equal(b.link.state, "lost");
  clock.advance(0);
  await carry();
  assert.equal(b.connections.length, 2);
  assert.equal(a.connections.length, 2);
  assert.equal(open(a).length, 1);
  open(b)[0].become("failed");
  clock.advance(999);
  assert.equal(b.connections.length, 2);
  clock.advance(1);
  assert.equal(b.connections.length, 3);
});

test("an answer and a candidate of a dropped connection are passed over", async () => {
  const { a } = meet();
  await a.link.receiveDescription("stale", { type: "answer", sdp: "x" });
  await a.link.receiveCandidate("stale", { candidate: "x" });
  assert.equal(a.connections.length, 0);
});

test("a closed link does not open again", async () => {
  const { clock, b, carry } = meet();
  b.link.open();
  await carry();
  open(b)[0].become("failed");
  b.link.close();
  clock.advance(60_000);
  assert.equal(b.connections.length, 1);
});
