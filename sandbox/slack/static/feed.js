// A scrolling list of messages with day pills, which stays at its end while the person is there.
import { dayName, isoDay, momentOf } from "./dates.js";
import { el } from "./dom.js";
import { downIcon } from "./icons.js";
import { reconcile } from "./keyed.js";
import { authorOf, message } from "./message.js";
import { repliesOf } from "./state.js";

const TOGETHER_S = 300;
const NEAR_END_PX = 48;

export class Feed {
  constructor({ id, label }) {
    this.list = el("div", { class: "feed-list", id, role: "log", "aria-live": "off" });
    this.jump = el(
      "button",
      { type: "button", class: "jump", hidden: true, onclick: () => this.toEnd() },
      downIcon(),
      "Latest messages",
    );
    this.scroller = el(
      "div",
      { class: "feed-scroll", tabindex: "0", role: "region", "aria-label": label },
      this.list,
    );
    this.node = el("div", { class: "feed" }, this.scroller, this.jump);
    this.atEnd = true;
    this.scroller.addEventListener("scroll", () => this.notice(), { passive: true });
    new ResizeObserver(() => this.hold()).observe(this.list);
    new ResizeObserver(() => this.hold()).observe(this.scroller);
  }

  show(items, { place, label }) {
    this.scroller.setAttribute("aria-label", label);
    if (place !== this.place) this.atEnd = true;
    this.place = place;
    reconcile(this.list, items);
    this.hold();
  }

  hold() {
    if (this.atEnd) this.scroller.scrollTop = this.scroller.scrollHeight;
    this.notice();
  }

  toEnd() {
    this.atEnd = true;
    this.hold();
  }

  notice() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    this.atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    this.jump.hidden = this.atEnd;
  }
}

/** The rows of a channel: pills between days, faces only where the speaker changes. */
export function channelItems(store, messages, channel) {
  const items = [];
  let before = null;
  for (const said of messages) {
    const at = momentOf(said.ts);
    if (!before || isoDay(momentOf(before.ts)) !== isoDay(at)) {
      items.push(dayPill(at));
      before = null;
    }
    const all = said.reply_count ? repliesOf(store.world, channel, said.ts) : [];
    const replies = all.filter((reply) => !reply.whisper);
    items.push(messageItem(store, said, { channel, replies, follows: isTogether(store.world, before, said) }));
    before = said;
  }
  return items;
}

export function messageItem(store, said, options) {
  return {
    key: said.whisper ? `w${said.whisper}` : `m${said.ts}`,
    signature: JSON.stringify([said, options, store.user, peopleMark(store.world)]),
    build: () => message(store, said, options),
  };
}

let markedWorld = null;
let mark = "";

// Names appear inside messages, so a row is stale when they change; computed once per state.
function peopleMark(world) {
  if (markedWorld !== world) {
    markedWorld = world;
    mark = JSON.stringify([world.users, world.usergroups, world.channels, world.app.name]);
  }
  return mark;
}

function dayPill(at) {
  const name = dayName(at);
  return {
    key: `d${isoDay(at)}`,
    signature: name,
    build: () => el(
      "div",
      { class: "day", role: "separator", "aria-label": name },
      el("span", { class: "day-pill" }, name),
    ),
  };
}

function isTogether(world, before, said) {
  if (!before || before.whisper || said.whisper) return false;
  const close = Number.parseFloat(said.ts) - Number.parseFloat(before.ts) < TOGETHER_S;
  return close && authorOf(world, before).id === authorOf(world, said).id && !before.reply_count;
}
