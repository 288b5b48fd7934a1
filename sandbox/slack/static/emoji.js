// The emoji that ops bots use: by name, by character, drawn alike on every machine when we have a drawing.
import { el } from "./dom.js";
import { drawing } from "./emoji-art.js";

const BY_NAME = {
  red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡", large_green_circle: "🟢",
  large_blue_circle: "🔵", large_purple_circle: "🟣", white_circle: "⚪", black_circle: "⚫",
  large_red_square: "🟥", large_orange_square: "🟧", large_yellow_square: "🟨", large_green_square: "🟩",
  large_blue_square: "🟦", white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️",
  rotating_light: "🚨", fire: "🔥", eyes: "👀", bell: "🔔", no_bell: "🔕", mag: "🔍",
  chart_with_upwards_trend: "📈", chart_with_downwards_trend: "📉", bar_chart: "📊", book: "📖",
  blue_book: "📘", notebook: "📓", memo: "📝", pencil: "📝", clipboard: "📋", link: "🔗", lock: "🔒",
  unlock: "🔓", key: "🔑", rocket: "🚀", wrench: "🔧", hammer_and_wrench: "🛠️", gear: "⚙️",
  arrow_up: "⬆️", arrow_down: "⬇️", arrow_right: "➡️", arrow_left: "⬅️", rewind: "⏪",
  leftwards_arrow_with_hook: "↩️", arrows_counterclockwise: "🔄", repeat: "🔁", hourglass: "⌛",
  hourglass_flowing_sand: "⏳", stopwatch: "⏱️", alarm_clock: "⏰", clock3: "🕒", pushpin: "📌",
  speech_balloon: "💬", thread: "🧵", "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎",
  raised_hand: "✋", raising_hand: "🙋", wave: "👋", pray: "🙏", tada: "🎉", information_source: "ℹ️",
  question: "❓", exclamation: "❗", no_entry: "⛔", no_entry_sign: "🚫", octagonal_sign: "🛑",
  construction: "🚧", zap: "⚡", pager: "📟", telephone_receiver: "📞", phone: "☎️",
  snowflake: "❄️", candle: "🕯️", fish: "🐟", package: "📦", robot_face: "🤖", ghost: "👻",
  bust_in_silhouette: "👤", busts_in_silhouette: "👥", shield: "🛡️", mute: "🔇", sos: "🆘",
  calendar: "📅", heart: "❤️", smile: "😄", thinking_face: "🤔", skull: "💀", boom: "💥", bug: "🐛",
};
const NAME_OF = new Map(Object.entries(BY_NAME).map(([name, char]) => [char, name]));
const BARE = (char) => char.replace("\uFE0F", "");

for (const [char, name] of [...NAME_OF]) NAME_OF.set(BARE(char), name);

/** Splits text so that every odd piece is an emoji we know; one with a drawing need not carry U+FE0F. */
export const EMOJI_CHARS = new RegExp(
  `(${[...NAME_OF.keys()].filter(splits).sort((a, b) => b.length - a.length).join("|")})`,
  "u",
);

export function emojiByName(name) {
  return Object.hasOwn(BY_NAME, name) ? node(name, BY_NAME[name]) : null;
}

export function emojiByChar(char) {
  const name = NAME_OF.get(char);
  return name ? node(name, char) : null;
}

// The character stays in the text, for copying, searching and reading aloud; the drawing is only seen.
function node(name, char) {
  const picture = drawing(name);
  if (!picture) return el("span", { class: "emoji", title: `:${name}:` }, char);
  return el(
    "span",
    { class: "emoji emoji-drawn", title: `:${name}:` },
    el("span", { class: "emoji-char" }, char),
    picture,
  );
}

function splits(char) {
  return char.includes("\uFE0F") || BARE(char).length > 1 || Boolean(drawing(NAME_OF.get(char)));
}
