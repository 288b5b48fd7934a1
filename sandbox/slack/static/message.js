// One message: who, when, what, and what hangs below it.
import { attachment } from "./attachment.js";
import { avatar } from "./avatar.js";
import { blocks } from "./blocks.js";
import { clock, fillDate, fullMoment, momentOf } from "./dates.js";
import { el } from "./dom.js";
import { emojiByName } from "./emoji.js";
import { files } from "./files.js";
import { eyeIcon, threadIcon } from "./icons.js";
import { mrkdwn } from "./mrkdwn.js";
import { displayName } from "./state.js";
import { Surface } from "./surface.js";
import { toast } from "./toast.js";

/** `follows`: said by the same person just before, so without face and name. `inThread`: shown in the side panel. */
export function message(store, said, { channel, follows = false, inThread = false, replies = [] }) {
  const address = said.whisper ? { whisper: said.whisper } : { message: { channel, ts: said.ts } };
  const surface = new Surface(store, address);
  const author = authorOf(store.world, said);
  const at = momentOf(said.ts);
  const stamp = el("time", { class: "stamp", datetime: at.toISOString(), title: fullMoment(at) }, clock(at));
  const name = el("span", { class: "author" }, author.name, author.app && el("span", { class: "badge" }, "APP"));
  const compact = follows && !said.whisper;
  const face = avatar(author.id, author.name, { app: author.app });
  const gutter = compact ? el("span", { class: "gutter" }, stamp) : face;
  const thread = said.thread_ts ?? said.ts;
  const open = () => store.put({ thread });
  return el(
    "article",
    {
      class: `message${compact ? " follows" : ""}${said.reply_count > 0 ? " has-thread" : ""}`,
      data: { ts: said.ts, whisper: said.whisper },
      "aria-label": author.name,
    },
    said.whisper && whisperLine(store, said),
    said.pinned && el("div", { class: "whisper-line" }, emojiByName("pushpin"), "Pinned to this channel"),
    gutter,
    el(
      "div",
      { class: "message-main" },
      !compact && el("div", { class: "message-head" }, name, " ", stamp),
      !inThread && thread !== said.ts && plainLink("replied", "Replied to a thread", open),
      content(said, surface),
      said.reactions?.length > 0 && reactions(said.reactions, surface.names),
      !inThread && said.reply_count > 0 && threadLink(store, said, replies, open),
    ),
    !inThread && !said.whisper && replyButton(open),
  );
}

function replyButton(onclick) {
  const words = "Reply in thread";
  const data = { hook: "reply" };
  return el(
    "button",
    { type: "button", class: "reply-button", title: words, "aria-label": words, data, onclick },
    threadIcon(),
  );
}

function plainLink(hook, words, onclick) {
  return el("button", { type: "button", class: `plain-link ${hook}`, data: { hook }, onclick }, words);
}

function content(said, surface) {
  const edited = said.edited ? el("span", { class: "edited" }, "(edited)") : null;
  const asBlocks = said.blocks?.length > 0;
  const parts = [];
  if (asBlocks) parts.push(blocks(said.blocks, surface));
  else if (said.text) {
    const words = mrkdwn(said.text, surface.names);
    parts.push(el("div", { class: "text" }, words, edited && " ", edited));
  }
  if (asBlocks && edited) parts.push(edited);
  parts.push(...(said.attachments ?? []).map((one) => attachment(one, surface)));
  if (said.files?.length) parts.push(files(said.files));
  return parts;
}

function reactions(list, names) {
  const pill = ({ name, count, users }) => {
    const who = users.map((id) => names.user(id) ?? id).join(", ");
    return el(
      "span",
      { class: "reaction", title: `${who} reacted with :${name}:` },
      emojiByName(name) ?? `:${name}:`,
      " ",
      String(count),
    );
  };
  return el("div", { class: "reactions" }, list.map(pill));
}

function whisperLine(store, said) {
  const dismiss = async () => {
    const answer = await store.act({ type: "dismiss", whisper: said.whisper });
    if (!answer.ok) toast(answer.error);
  };
  return el(
    "div",
    { class: "whisper-line" },
    eyeIcon(), el("span", {}, "Only visible to you"), el("span", { "aria-hidden": "true" }, "•"),
    plainLink("dismiss", "Dismiss message", dismiss),
  );
}

function threadLink(store, said, replies, open) {
  const faces = [...new Map(replies.map((reply) => [authorOf(store.world, reply).id, reply])).values()].slice(0, 5);
  const count = said.reply_count;
  const last = replies.at(-1);
  const day = last && fillDate("{date_short_pretty}", Number.parseFloat(last.ts), { opensLine: false });
  return el(
    "button",
    { type: "button", class: "thread-link", data: { hook: "thread" }, onclick: open },
    faces.map((reply) => avatar(...facts(authorOf(store.world, reply)))),
    el("span", { class: "thread-count" }, count === 1 ? "1 reply" : `${count} replies`),
    last && el("span", { class: "thread-last" }, ` Last reply ${day} at ${clock(momentOf(last.ts))}`),
  );
}

function facts(author) {
  return [author.id, author.name, { small: true, app: author.app }];
}

export function authorOf(world, said) {
  const id = said.whisper ? world.app.user_id : (said.user ?? world.app.user_id); // a whisper's user is who hears it
  const user = world.users.find((one) => one.id === id);
  if (id === "USLACKBOT") return { id, app: false, name: "Slackbot" };
  const app = Boolean(said.bot || user?.is_bot || id === world.app.user_id);
  return { id, app, name: said.username ?? displayName(user) ?? (app ? world.app.name : id) };
}
