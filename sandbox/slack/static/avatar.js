// Drawn initials in place of pictures: the same colour for the same person everywhere.
import { el } from "./dom.js";

const HUES = 10;

export function avatar(id, name, { small = false, app = false } = {}) {
  const words = name.split(/\s+/).filter(Boolean).slice(0, app ? 1 : 2);
  const initials = words.map((word) => word[0].toUpperCase()).join("");
  const hue = [...String(id)].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 997, 7) % HUES;
  const kind = app ? "avatar-app" : `avatar-${hue}`;
  return el(
    "span",
    { class: `avatar ${kind}${small ? " avatar-small" : ""}`, "aria-hidden": "true" },
    initials || "?",
  );
}
