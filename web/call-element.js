// @ts-check
/** `<alongside-call>`: attributes in, events out. Goes from lobby to call to goodbye. */

import { Call } from "./call.js";
import { followCall } from "./call-notices.js";
import { CallView } from "./call-view.js";
import { ClientTools } from "./client-tools.js";
import { DeviceNotices } from "./device-notices.js";
import { element } from "./dom.js";
import { EndView } from "./end-view.js";
import { Lobby } from "./lobby.js";
import { LocalMedia } from "./media.js";
import { Notices } from "./notices.js";
import { Playback } from "./playback.js";
import { ENGLISH, fill } from "./strings.js";
import { styleSheet } from "./styles.js";
import { keepPlace, recallPlace, Tabs } from "./tabs.js";
import { getToken } from "./token.js";
import { wordEnding } from "./troubles.js";

const ROOM = /^[A-Za-z0-9_-]{1,64}$/;
const OWN_SERVER = new URL(".", import.meta.url).href;

/**
 * @typedef {{node: HTMLElement, focus: () => void, close: () => void}} View
 * @typedef {{signal: AbortSignal, media: LocalMedia, playback: Playback, notices: Notices, devices: DeviceNotices,
 *   tabs: Tabs}} Scene what lives as long as the element is connected
 * @typedef {{name: string, wantsMicrophone: boolean, resume: string | null}} Arrival
 */

export class AlongsideCall extends HTMLElement {
  #shadow = this.attachShadow({ mode: "open" });
  #stage = element("div", { class: "place" });
  /** @type {AbortController | null} */ #scope = null;
  /** @type {Scene | null} */ #scene = null;
  /** @type {Call | null} */ #call = null;
  /** @type {View | null} */ #view = null;
  /** @type {import("./strings.js").Strings} */ #strings = ENGLISH;
  #name = "";
  #tools = new ClientTools();

  static observedAttributes = ["room", "server", "etiquette", "my-etiquette", "push-to-talk", "lang", "booth", "topic"];

  constructor() {
    super();
    this.#shadow.adoptedStyleSheets = [styleSheet()];
  }

  /**
   * Sentences to show in place of the English ones; they count from the next time the element is connected.
   * @param {Partial<import("./strings.js").Strings>} strings
   */
  set strings(strings) {
    this.#strings = { ...ENGLISH, ...strings };
  }

  /**
   * Lends the agent a tool of this page, in this call and those after it; the result takes it back.
   * @param {import("./client-tools.js").ToolSchema} schema
   * @param {import("./client-tools.js").ToolHandler} handler
   */
  registerTool(schema, handler) {
    return this.#tools.register(schema, handler);
  }

  /** What the agent may know of the page around, such as its title or what is selected. @param {string} text */
  set pageContext(text) {
    this.#tools.setContext(text);
  }

  get pageContext() {
    return this.#tools.context;
  }

  get room() {
    return this.getAttribute("room") ?? "";
  }

  /** Where signaling is: the attribute, else where this module came from. */
  get server() {
    return (this.getAttribute("server") ?? OWN_SERVER).replace(/\/$/, "");
  }

  connectedCallback() {
    const { signal } = (this.#scope = new AbortController());
    const strings = this.#strings;
    const sounds = element("div", { hidden: true });
    const notices = new Notices(strings);
    const media = new LocalMedia(navigator.mediaDevices, navigator.permissions);
    const playback = new Playback(sounds);
    const devices = new DeviceNotices({
      media,
      notices,
      playback,
      strings,
      signal,
      tell: (type, detail) => this.#tell(type, detail),
    });
    const scene = { signal, media, notices, playback, devices, tabs: new Tabs(this.#key) };
    this.#scene = scene;
    this.#shadow.replaceChildren(
      element("div", { class: "frame", part: "frame" }, notices.node, this.#stage, sounds),
    );
    scene.tabs.on("taken", () => this.#call && this.#finish({ code: "replaced", message: "" }), { signal });
    window.addEventListener("online", () => this.#call?.connect(), { signal });
    window.addEventListener("offline", () => this.#call && notices.show("connection", { text: strings.offline }), {
      signal,
    });
    window.addEventListener("pagehide", () => this.#keepPlace(), { signal });
    if (ROOM.test(this.room)) this.#begin(scene);
    else this.#show(new EndView(fill(strings.badRoom, { room: this.room }), []));
  }

  disconnectedCallback() {
    this.#scope?.abort();
    if (this.#call) keepPlace(this.#key, null);
    this.#call?.leave();
    this.#view?.close();
    this.#scene?.media.close();
    this.#scene?.playback.close();
    this.#scene?.tabs.close();
    this.#call = this.#view = this.#scene = null;
  }

  /**
   * Another room or server is another call; the others count at once.
   * @param {string} name
   * @param {string | null} before
   * @param {string | null} now
   */
  attributeChangedCallback(name, before, now) {
    if (!this.#scene || before === now) return;
    const view = this.#view instanceof CallView ? this.#view : null;
    if (name.endsWith("etiquette")) return view?.askModes();
    if (name === "lang") return view?.askLanguage();
    if (name === "booth") return view?.askBooth();
    if (name === "topic") return view?.askTopic();
    if (name === "push-to-talk") return view?.setPushToTalk(now !== null);
    this.disconnectedCallback();
    this.connectedCallback();
  }

  /** Leaves the call, as the button does. */
  leave() {
    if (this.#call) this.#finish({ code: "left", message: "" });
  }

  /** Asks the agent to stop speaking now; false when it cannot be reached. */
  silence() {
    return this.#call?.silence() ?? false;
  }

  /** What this call is to every tab of this browser. */
  get #key() {
    return `alongside:${this.server}:${this.room}`;
  }

  /** After a reload the call goes on by itself; else the lobby asks. @param {Scene} scene */
  async #begin(scene) {
    const place = recallPlace(this.#key);
    const isElsewhere = await scene.tabs.isElsewhere();
    if (scene.signal.aborted) return;
    if (!place || isElsewhere) return this.#showLobby(scene, isElsewhere);
    scene.media.setMuted(place.isMuted);
    await this.#join(scene, { name: place.name, wantsMicrophone: place.hasMicrophone, resume: place.resume });
  }

  /** @param {Scene} scene @param {boolean} [isElsewhere] */
  #showLobby(scene, isElsewhere = false) {
    const { media, playback, notices, devices } = scene;
    const strings = this.#strings;
    const lobby = new Lobby({
      room: this.room,
      name: this.#name || (this.getAttribute("name") ?? ""),
      asksName: !this.hasAttribute("name"),
      media,
      strings,
      devices,
      onJoin: (name, wantsMicrophone) => {
        playback.unlock(); // inside the click
        this.#join(scene, { name, wantsMicrophone, resume: null }, lobby);
      },
    });
    this.#show(lobby);
    if (!media.isAvailable) notices.show("microphone", { text: strings.insecure, tone: "trouble" });
    const moveHere = { label: strings.moveHere, run: () => this.#moveHere(scene, lobby) };
    if (isElsewhere) notices.show("tab", { text: strings.elsewhere, ways: [moveHere] });
  }

  /** @param {Scene} scene @param {Lobby} lobby */
  #moveHere({ tabs }, lobby) {
    tabs.take();
    lobby.join();
  }

  /** @param {Scene} scene @param {Arrival} arrival @param {Lobby} [lobby] */
  async #join(scene, { name, wantsMicrophone, resume }, lobby) {
    const { media, notices, devices, signal, tabs } = scene;
    this.#name = name;
    const needsMicrophone = wantsMicrophone && !media.tracks.microphone;
    lobby?.setBusy(needsMicrophone ? this.#strings.asking : this.#strings.joining);
    const isReady = !needsMicrophone || (await devices.open("microphone"));
    if (signal.aborted) return;
    if (!isReady && !resume) return lobby?.setBusy(null);
    lobby?.setBusy(this.#strings.joining);
    notices.clear("tab");
    const getOwnToken = () =>
      getToken({
        server: this.server,
        token: this.#text("token"),
        tokenUrl: this.#text("token-url"),
        room: this.room,
        name,
        signal,
      });
    const call = new Call({
      url: socketUrl(this.server),
      media,
      admission: { room: this.room, name, resume, getToken: getOwnToken },
    });
    this.#call = call;
    tabs.isHolder = true;
    followCall({ call, ...scene, strings: this.#strings, tell: (type, detail) => this.#tell(type, detail) });
    call.on("joined", () => this.#enter(scene, call));
    call.on("ended", (end) => this.#finish(end));
    call.connect();
  }

  /** @param {Scene} scene @param {Call} call */
  #enter({ media, notices, devices, playback }, call) {
    this.#keepPlace();
    if (this.#view instanceof CallView) return;
    const link = this.hasAttribute("invite") ? location.href : "";
    const view = new CallView({
      call,
      media,
      notices,
      devices,
      link,
      strings: this.#strings,
      room: this.room,
      onLeave: () => this.leave(),
      tools: this.#tools,
      wantedMode: (whose) => this.#text(whose === "room" ? "etiquette" : "my-etiquette"),
      wantedLanguage: () => this.#text("lang"),
      wantedBooth: () => this.#text("booth"),
      wantedTopic: () => this.#text("topic"),
      playback,
      tell: (type, detail) => this.#tell(type, detail),
    });
    view.setPushToTalk(this.hasAttribute("push-to-talk"));
    this.#show(view);
  }

  /** Out of the call, with the reason and the way back. @param {{code: string, message: string}} end */
  #finish(end) {
    const scene = this.#scene;
    if (!scene) return;
    this.#stopCall(scene);
    const text = wordEnding(this.#strings, end);
    const again = { label: this.#strings.rejoin, run: () => this.#showLobby(scene) };
    const reload = { label: this.#strings.reload, run: () => location.reload() };
    this.#show(new EndView(text, [end.code === "version" ? reload : again]));
    this.#tell("left", { code: end.code, message: text });
    if (end.code !== "left" && end.code !== "replaced") this.#tell("error", { code: end.code, message: text });
  }

  /** @param {Scene} scene */
  #stopCall({ media, notices, playback, tabs }) {
    this.#call?.leave();
    this.#call = null;
    tabs.isHolder = false;
    keepPlace(this.#key, null);
    playback.close();
    for (const line of /** @type {const} */ (["microphone", "camera", "screen"])) media.stop(line);
    notices.clearAll();
  }

  #keepPlace() {
    const media = this.#scene?.media;
    const resume = this.#call?.resume;
    if (!media || !resume) return;
    keepPlace(this.#key, {
      resume,
      name: this.#name,
      hasMicrophone: media.tracks.microphone !== null,
      isMuted: media.isMuted,
    });
  }

  /** @param {View} view */
  #show(view) {
    const hadFocus = this.#shadow.activeElement !== null;
    this.#view?.close();
    this.#view = view;
    this.#stage.replaceChildren(view.node);
    if (hadFocus) view.focus();
  }

  /** @param {string} name */
  #text(name) {
    return this.getAttribute(name) ?? "";
  }

  /** @param {string} type @param {object} detail */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** @param {string} server */
function socketUrl(server) {
  const url = new URL(`${server}/ws`);
  url.protocol = url.protocol.replace("http", "ws");
  return url.href;
}
