// Files that hang on a message: pictures are shown, the rest is a card to open.
import { el, safeUrl } from "./dom.js";
import { fileIcon } from "./icons.js";

export function files(list) {
  return el("div", { class: "files" }, list.map(file));
}

function file(one) {
  const url = safeUrl(one.url_private ?? one.permalink ?? one.url);
  const name = one.title || one.name || "file";
  if (one.mimetype?.startsWith("image/") && url) return pictureFile(url, name, one.alt_txt);
  const words = el(
    "span",
    { class: "file-words" },
    el("span", { class: "file-name" }, name),
    el("span", { class: "file-kind" }, kindOf(one)),
  );
  const inside = [el("span", { class: "file-icon" }, fileIcon()), words];
  if (!url) return el("span", { class: "file" }, inside);
  return el("a", { class: "file", href: url, target: "_blank", rel: "noopener noreferrer" }, inside);
}

function pictureFile(url, name, alt) {
  const image = el("img", { class: "picture", src: url, alt: alt ?? name, loading: "lazy" });
  const opened = el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, image);
  return el("figure", { class: "file-picture" }, el("figcaption", {}, name), opened);
}

function kindOf(one) {
  const kind = one.pretty_type ?? one.filetype ?? one.mimetype ?? "File";
  return typeof one.size === "number" ? `${kind} · ${sizeOf(one.size)}` : kind;
}

function sizeOf(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} kB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
