// @ts-check
/** What the agent shows and asks in a call: its jobs, what needs leave, and the surfaces it made. */

import { ApprovalCard } from "./approval-card.js";
import { button, element } from "./dom.js";
import { HtmlSurface } from "./interface/html-surface.js";
import { Surface } from "./interface/surface.js";
import { ROOT } from "./interface/tree.js";
import { isRunning, JobCard, wordState } from "./job-card.js";
import { fill } from "./strings.js";
import { WIRE_VERSION } from "./wire.js";

export const MAX_SURFACES = 32;
export const MAX_JOBS = 32;
export const MAX_APPROVALS = 8;
const FINISHED_JOBS = 3; // how many finished ones stay to be seen
const v = WIRE_VERSION;

/**
 * @typedef {import("./wire-work.js").WorkNews} WorkNews
 * @typedef {import("./wire-work.js").Job} Job
 * @typedef {object} BoardOptions
 * @property {import("./strings.js").Strings} strings
 * @property {(wish: import("./wire-work.js").WorkWish) => boolean} send to the agent
 * @property {(text: string) => void} whisper to screen readers
 * @property {(problem: string) => void} onBroken
 * @property {() => number} now
 */

export class Board {
  #options;
  /** @type {Map<string, {card: JobCard, job: Job}>} oldest first */ #jobs = new Map();
  /** @type {Map<string, ApprovalCard>} oldest first */ #approvals = new Map();
  /** @type {Map<string, {surface: Surface | HtmlSurface, title: string}>} oldest first */ #surfaces = new Map();
  /** @type {Map<string, HTMLElement>} the chips of surfaces somebody closed */ #closed = new Map();
  #jobList = element("ul", { class: "jobs" });
  #asks = element("div", { class: "asks" });
  #chips = element("div", { class: "chips" });
  #cards = element("div", { class: "cards" });
  node;

  /** @param {BoardOptions} options */
  constructor(options) {
    this.#options = options;
    const label = options.strings.board;
    this.node = element("section", { class: "board", part: "board", "aria-label": label, hidden: true });
    this.node.append(this.#asks, this.#jobList, this.#chips, this.#cards);
  }

  /** @param {WorkNews} news */
  show(news) {
    if (news.kind === "job") this.#showJob(news);
    else if (news.kind === "approval") this.#showApproval(news);
    else if (news.kind === "ui") this.#showSurface(news, Surface);
    else if (news.kind === "ui-html") this.#showSurface(news, HtmlSurface);
    else if (news.kind === "ui-remove") this.#removeSurface(news.surfaceId);
    else if (news.kind === "ui-result") this.#settle(news);
    this.#update();
  }

  /** Another conversation has nothing to do with what is shown. */
  clear() {
    for (const id of [...this.#surfaces.keys()]) this.#removeSurface(id);
    for (const card of this.#approvals.values()) card.node.remove();
    this.#approvals.clear();
    this.#jobs.clear();
    this.#jobList.replaceChildren();
    this.#update();
  }

  /** @param {Job} job */
  #showJob(job) {
    const { strings, send, whisper } = this.#options;
    const before = this.#jobs.get(job.id);
    const card = before?.card ?? new JobCard({ strings, onCancel: () => send({ v, kind: "job-cancel", id: job.id }) });
    if (!before) this.#jobList.prepend(card.node);
    card.show(job);
    this.#jobs.set(job.id, { card, job });
    if (before?.job.state !== job.state)
      whisper(fill(strings.jobInWords, { title: job.title, state: wordState(strings, job.state) }));
    const finished = [...this.#jobs.values()].filter(({ job: each }) => !isRunning(each.state));
    for (const each of finished.slice(0, -FINISHED_JOBS)) this.#removeJob(each.job.id);
    if (this.#jobs.size > MAX_JOBS) this.#removeJob(firstKey(this.#jobs));
  }

  /** @param {string} id */
  #removeJob(id) {
    this.#jobs.get(id)?.card.node.remove();
    this.#jobs.delete(id);
  }

  /** @param {import("./wire-work.js").Approval} approval */
  #showApproval(approval) {
    const { strings, send } = this.#options;
    const { id } = approval;
    const onAnswer = (/** @type {boolean} */ approve, /** @type {boolean} */ remember) =>
      void send({ v, kind: "approval-answer", id, approve, remember });
    const card = this.#approvals.get(id) ?? new ApprovalCard({ strings, onAnswer });
    if (!this.#approvals.has(id)) this.#asks.prepend(card.node);
    card.show(approval);
    this.#approvals.set(id, card);
    const isOpen = (/** @type {ApprovalCard} */ each) => each.node.dataset.state === "asked";
    const answered = [...this.#approvals].filter(([, each]) => !isOpen(each)).map(([each]) => each);
    const excess = this.#approvals.size > MAX_APPROVALS ? [firstKey(this.#approvals)] : [];
    for (const old of [...answered.slice(0, -1), ...excess]) {
      this.#approvals.get(old)?.node.remove();
      this.#approvals.delete(old);
    }
  }

  /**
   * @template {import("./wire-work.js").Ui | import("./wire-work.js").UiHtml} Message
   * @param {Message} message
   * @param {new (options: import("./interface/surface.js").SurfaceOptions) =>
   *   {node: HTMLElement, show: (message: Message) => void, close: () => void}} Kind
   */
  #showSurface(message, Kind) {
    const { strings, whisper, onBroken, now } = this.#options;
    const { surfaceId: id, title } = message;
    const before = this.#surfaces.get(id)?.surface;
    if (before && !(before instanceof Kind)) this.#removeSurface(id);
    const act = (/** @type {string} */ componentId, /** @type {string} */ action, /** @type {unknown} */ value) =>
      this.#act(id, componentId, action, value);
    const onClose = () => this.#close(id);
    const surface = before instanceof Kind ? before : new Kind({ id, strings, now, onBroken, act, onClose });
    const isNew = surface !== before;
    if (isNew) this.#cards.prepend(surface.node);
    this.#surfaces.set(id, { surface: /** @type {Surface | HtmlSurface} */ (/** @type {unknown} */ (surface)), title });
    surface.show(message);
    if (isNew) whisper(fill(strings.cardShown, { title: title || strings.shownByAgent }));
    if (this.#surfaces.size > MAX_SURFACES) this.#removeSurface(firstKey(this.#surfaces));
  }

  /** @param {string} surfaceId @param {string} componentId @param {string} action @param {unknown} value */
  #act(surfaceId, componentId, action, value) {
    this.#options.send({ v, kind: "ui-action", surfaceId, componentId, action, value });
  }

  /** For this page only; a chip brings it back. @param {string} id */
  #close(id) {
    const shown = this.#surfaces.get(id);
    if (!shown || this.#closed.has(id)) return;
    shown.surface.node.hidden = true;
    const label = shown.title || this.#options.strings.shownByAgent;
    const chip = button({ label, sign: "board", look: "small quiet", run: () => this.#reopen(id) });
    this.#closed.set(id, chip);
    this.#chips.append(chip);
    this.#act(id, ROOT, "dismiss", null);
    this.#update();
    chip.focus();
  }

  /** @param {string} id */
  #reopen(id) {
    this.#closed.get(id)?.remove();
    this.#closed.delete(id);
    const node = this.#surfaces.get(id)?.surface.node;
    if (!node) return;
    node.hidden = false;
    node.querySelector("button")?.focus();
    this.#update();
  }

  /** @param {import("./wire-work.js").UiResult} answer */
  #settle(answer) {
    const surface = this.#surfaces.get(answer.surfaceId)?.surface;
    if (surface instanceof HtmlSurface) surface.settle(answer);
  }

  /** @param {string} id */
  #removeSurface(id) {
    this.#surfaces.get(id)?.surface.close();
    this.#surfaces.delete(id);
    this.#closed.get(id)?.remove();
    this.#closed.delete(id);
  }

  #update() {
    const isEmpty = this.#jobs.size + this.#approvals.size + this.#surfaces.size === 0;
    this.node.hidden = isEmpty;
    this.#chips.hidden = this.#closed.size === 0;
    const numOpen = this.#surfaces.size - this.#closed.size + this.#approvals.size;
    this.node.classList.toggle("slim", numOpen === 0);
  }
}

/** @param {Map<string, unknown>} map that is not empty */
function firstKey(map) {
  return /** @type {string} */ (map.keys().next().value);
}
