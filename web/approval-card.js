// @ts-check
/** A tool that needs somebody's leave: what it is, what it would be sent, and the answer. */

import { button, element, setText } from "./dom.js";
import { fill } from "./strings.js";

/** @typedef {import("./wire-work.js").Approval} Approval */

export class ApprovalCard {
  #strings;
  #title = element("h3", { dir: "auto" });
  #reason = element("p", { dir: "auto" });
  #arguments = element("pre", { tabindex: "0", role: "region" });
  #details;
  #answers;
  node;

  /**
   * @param {{strings: import("./strings.js").Strings, onAnswer: (approve: boolean, remember: boolean) => void}} options
   */
  constructor({ strings, onAnswer }) {
    this.#strings = strings;
    this.#arguments.setAttribute("aria-label", strings.approvalArguments);
    this.#details = element("details", {}, element("summary", {}, strings.approvalArguments), this.#arguments);
    const answer = (/** @type {string} */ label, /** @type {string} */ look, /** @type {[boolean, boolean]} */ said) =>
      button({
        label,
        look: `small ${look}`,
        run: () => {
          for (const each of this.#answers.querySelectorAll("button")) each.disabled = true;
          onAnswer(...said);
        },
      });
    this.#answers = element(
      "div",
      { class: "ways" },
      answer(strings.deny, "", [false, false]),
      answer(strings.approve, "primary", [true, false]),
      answer(strings.approveAlways, "", [true, true]),
    );
    this.node = element("section", { class: "surface approval", part: "approval", role: "alertdialog" });
    this.node.append(this.#title, this.#reason, this.#details, this.#answers);
  }

  /** @param {Approval} approval */
  show({ tool, reason, arguments: given, state }) {
    const { approvalTitle, approvalApproved, approvalDenied, approvalExpired } = this.#strings;
    const answered = { approved: approvalApproved, denied: approvalDenied, expired: approvalExpired };
    const title = fill(state === "asked" ? approvalTitle : answered[state], { tool });
    const isAsked = state === "asked";
    setText(this.#title, title);
    setText(this.#reason, reason);
    setText(this.#arguments, JSON.stringify(given, null, 2));
    this.#reason.hidden = reason === "";
    this.#details.hidden = !isAsked || Object.keys(given).length === 0;
    this.#answers.hidden = !isAsked;
    for (const each of this.#answers.querySelectorAll("button")) each.disabled = false;
    this.node.setAttribute("aria-label", title);
    this.node.setAttribute("role", isAsked ? "alertdialog" : "status");
    this.node.dataset.state = state;
  }
}
