// The side panel with one thread.
import { Composer } from "./composer.js";
import { el } from "./dom.js";
import { Feed, messageItem } from "./feed.js";
import { closeIcon } from "./icons.js";
import { repliesOf } from "./state.js";

export class Thread {
  constructor(store) {
    this.store = store;
    this.where = el("span", { class: "head-note" });
    this.feed = new Feed({ id: "thread-messages", label: "Thread" });
    this.composer = new Composer({ send: (text) => this.send(text), app: () => null });
    const close = el(
      "button",
      { type: "button", class: "icon-button", "aria-label": "Close thread", onclick: () => this.close() },
      closeIcon(),
    );
    this.node = el(
      "aside",
      { class: "thread", "aria-label": "Thread", hidden: true },
      el("header", { class: "head" }, el("h2", { class: "head-title" }, "Thread"), this.where, close),
      this.feed.node,
      this.composer.node,
    );
    this.node.addEventListener(
      "keydown",
      (event) => event.key === "Escape" && !event.defaultPrevented && this.close(),
    );
  }

  close() {
    const { thread } = this.store;
    this.store.put({ thread: null });
    document.querySelector(`#messages [data-ts="${CSS.escape(thread)}"] .thread-link`)?.focus();
  }

  show() {
    const { world, channel, thread } = this.store;
    const parent = (world.messages[channel] ?? []).find((message) => message.ts === thread);
    const opened = this.node.hidden && Boolean(parent);
    this.node.hidden = !parent;
    if (!parent) {
      this.feed.show([], { place: null, label: "Thread" }); // so that no message stands on the page twice
      return;
    }
    const name = world.channels.find((one) => one.id === channel)?.name;
    this.where.textContent = channel.startsWith("D") ? name : `#${name}`;
    this.feed.show(this.items(parent), { place: `${this.store.user} ${thread}`, label: "Thread messages" });
    this.composer.at(thread, "Reply…");
    if (opened) this.composer.input.focus({ preventScroll: true });
  }

  items(parent) {
    const { store } = this;
    const options = { channel: store.channel, inThread: true };
    const replies = repliesOf(store.world, store.channel, parent.ts);
    const said = replies.filter((reply) => !reply.whisper).length;
    const words = said === 1 ? "1 reply" : `${said} replies`;
    const rule = { key: "rule", signature: words, build: () => el("div", { class: "thread-rule" }, words) };
    return [
      messageItem(store, parent, options),
      ...(said ? [rule] : []),
      ...replies.map((reply) => messageItem(store, reply, options)),
    ];
  }

  send(text) {
    const { store } = this;
    const command = /^\/\S+/.exec(text)?.[0];
    if (command) {
      const error = `${command} is not supported in threads. Sorry! Type it in the channel.`;
      return Promise.resolve({ ok: false, error });
    }
    this.feed.atEnd = true;
    return store.act({ type: "say", channel: store.channel, thread_ts: store.thread, text });
  }
}
