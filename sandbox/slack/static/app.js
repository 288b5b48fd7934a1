// Puts the page together and draws it again whenever the state changes.
import { avatar } from "./avatar.js";
import { Composer } from "./composer.js";
import { el } from "./dom.js";
import { channelItems, Feed } from "./feed.js";
import { Home } from "./home.js";
import { closeIcon, menuIcon } from "./icons.js";
import { showModal } from "./modal.js";
import { Outage } from "./outage.js";
import { Sidebar } from "./sidebar.js";
import { FIRST_PERSON, HOME, isDirect, messagesOf, Store } from "./state.js";
import { Thread } from "./thread.js";

const asked = new URLSearchParams(location.search);
const store = new Store({
  user: asked.get("user") ?? FIRST_PERSON,
  channel: asked.get("channel"),
  render: () => draw(),
});

const sidebar = new Sidebar(store, { go });
const feed = new Feed({ id: "messages", label: "Messages" });
const composer = new Composer({ send, app: () => store.world?.app });
const home = new Home(store);
const thread = new Thread(store);
const outage = new Outage(store);
const burger = el(
  "button",
  {
    type: "button",
    class: "icon-button burger",
    "aria-label": "Open sidebar",
    "aria-controls": "sidebar",
    "aria-expanded": "false",
    onclick: () => drawer(true),
  },
  menuIcon(),
);
const title = el("h1", { class: "head-title" });
const note = el("span", { class: "head-note" });
const offline = el(
  "div",
  { class: "offline", role: "status", hidden: true },
  "The workspace does not answer. Trying again…",
);
const fold = el(
  "button",
  { type: "button", class: "icon-button fold", "aria-label": "Close sidebar", onclick: () => drawer(false) },
  closeIcon(),
);
const shade = el("div", { class: "shade", onclick: () => drawer(false) });
const main = el(
  "main",
  { class: "main" },
  el("header", { class: "head" }, burger, title, note),
  offline,
  outage.notice,
  feed.node,
  home.node,
  composer.node,
);

sidebar.node.prepend(fold);
sidebar.head.append(outage.button);
document.getElementById("app").replaceChildren(sidebar.node, shade, el("div", { class: "panel" }, main, thread.node));
document.addEventListener("keydown", (event) => event.key === "Escape" && drawer(false));

function drawer(open) {
  const was = document.body.classList.contains("drawer-open");
  document.body.classList.toggle("drawer-open", open);
  burger.setAttribute("aria-expanded", String(open));
  if (open) sidebar.node.querySelector("[aria-current]")?.focus();
  else if (was) burger.focus();
}

function go(place) {
  drawer(false);
  store.put({ channel: place, thread: null });
  if (place === HOME) store.act({ type: "home" });
  else if (matchMedia("(hover: hover)").matches) composer.input.focus();
}

async function send(text) {
  feed.atEnd = true;
  const answer = await store.act({ type: text.startsWith("/") ? "command" : "say", channel: store.channel, text });
  return answer.word === "unknown_command" ? { ok: true } : answer; // a private answer has said so already
}

function draw() {
  const { world, channel } = store;
  offline.hidden = store.online;
  document.body.classList.toggle("ready", Boolean(world));
  if (!world) return;
  const atHome = channel === HOME;
  for (const node of [feed.node, composer.node]) node.hidden = atHome;
  home.node.hidden = !atHome;
  sidebar.show();
  outage.show();
  if (atHome) drawHome();
  else drawChannel();
  thread.show();
  showModal(store);
  remember();
}

function drawChannel() {
  const { world, channel } = store;
  const here = world.channels.find((one) => one.id === channel);
  const name = isDirect(here) ? here.name : `#${here.name}`;
  title.textContent = name.replace("#", "# ");
  const people = world.users.filter((user) => !user.is_bot).length;
  note.textContent = isDirect(here) ? "Direct messages" : `${people} members`;
  document.title = `${name} · ${world.team.name}`;
  store.see(channel);
  feed.show(
    channelItems(store, messagesOf(world, channel), channel),
    { place: `${store.user} ${channel}`, label: `Messages in ${name}` },
  );
  composer.at(`${store.user} ${channel}`, `Message ${name}`);
}

function drawHome() {
  const { app, team } = store.world;
  title.replaceChildren(avatar(app.user_id, app.name, { small: true, app: true }), app.name);
  note.textContent = "Home";
  document.title = `${app.name} · ${team.name}`;
  home.show();
}

function remember() {
  const address = new URL(location.href);
  address.search = new URLSearchParams({ user: store.user, channel: store.channel });
  if (address.href !== location.href) history.replaceState(null, "", address);
}

store.connect();
await store.refresh();
if (store.channel === HOME) store.act({ type: "home" });
