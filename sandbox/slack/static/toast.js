// A short word about something that did not work, read aloud and gone after a while.
import { el } from "./dom.js";

const SHOWN_MS = 6000;

export function toast(text) {
  const place = document.getElementById("toasts");
  const node = el("div", { class: "toast" }, text);
  place.append(node);
  if (place.matches(":popover-open")) place.hidePopover();
  place.showPopover(); // anew, so that it stands above an open dialog
  setTimeout(() => node.remove(), SHOWN_MS);
}
