// The box at the bottom: plain words are said, a line that starts with "/" is a command to the app.
import { el, freshId } from "./dom.js";
import { suggestions } from "./commands.js";
import { sendIcon } from "./icons.js";

const TALLEST_PX = 180;

export class Composer {
  /** `send(text)` resolves to {ok} or {ok: false, error}; `app()` has the commands to suggest, or is null. */
  constructor({ send, app }) {
    this.send = send;
    this.app = app;
    this.choice = -1;
    this.texts = new Map();
    const listId = freshId("hints");
    this.hints = el("div", { class: "hints", role: "listbox", id: listId, "aria-label": "Commands", hidden: true });
    this.error = el("p", { class: "composer-error", role: "alert" });
    this.input = el("textarea", {
      class: "composer-input", rows: 1, autocomplete: "off", "aria-autocomplete": "list", "aria-controls": listId,
      oninput: () => this.changed(), onkeydown: (event) => this.key(event), onblur: () => this.hide(),
    });
    this.button = el(
      "button",
      { type: "submit", class: "send", "aria-label": "Send now", title: "Send now", disabled: true },
      sendIcon(),
    );
    const box = el("div", { class: "composer-box" }, this.input, this.button);
    this.node = el(
      "form",
      { class: "composer", onsubmit: (event) => this.submit(event) },
      this.hints,
      box,
      this.error,
    );
  }

  /** Shows the box for one place; each place keeps what was typed there. */
  at(place, label) {
    this.input.setAttribute("aria-label", label);
    this.input.setAttribute("placeholder", label);
    if (place === this.place) return;
    if (this.place !== undefined) this.texts.set(this.place, this.input.value);
    this.place = place;
    this.put(this.texts.get(place) ?? "");
    this.error.textContent = "";
    this.hide();
  }

  put(text) {
    this.input.value = text;
    this.fit();
  }

  fit() {
    this.button.disabled = this.input.value.trim() === "";
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, TALLEST_PX)}px`;
  }

  changed() {
    this.fit();
    this.error.textContent = "";
    this.choice = -1;
    const app = this.app();
    const found = app ? suggestions(app, this.input.value) : [];
    this.hints.hidden = found.length === 0;
    this.hints.replaceChildren(...found.map((hint, at) => this.hintRow(hint, at)));
    this.point();
  }

  hintRow({ text, usage, note }, at) {
    const take = (event) => {
      event.preventDefault(); // the box keeps the focus
      this.take(at);
    };
    return el(
      "div",
      { class: "hint-row", role: "option", id: `${this.hints.id}-${at}`, data: { text }, onpointerdown: take },
      el("span", { class: "hint-text" }, text),
      usage && el("span", { class: "hint-usage" }, usage),
      el("span", { class: "hint-note" }, note),
    );
  }

  key(event) {
    const many = this.hints.hidden ? 0 : this.hints.children.length;
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (many && this.choice >= 0) this.take(this.choice);
      else this.node.requestSubmit();
    } else if (many && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.choice = this.choice === -1 && step === -1 ? many - 1 : (this.choice + step + many) % many;
      this.point();
    } else if (many && event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      this.take(Math.max(this.choice, 0));
    } else if (many && event.key === "Escape") {
      event.stopPropagation();
      this.hide();
    }
  }

  take(at) {
    this.put(this.hints.children[at].dataset.text);
    this.changed();
  }

  point() {
    [...this.hints.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === this.choice)));
    if (this.choice >= 0) this.input.setAttribute("aria-activedescendant", `${this.hints.id}-${this.choice}`);
    else this.input.removeAttribute("aria-activedescendant");
  }

  hide() {
    this.hints.hidden = true;
    this.choice = -1;
    this.input.removeAttribute("aria-activedescendant");
  }

  async submit(event) {
    event.preventDefault();
    const text = this.input.value.trim();
    if (text === "") return;
    const { place } = this;
    this.put("");
    this.hide();
    const answer = await this.send(text);
    if (answer.ok) return;
    if (this.place !== place) {
      this.texts.set(place, text);
      return;
    }
    if (this.input.value === "") this.put(text);
    this.error.textContent = answer.error;
  }
}
