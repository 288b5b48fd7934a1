// rich_text blocks: already structured, so nothing in them is parsed.
import { fillDate } from "./dates.js";
import { el, link, safeUrl } from "./dom.js";
import { emojiByName } from "./emoji.js";
import { mention } from "./mrkdwn.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code", underline: "u" };

export function richText(elements, names) {
  return elements.map((part) => group(part, names));
}

function group(part, names) {
  const inner = () => (part.elements ?? []).map((leaf) => inline(leaf, names));
  if (part.type === "rich_text_list") return list(part, names);
  if (part.type === "rich_text_quote") return el("blockquote", {}, inner());
  if (part.type === "rich_text_preformatted") return el("pre", {}, inner());
  return el("div", { class: "rich-section" }, inner());
}

function list(part, names) {
  const items = part.elements.map((item) => el("li", {}, (item.elements ?? []).map((leaf) => inline(leaf, names))));
  const ordered = part.style === "ordered";
  const indent = Math.min(Number(part.indent ?? 0) || 0, 8);
  const start = ordered && part.offset ? Number(part.offset) + 1 : null;
  return el(ordered ? "ol" : "ul", { class: `rich-list indent-${indent}`, start }, items);
}

function inline(leaf, names) {
  const make = Object.hasOwn(LEAVES, leaf.type) ? LEAVES[leaf.type] : () => null;
  let node = make(leaf, names) ?? el("span", {}, leaf.text ?? leaf.fallback ?? "");
  for (const [style, tag] of Object.entries(STYLES)) if (leaf.style?.[style]) node = el(tag, {}, node);
  return node;
}

const LEAVES = {
  text: (leaf) => el("span", {}, lines(leaf.text)),
  emoji: (leaf) => emojiByName(leaf.name) ?? `:${leaf.name}:`,
  user: (leaf, names) => mention(`@${names.user(leaf.user_id) ?? leaf.user_id}`, leaf.user_id === names.me),
  usergroup: (leaf, names) => mention(`@${names.group(leaf.usergroup_id) ?? leaf.usergroup_id}`),
  channel: (leaf, names) => mention(`#${names.channel(leaf.channel_id) ?? leaf.channel_id}`),
  broadcast: (leaf) => mention(`@${leaf.range}`, true),
  date: (leaf) => fillDate(leaf.format ?? "", leaf.timestamp, { opensLine: false }) ?? leaf.fallback,
  link: (leaf) => linkTo(safeUrl(leaf.url), leaf.text ?? leaf.url),
};

function linkTo(url, words) {
  return url ? link(url, words) : el("span", {}, words);
}

function lines(text) {
  return text.split("\n").flatMap((line, at) => (at ? [el("br"), line] : [line]));
}
