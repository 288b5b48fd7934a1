// The page's own line icons.
import { svg } from "./dom.js";

function icon(...paths) {
  const lines = paths.map((d) => svg("path", { d }));
  return svg("svg", { class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true" }, lines);
}

export const closeIcon = () => icon("M5 5l10 10M15 5L5 15");
export const chevronIcon = () => icon("M5.5 8l4.5 4.5L14.5 8");
export const dotsIcon = () => icon("M4.5 10h.01M10 10h.01M15.5 10h.01");
export const eyeIcon = () => icon(
  "M2 10c2-4 5-5.5 8-5.5s6 1.5 8 5.5c-2 4-5 5.5-8 5.5S4 14 2 10z",
  "M10 8a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
);
export const menuIcon = () => icon("M3 5.5h14M3 10h14M3 14.5h14");
export const sendIcon = () => icon("M3 3.5l14.5 6.5L3 16.5 5 10zM5 10h6");
export const threadIcon = () => icon("M10 3c4.5 0 7.5 2.8 7.5 6.3s-3 6.2-7.5 6.2c-.8 0-1.6-.1-2.3-.3L3.5 17l.9-3.4C3.2 12.4 2.5 11 2.5 9.3 2.5 5.8 5.5 3 10 3z");
export const checkIcon = () => icon("M4 10.5l4 4L16 6");
export const fileIcon = () => icon("M5 2.5h6.5L15.5 6.5v11h-10.5zM11.5 2.5v4h4");
export const downIcon = () => icon("M10 4v12M5 11l5 5 5-5");
export const homeIcon = () => icon("M3 9.5L10 3.5l7 6M5 8.5v8h10v-8");
