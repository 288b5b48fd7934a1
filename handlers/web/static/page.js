// Keeps an open page up to date: relative times, copying, and the newest state as it comes.
"use strict";

const MINUTE = 60, HOUR = 3600, DAY = 86400;

function lapse(seconds) {
  if (seconds < MINUTE) return "moments";
  if (seconds < 2 * HOUR) return `${Math.floor(seconds / MINUTE)} min`;
  if (seconds < 2 * DAY) return `${Math.floor(seconds / HOUR)} h`;
  return `${Math.floor(seconds / DAY)} days`;
}

function tellTimes() {
  for (const element of document.querySelectorAll("time[data-relative]")) {
    const seconds = (Date.now() - Date.parse(element.dateTime)) / 1000;
    element.textContent = seconds >= 0 ? `${lapse(seconds)} ago` : `in ${lapse(-seconds)}`;
  }
}

function addCopyButtons(root) {
  for (const code of root.querySelectorAll("code.copy, pre > code")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy ${code.textContent.trim().slice(0, 80)}`);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent.trim());
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    code.after(button);
  }
}

function sendFiltersAtOnce(root) {
  for (const form of root.querySelectorAll("form[data-auto]")) {
    form.classList.add("auto");
    form.addEventListener("change", () => form.submit());
  }
}

function dress(root) {
  if (navigator.clipboard) addCopyButtons(root);
  sendFiltersAtOnce(root);
  tellTimes();
}

const live = document.getElementById("live");

function say(text, state) {
  if (live.dataset.state === state && live.textContent === text) return;
  live.textContent = text;
  live.dataset.state = state;
}

// A storm changes an incident many times a second; nobody reads that fast.
const LEAST_MS = 1500;
let loading = false;
let again = false;

async function refresh() {
  if (loading) { again = true; return; }
  loading = true;
  try {
    do {
      again = false;
      await swap();
      await new Promise((done) => { setTimeout(done, LEAST_MS); });
    } while (again);
  } catch {
    say("Not up to date", "off");
  } finally {
    loading = false;
  }
}

function focusable(root) {
  return [...root.querySelectorAll("a[href], button, select, summary")];
}

// Whoever moves by keyboard stays where they were.
function focusPlace(root) {
  return focusable(root).indexOf(document.activeElement);
}

async function swap() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (answer.status === 401) { say("Signed out: reload", "off"); return; }
  if (!answer.ok) { say("Not up to date", "off"); return; }
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const before = document.getElementById("main");
  const after = document.importNode(fresh.getElementById("main"), true);
  const form = before.querySelector("form[data-auto]");
  for (const kept of before.querySelectorAll("details[id]")) {
    const twin = after.querySelector(`#${CSS.escape(kept.id)}`);
    if (twin) twin.open = kept.open;
  }
  dress(after);
  // Somebody may be choosing in the form right now, so it stays as it is.
  if (form && after.querySelector("form[data-auto]")) {
    after.querySelector("form[data-auto]").replaceWith(form);
  }
  const place = focusPlace(before);
  before.replaceWith(after);
  focusable(after)[place]?.focus({ preventScroll: true });
  document.title = fresh.title;
  tellTimes();
}

const POLL_MS = 20000;

function watch() {
  const address = document.getElementById("main").dataset.live;
  if (!address) return;
  const events = new EventSource(address);
  events.addEventListener("open", () => say("Live", "on"));
  events.addEventListener("changed", refresh);
  events.addEventListener("error", () => {
    if (events.readyState !== EventSource.CLOSED) { say("Reconnecting…", "off"); return; }
    say("Every 20 s", "slow");
    setInterval(refresh, POLL_MS);
  });
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
}

dress(document);
watch();
setInterval(tellTimes, 15000);
