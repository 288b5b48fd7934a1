// Slack's mrkdwn as DOM nodes, so that whatever an alert says stays text.
import { fillDate } from "./dates.js";
import { el, link, safeUrl } from "./dom.js";
import { emojiByChar, emojiByName, EMOJI_CHARS } from "./emoji.js";

const PRE = /```\n?([\s\S]+?)\n?```/g;
const QUOTE = /^(?:>|&gt;) ?/;
const QUOTE_REST = /^(?:>>>|&gt;&gt;&gt;) ?/;
const INLINE =
  /<(?<token>[^<>\n]+)>|`(?<code>[^`\n]+)`|(?<url>https?:\/\/[^\s<>|`]+)|:(?<emoji>[a-z0-9_+-]+):|(?<mark>[*_~])|(?<newline>\n)/g;
const TAGS = { "*": "strong", _: "em", "~": "s" };
const BROADCAST = new Set(["here", "channel", "everyone"]);

/** `names` answers user(id), channel(id), group(id) and knows `me`. */
export function mrkdwn(text, names) {
  const fragment = document.createDocumentFragment();
  let from = 0;
  for (const match of text.matchAll(PRE)) {
    fragment.append(...paragraphs(text.slice(from, match.index), names));
    fragment.append(el("pre", {}, literal(match[1])));
    from = match.index + match[0].length;
  }
  fragment.append(...paragraphs(text.slice(from), names));
  return fragment;
}

/** A plain_text object: entities, line breaks and, unless switched off, emoji; nothing else. */
export function plain(text, { emoji = true } = {}) {
  const fragment = document.createDocumentFragment();
  let from = 0;
  for (const match of text.matchAll(/:([a-z0-9_+-]+):|\n/g)) {
    const drawn = match[0] === "\n" ? el("br") : emoji && emojiByName(match[1]);
    if (!drawn) continue;
    fragment.append(...leaf(text.slice(from, match.index)), drawn);
    from = match.index + match[0].length;
  }
  fragment.append(...leaf(text.slice(from)));
  return fragment;
}

/** A Block Kit text object of either kind. */
export function textObject(object, names) {
  if (!object) return document.createDocumentFragment();
  if (object.type === "mrkdwn") return mrkdwn(object.text ?? "", names);
  return plain(object.text ?? "", { emoji: object.emoji !== false });
}

export function decode(text) {
  return text.replace(/&(amp|lt|gt);/g, (_, name) => ({ amp: "&", lt: "<", gt: ">" })[name]);
}

function paragraphs(text, names) {
  const nodes = [];
  const runs = quoteRuns(text.replace(/^\n|\n$/g, ""));
  for (const run of runs) {
    const inner = inline(run.lines.join("\n"), names);
    nodes.push(...(run.quoted ? [el("blockquote", {}, inner)] : inner));
  }
  return nodes;
}

function quoteRuns(text) {
  const runs = [];
  let rest = false;
  for (const line of text === "" ? [] : text.split("\n")) {
    const opensRest = !rest && QUOTE_REST.test(line);
    const quoted = rest || QUOTE.test(line);
    const words = opensRest ? line.replace(QUOTE_REST, "") : rest ? line : line.replace(QUOTE, "");
    rest ||= opensRest;
    const last = runs.at(-1);
    if (last && last.quoted === quoted) last.lines.push(words);
    else runs.push({ quoted, lines: [words] });
  }
  return runs;
}

function inline(text, names) {
  const nodes = [];
  const scan = new RegExp(INLINE); // its own position: this function calls itself
  let from = 0;
  for (let match = scan.exec(text); match; match = scan.exec(text)) {
    const made = special(match, text, names);
    // An unknown emoji or a lone mark is text; what follows its first character may still be special.
    scan.lastIndex = made ? made.end : match.index + 1;
    if (!made) continue;
    nodes.push(...leaf(text.slice(from, match.index)), made.node);
    from = made.end;
  }
  nodes.push(...leaf(text.slice(from)));
  return nodes;
}

function special(match, text, names) {
  const { token, code, url, emoji, mark, newline } = match.groups;
  const end = match.index + match[0].length;
  const whole = (node) => (node ? { node, end } : null);
  if (newline) return whole(el("br"));
  if (token) return whole(reference(token, names, /(?:^|\n)$/.test(text.slice(0, match.index))));
  if (code) return whole(el("code", {}, literal(code)));
  if (emoji) return whole(emojiByName(emoji));
  if (url) return bareUrl(url, match.index);
  return marked(mark, text, match.index, names);
}

function marked(mark, text, at, names) {
  const close = closing(mark, text, at);
  if (close === -1) return null;
  return { node: el(TAGS[mark], {}, inline(text.slice(at + 1, close), names)), end: close + 1 };
}

// A mark opens after a non-word character and before a word, and closes the other way round, on one line.
function closing(mark, text, at) {
  if (at > 0 && /[\p{L}\p{N}]/u.test(text[at - 1])) return -1;
  if (/^(?:\s|$)/.test(text.slice(at + 1, at + 2)) || text[at + 1] === mark) return -1;
  let i = at + 1;
  while (i < text.length && text[i] !== "\n") {
    const skipped = /^(?:<[^<>\n]+>|`[^`\n]+`)/.exec(text.slice(i));
    if (skipped) {
      i += skipped[0].length;
      continue;
    }
    const next = text[i + 1] ?? " ";
    if (text[i] === mark && text[i - 1] !== mark && !/\s/.test(text[i - 1]) && !/[\p{L}\p{N}]/u.test(next)) return i;
    i += 1;
  }
  return -1;
}

function bareUrl(matched, at) {
  const address = matched.replace(/(?:[.,;:!?)\]'"*_~]|&gt;|&lt;)+$/, "");
  const url = safeUrl(decode(address));
  return url ? { node: link(url, decode(address)), end: at + address.length } : null;
}

function reference(token, names, opensLine) {
  const [target, ...rest] = token.split("|");
  const label = rest.length ? rest.join("|") : null;
  const id = target.slice(1);
  if (target.startsWith("@")) return mention(`@${names.user(id) ?? label ?? id}`, id === names.me);
  if (target.startsWith("#")) return mention(`#${names.channel(id) ?? label ?? id}`);
  if (target.startsWith("!")) return command(target.slice(1), label, { names, opensLine });
  const url = safeUrl(decode(target));
  return url && !target.startsWith("/") ? link(url, label === null ? decode(target) : plain(label)) : null;
}

function command(target, label, { names, opensLine }) {
  const [verb, ...parts] = target.split("^");
  if (BROADCAST.has(verb)) return mention(`@${verb}`, true);
  if (verb === "subteam") return mention(`@${names.group(parts[0]) ?? (label ?? parts[0]).replace(/^@/, "")}`);
  if (verb === "date") return dateNode(parts, label, opensLine);
  return el("span", {}, decode(label ?? `<${verb}>`));
}

function dateNode([seconds, template = "", address], label, opensLine) {
  const shown = fillDate(decode(template), Number(seconds), { opensLine }) ?? decode(label ?? seconds);
  const at = new Date(Number(seconds) * 1000);
  const known = !Number.isNaN(at.getTime());
  const node = el(
    "time",
    { class: "date", datetime: known ? at.toISOString() : null, title: label && decode(label) },
    shown,
  );
  const url = address ? safeUrl(decode(address)) : null;
  return url ? link(url, node) : node;
}

export function mention(text, forMe = false) {
  return el("span", { class: forMe ? "mention mention-me" : "mention" }, decode(text));
}

// Inside code, a link is only its words.
function literal(text) {
  const labelled = /<(?:https?:|mailto:)[^<>|\n]*\|([^<>|\n]+)>/g;
  const bare = /<((?:https?:|mailto:)[^<>|\n]*)>/g;
  return decode(text.replace(labelled, "$1").replace(bare, "$1"));
}

function leaf(text) {
  return decode(text).split(EMOJI_CHARS).filter((part) => part).map((part) => emojiByChar(part) ?? part);
}
