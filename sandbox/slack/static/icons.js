// The page's own line icons.
import { svg } from "./dom.js";

function icon(...paths) {
  const lines = paths.map((d) => svg("path", { d }));
  return svg("svg", { class: "icon", viewBox: "0 0 20 20", "aria-hidden": "true" }, lines);
}

export const closeIcon = () => icon("M5 5l10 10M15 5L5 15");
export const chevronIcon = () => icon("M5.5 8l4.5 4.500L14.5 8");
export const dotsIcon = () => icon("M4.5 10h.01M10 10h.01M15.5 10h.01");
export const eyeIcon = () => icon("M2 10c2-4 5-5.5 8-5.500s6 1.5 8 5.500c-2 4-5 5.5-8 5.500S4 14 2 10z", "M10 8a2 2 0 1 1 0 4 2 2 0 0 1 0-4z");
export const menuIcon = () => icon("M3 5.500h14M3 10h14M3 14.500h14");
export const sendIcon = () => icon("M3 3.500l14.5 6.500L3 16.5 5 10zM5 10h6");
export const threadIcon = () => icon("M10 3c4.5 0 7.5 2.8 7.5 6.300s-3 6.2-7.5 6.200c-.8 0-1.6-.1-2.3-.3L3.5 17l.9-3.400C3.2 12.4 2.5 11 2.5 9.3 2.5 5.8 5.5 3 10 3z");
export const checkIcon = () => icon("M4 10.500l4 4L16 6");
export const fileIcon = () => icon("M5 2.500h6.500L15.5 6.500v11h-10.500zM11.5 2.500v4h4");
export const downIcon = () => icon("M10 4v12M5 11l5 5 5-5");
export const homeIcon = () => icon("M3 9.500L10 3.500l7 6M5 8.500v8h10v-8");
