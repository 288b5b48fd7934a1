// Legacy attachments: blocks or text behind a colour bar.
import { blocks } from "./blocks.js";
import { el, link, safeUrl } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";

const NAMED = { good: "#2eb886", warning: "#daa038", danger: "#a30200" };

export function attachment(spec, surface) {
  const bar = el("span", { class: "attachment-bar", "aria-hidden": "true" });
  const colour = colourOf(spec.color);
  if (colour) bar.style.backgroundColor = colour;
  const pretext = spec.pretext && el("div", { class: "text" }, mrkdwn(spec.pretext, surface.names));
  const body = spec.blocks?.length ? blocks(spec.blocks, surface) : legacy(spec, surface);
  return el(
    "div",
    { class: "attachment" },
    pretext,
    el("div", { class: "attachment-row" }, bar, el("div", { class: "attachment-body" }, body)),
  );
}

function colourOf(colour) {
  if (typeof colour !== "string") return null;
  if (Object.hasOwn(NAMED, colour)) return NAMED[colour];
  const hex = colour.replace(/^#/, "");
  return /^(?:[0-9a-f]{3}|[0-9a-f]{6})$/i.test(hex) ? `#${hex}` : null;
}

function legacy(spec, surface) {
  const words = (text) => mrkdwn(text, surface.names);
  const url = safeUrl(spec.title_link);
  const image = safeUrl(spec.image_url);
  return [
    spec.author_name && el("div", { class: "attachment-author" }, spec.author_name),
    spec.title && el("div", { class: "attachment-title" }, url ? link(url, spec.title) : spec.title),
    el("div", { class: "text" }, words(spec.text ?? (spec.title ? "" : (spec.fallback ?? "")))),
    spec.fields?.length && el("div", { class: "section-fields" }, spec.fields.map((one) => fieldOf(one, words))),
    image && el("img", { class: "picture", src: image, alt: spec.title ?? "" }),
    spec.footer && el("div", { class: "attachment-footer" }, words(spec.footer)),
  ].filter(Boolean);
}

function fieldOf(one, words) {
  return el(
    "div",
    { class: "section-field text" },
    el("strong", {}, one.title),
    el("br"),
    words(String(one.value ?? "")),
  );
}
