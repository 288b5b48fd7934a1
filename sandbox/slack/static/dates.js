// Slack's date tokens and the page's own times, in the reader's time zone and language.

const format = (options) => new Intl.DateTimeFormat(undefined, options);
// "3:12 AM" where people count to twelve, "03:12" where they do not.
const HOUR = format({ hour: "numeric" }).resolvedOptions().hour12 ? "numeric" : "2-digit";

const TOKENS = {
  date_num: (at) => isoDay(at),
  date_slash: (at) => format({ year: "numeric", month: "2-digit", day: "2-digit" }).format(at),
  date: (at) => format({ year: "numeric", month: "long", day: "numeric" }).format(at),
  date_short: (at) => format({ year: "numeric", month: "short", day: "numeric" }).format(at),
  date_long: (at) => format({ weekday: "long", year: "numeric", month: "long", day: "numeric" }).format(at),
  date_pretty: (at, now) => nearDay(at, now, true) ?? TOKENS.date(at),
  date_short_pretty: (at, now) => nearDay(at, now, true) ?? TOKENS.date_short(at),
  date_long_pretty: (at, now) => nearDay(at, now, true) ?? TOKENS.date_long(at),
  day_divider_pretty: (at, now) => dayName(at, now),
  time: (at) => clock(at),
  time_secs: (at) => format({ hour: HOUR, minute: "2-digit", second: "2-digit" }).format(at),
  ago: (at, now) => ago(at, now),
};

/** `{date_short_pretty} {time}` filled in; null when a token is unknown, so that the fallback shows. */
export function fillDate(template, seconds, { now = new Date(), opensLine = true } = {}) {
  const at = new Date(seconds * 1000);
  if (Number.isNaN(at.getTime())) return null;
  const names = [...template.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1]);
  if (names.length === 0 || !names.every((name) => Object.hasOwn(TOKENS, name))) return null;
  const filled = template.replace(/\{([^{}]*)\}/g, (_, name) => TOKENS[name](at, now));
  if (!opensLine || !template.startsWith("{")) return filled;
  return filled.replace(/^\p{Ll}/u, (letter) => letter.toUpperCase());
}

export function clock(at) {
  return format({ hour: HOUR, minute: "2-digit" }).format(at);
}

export function momentOf(ts) {
  return new Date(Number.parseFloat(ts) * 1000);
}

export function fullMoment(at) {
  return format({ dateStyle: "full", timeStyle: "medium" }).format(at);
}

/** "Today", "Yesterday" or "Monday, 3 March": the pill between two days. */
export function dayName(at, now = new Date()) {
  const near = nearDay(at, now, false);
  if (near !== null) return near;
  const year = at.getFullYear() === now.getFullYear() ? {} : { year: "numeric" };
  return format({ weekday: "long", month: "long", day: "numeric", ...year }).format(at);
}

export function isoDay(at) {
  const two = (number) => String(number).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function nearDay(at, now, small) {
  const days = Math.round((midnight(at) - midnight(now)) / 86_400_000);
  const word = { "-1": "Yesterday", 0: "Today", 1: "Tomorrow" }[days];
  return word === undefined ? null : small ? word.toLowerCase() : word;
}

function midnight(at) {
  return Date.UTC(at.getFullYear(), at.getMonth(), at.getDate());
}

function ago(at, now) {
  const seconds = Math.round((at - now) / 1000);
  const relative = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
  const size = Math.abs(seconds);
  if (size < 60) return relative.format(seconds, "second");
  if (size < 3600) return relative.format(Math.trunc(seconds / 60), "minute");
  if (size < 86_400) return relative.format(Math.trunc(seconds / 3600), "hour");
  return relative.format(Math.trunc(seconds / 86_400), "day");
}
