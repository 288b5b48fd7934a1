// Small drawings of the emoji that matter on a card; the rest use the machine's own font.
import { svg } from "./dom.js";

const RED = "#dd2e44", ORANGE = "#f4900c", YELLOW = "#fdcb58", GREEN = "#78b159", BLUE = "#55acee";
const PURPLE = "#aa8ed6", INK = "#31373d", STEEL = "#99aab5", PALE = "#e1e8ed", DARK = "#66757f", SNOW = "#ffffff";

const disc = (fill) => [["circle", { cx: 18, cy: 18, r: 16, fill }]];
const tile = (fill) => [["rect", { x: 2, y: 2, width: 32, height: 32, rx: 4, fill }]];
const path = (d, fill) => ["path", { d, fill }];
const line = (d, stroke, width = 3) =>
  ["path", { d, stroke, fill: "none", "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round" }];
const arrow = (d) => [...tile("#3b88c3"), line(d, SNOW, 4.5)];
const book = (fill) => [
  ["rect", { x: 6, y: 2, width: 25, height: 32, rx: 3, fill }],
  path("M9 27h22v5H9a2.5 2.5 0 0 1 0-5z", PALE), path("M6 5a3 3 0 0 1 3-3v25a3.5 3.5 0 0 0-3 2z", "rgba(0,0,0,.25)"),
];
const chart = (d, stroke) => [
  ["rect", { x: 2, y: 2, width: 32, height: 32, rx: 3, fill: PALE }],
  line("M2 12h32M2 22h32M12 2v32M22 2v32", "#b8c7d3", 1), line(d, stroke, 3.5),
];
const bell = [path("M18 3c-7 0-10 5-10 11 0 8-4 9-4 13h28c0-4-4-5-4-13C28 8 25 3 18 3z", YELLOW), ["circle", { cx: 18, cy: 29, r: 4, fill: ORANGE }]];
const shackle = (d) => [line(d, STEEL, 4), ["rect", { x: 6, y: 15, width: 24, height: 19, rx: 3, fill: "#ffac33" }], ["circle", { cx: 18, cy: 24, r: 3, fill: "#92610c" }]];
const sheet = [["rect", { x: 5, y: 2, width: 26, height: 32, rx: 2, fill: PALE }], line("M10 10h16M10 16h16M10 22h16M10 28h9", STEEL, 2)];
const watch = [["rect", { x: 15, y: 1, width: 6, height: 6, rx: 1, fill: DARK }], ["circle", { cx: 18, cy: 20, r: 14, fill: STEEL }], ["circle", { cx: 18, cy: 20, r: 11, fill: SNOW }], line("M18 20V12M18 20l5 3", RED, 2.5)];
const head = (cx, fill) => [["circle", { cx, cy: 11, r: 7.5, fill }], path(`M${cx - 13} 34c0-10 5-14 13-14s13 4 13 14z`, fill)];

const ART = {
  red_circle: disc(RED), large_orange_circle: disc(ORANGE), large_yellow_circle: disc(YELLOW), large_green_circle: disc(GREEN),
  large_blue_circle: disc(BLUE), large_purple_circle: disc(PURPLE), white_circle: disc(PALE), black_circle: disc(INK),
  large_red_square: tile(RED), large_orange_square: tile(ORANGE), large_yellow_square: tile(YELLOW),
  large_green_square: tile(GREEN), large_blue_square: tile(BLUE),
  white_check_mark: [...tile("#77b255"), line("M9 19l6 6L27 10", SNOW, 4.5)],
  heavy_check_mark: [line("M5 20l9 9L31 7", "#3f8f3a", 5.5)],
  x: [line("M7 7l22 22M29 7L7 29", RED, 6)],
  warning: [path("M18 2.5a3 3 0 0 1 2.6 1.5l14 25.5a3 3 0 0 1-2.6 4.5H4a3 3 0 0 1-2.6-4.5l14-25.5A3 3 0 0 1 18 2.5z", "#ffcc4d"), line("M18 12v10", "#231f20", 4), ["circle", { cx: 18, cy: 28.5, r: 2.3, fill: "#231f20" }]],
  rotating_light: [line("M5 8L2 6M31 8l3-2M18 3V1", ORANGE, 2.5), path("M8 27V17a10 10 0 0 1 20 0v10z", RED), path("M12 24v-7a6 6 0 0 1 6-6v13z", "#ff8797"), ["rect", { x: 4, y: 26, width: 28, height: 7, rx: 2, fill: DARK }]],
  fire: [path("M30 23c0 7-5 12-12 12S6 30 6 22c0-6 4-9 6-13 1 3 2 4 4 5 0-6 1-10 6-13-1 5 8 11 8 22z", "#f4900c"), path("M24 27c0 4-2 7-6 7s-6-3-6-7 4-6 5-11c4 2 7 7 7 11z", "#ffcc4d")],
  eyes: [9, 27].flatMap((cx) => [["ellipse", { cx, cy: 18, rx: 8, ry: 13, fill: SNOW, stroke: STEEL }], ["circle", { cx: cx - 2, cy: 20, r: 4.5, fill: INK }]]),
  bell, no_bell: [...bell, line("M5 5l26 26", RED, 4)],
  mag: [line("M22 22l10 10", "#8a4b38", 5), ["circle", { cx: 14, cy: 14, r: 11, fill: "#bdddf4", stroke: DARK, "stroke-width": 3 }]],
  chart_with_upwards_trend: chart("M5 29l8-9 6 4L31 7", RED), chart_with_downwards_trend: chart("M5 7l8 9 6-4 12 17", "#3b88c3"),
  bar_chart: [...chart("M0 0", PALE).slice(0, 2), ["rect", { x: 6, y: 18, width: 6, height: 14, fill: GREEN }], ["rect", { x: 15, y: 8, width: 6, height: 24, fill: RED }], ["rect", { x: 24, y: 13, width: 6, height: 19, fill: BLUE }]],
  book: [path("M18 8c-4-3-9-4-16-4v24c7 0 12 1 16 4 4-3 9-4 16-4V4c-7 0-12 1-16 4z", "#3e721d"), path("M18 10c-4-3-8-4-13-4v20c5 0 9 1 13 4 4-3 8-4 13-4V6c-5 0-9 1-13 4z", PALE), line("M18 10v20", STEEL, 1.5)],
  blue_book: book("#3b88c3"), notebook: book("#31373d"),
  memo: [...sheet, line("M32 8L18 26l-2 5", ORANGE, 3.5)], pencil: [...sheet, line("M32 8L18 26l-2 5", ORANGE, 3.5)],
  clipboard: [["rect", { x: 3, y: 3, width: 30, height: 32, rx: 3, fill: "#c1694f" }], ["rect", { x: 7, y: 7, width: 22, height: 25, fill: SNOW }], line("M11 15h14M11 20h14M11 25h9", STEEL, 2), ["rect", { x: 12, y: 1, width: 12, height: 7, rx: 2, fill: STEEL }]],
  link: [line("M15 21l6-6", DARK, 4), line("M14 12l5-5a6.5 6.5 0 0 1 10 10l-5 5M22 24l-5 5A6.5 6.5 0 0 1 7 19l5-5", STEEL, 4)],
  lock: shackle("M11 16v-6a7 7 0 0 1 14 0v6"), unlock: shackle("M11 16v-6a7 7 0 0 1 13-3"),
  key: [["circle", { cx: 11, cy: 12, r: 7, fill: "none", stroke: "#ffac33", "stroke-width": 5 }], line("M16 17l14 14M24 25l4-4", "#ffac33", 4.5)],
  rocket: [path("M12 24c-5 1-7 4-8 9 5-1 8-3 9-8z", "#ffac33"), path("M11 17c-4 0-6 1-8 5l8 1zM19 25c0 4-1 6-5 8l-1-8z", "#a0041e"), path("M33 3c-9 0-16 4-22 15l7 7C29 19 33 12 33 3z", PALE), ["circle", { cx: 24, cy: 12, r: 3.5, fill: "#3b88c3" }]],
  wrench: [line("M9 27L22 14", "#8899a6", 6), path("M33 9l-6 4-4-4 4-6a9 9 0 0 0-9 13 9 9 0 0 0 15-7z", "#8899a6")],
  gear: [["circle", { cx: 18, cy: 18, r: 9, fill: "none", stroke: DARK, "stroke-width": 6 }], ["circle", { cx: 18, cy: 18, r: 14, fill: "none", stroke: DARK, "stroke-width": 5, "stroke-dasharray": "5.5 5.5" }]],
  arrow_up: arrow("M18 28V9M10 16l8-8 8 8"), arrow_down: arrow("M18 8v19M10 20l8 8 8-8"),
  arrow_right: arrow("M8 18h19M20 10l8 8-8 8"), arrow_left: arrow("M28 18H9M16 10l-8 8 8 8"),
  leftwards_arrow_with_hook: arrow("M28 9v7a5 5 0 0 1-5 5H9M15 14l-7 7 7 7"),
  rewind: [...tile("#3b88c3"), path("M18 9v18L6 18zM30 9v18l-12-9z", SNOW)],
  arrows_counterclockwise: arrow("M27 14a10 10 0 0 0-18 2M9 9v7h7M9 22a10 10 0 0 0 18-2M27 27v-7h-7"),
  hourglass: [line("M8 3h20M8 33h20", "#ffac33", 4), path("M10 4h16c0 9-6 9-6 14s6 5 6 14H10c0-9 6-9 6-14S10 13 10 4z", "#bdddf4"), path("M12 31c1-5 4-6 6-8 2 2 5 3 6 8z", ORANGE)],
  hourglass_flowing_sand: [line("M8 3h20M8 33h20", "#ffac33", 4), path("M10 4h16c0 9-6 9-6 14s6 5 6 14H10c0-9 6-9 6-14S10 13 10 4z", "#bdddf4"), path("M12 10h12c-1 4-5 5-6 8-1-3-5-4-6-8zM14 31c1-3 3-3 4-5 1 2 3 2 4 5z", ORANGE)],
  stopwatch: watch, alarm_clock: watch, clock3: [["circle", { cx: 18, cy: 18, r: 16, fill: PALE, stroke: STEEL, "stroke-width": 3 }], line("M18 8v10h8", INK, 3)],
  pushpin: [line("M13 23L5 31", STEEL, 3), path("M20 3l13 13-3 2-2-1-6 6 1 5-3 3L5 16l3-3 5 1 6-6-1-2z", RED)],
  speech_balloon: [path("M18 3C9 3 2 8 2 16c0 5 3 9 7 11 0 3-1 5-3 7 4 0 7-2 9-5h3c9 0 16-5 16-13S27 3 18 3z", "#bdddf4")],
  "+1": [path("M14 16c3-3 4-6 4-11 0-4 6-3 6 2 0 3-1 5-2 7h8c4 0 4 4 2 5 2 2 1 5-1 5 1 2 0 4-2 4 0 3-1 4-4 4H14zM4 16h8v17H4z", "#ffcb4c")],
  tada: [path("M3 34l9-21 11 11z", YELLOW), line("M18 10c0-4 3-5 2-8M25 18c4 1 6-2 9-1M22 13l8-8", PURPLE, 2.5), ["circle", { cx: 30, cy: 10, r: 2, fill: RED }], ["circle", { cx: 12, cy: 5, r: 2, fill: BLUE }], ["circle", { cx: 31, cy: 25, r: 2, fill: GREEN }]],
  information_source: [...tile("#3b88c3"), ["circle", { cx: 18, cy: 9.5, r: 2.7, fill: SNOW }], line("M18 17v11", SNOW, 4.5)],
  question: [line("M11 11a7 7 0 1 1 10 6c-2 1.5-3 3-3 6", RED, 5), ["circle", { cx: 18, cy: 31, r: 3, fill: RED }]],
  exclamation: [line("M18 5v16", RED, 6), ["circle", { cx: 18, cy: 31, r: 3.3, fill: RED }]],
  no_entry: [...disc("#be1931"), line("M10 18h16", SNOW, 5)],
  no_entry_sign: [["circle", { cx: 18, cy: 18, r: 14, fill: "none", stroke: RED, "stroke-width": 5 }], line("M9 9l18 18", RED, 5)],
  octagonal_sign: [path("M11.5 2h13L34 11.5v13L24.5 34h-13L2 24.5v-13z", RED)],
  zap: [path("M22 1L7 20h9l-5 15L29 14H19z", "#ffac33")],
  pager: [["rect", { x: 2, y: 6, width: 32, height: 24, rx: 4, fill: DARK }], ["rect", { x: 6, y: 10, width: 24, height: 9, rx: 1, fill: "#a6d388" }], line("M8 25h4M16 25h4M24 25h4", PALE, 3)],
  telephone_receiver: [line("M8 6c-4 8 10 24 22 22", DARK, 7), line("M8 6l4 5M30 28l-5-4", DARK, 8)],
  snowflake: [line("M18 2v32M4 10l28 16M32 10L4 26M14 5l4 4 4-4M14 31l4-4 4 4", "#88c9f9", 3)],
  package: [path("M18 2l15 7v18l-15 7-15-7V9z", "#d99e82"), path("M18 16l15-7v18l-15 7z", "#c1694f"), path("M9 6l15 7v6l4-2v-6L13 4z", "#ffe8b6")],
  bust_in_silhouette: head(18, "#5b7ea4"), busts_in_silhouette: [...head(13, "#8ba4bf"), ...head(23, "#5b7ea4")],
  shield: [path("M18 2l14 4v11c0 9-6 14-14 17C10 31 4 26 4 17V6z", "#3b88c3"), path("M18 5v26C11 28 7 24 7 17V8z", "#88c9f9")],
};
ART.thumbsup = ART["+1"];

export function drawing(name) {
  if (!Object.hasOwn(ART, name)) return null;
  const shapes = ART[name].map(([tag, attributes]) => svg(tag, attributes));
  return svg("svg", { class: "emoji-art", viewBox: "0 0 36 36", "aria-hidden": "true" }, shapes);
}
