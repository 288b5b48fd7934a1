// The sidebar: workspace, channels, the app's Home, and who you are.
import { avatar } from "./avatar.js";
import { el } from "./dom.js";
import { chevronIcon } from "./icons.js";
import { reconcile } from "./keyed.js";
import { openMenu } from "./menu.js";
import { displayName, HOME, isDirect } from "./state.js";

export class Sidebar {
  constructor(store, { go }) {
    this.store = store;
    this.go = go;
    this.team = el("div", { class: "team-name" });
    this.rows = el("div", { class: "side-rows" });
    this.face = el("span", { class: "me-face" });
    this.name = el("span", { class: "who-name", id: "who-name" });
    this.who = this.personButton();
    this.head = el(
      "div",
      { class: "team" },
      this.team,
      el("div", { class: "team-note" }, "Sandbox: nothing here leaves this machine"),
    );
    this.node = el(
      "nav",
      { class: "sidebar", id: "sidebar", "aria-label": "Workspace" },
      this.head,
      this.rows,
      this.who,
    );
  }

  personButton() {
    return el(
      "button",
      {
        type: "button",
        class: "who",
        "aria-haspopup": "listbox",
        "aria-expanded": "false",
        "aria-labelledby": "who-label who-name",
        data: { hook: "who" },
        onclick: () => this.choosePerson(),
      },
      this.face,
      el(
        "span",
        { class: "who-words" },
        el("span", { class: "who-label", id: "who-label" }, "You are:"),
        " ",
        this.name,
      ),
      chevronIcon(),
    );
  }

  show() {
    const { world, user } = this.store;
    this.team.textContent = world.team.name;
    reconcile(this.rows, this.items());
    const me = world.users.find((one) => one.id === user);
    const name = displayName(me) ?? user;
    if (this.name.textContent === name) return;
    this.name.textContent = name;
    this.face.replaceChildren(avatar(user, name));
  }

  choosePerson() {
    const { world, user } = this.store;
    const people = world.users.filter((one) => !one.is_bot);
    const options = people.map((one) => ({ value: one.id, text: displayName(one), label: () => displayName(one) }));
    openMenu({
      anchor: this.who,
      options,
      chosen: new Set([user]),
      onPick: (option) => this.store.become(option.value),
    });
  }

  items() {
    const { world, channel } = this.store;
    const rowOf = (one) => {
      const face = isDirect(one) ? { app: world.app.user_id } : { mark: "#" };
      return this.row({
        id: one.id,
        name: one.name,
        current: channel === one.id,
        fresh: this.isFresh(one.id),
        ...face,
      });
    };
    const open = world.channels.filter((one) => !isDirect(one));
    const isUsed = (one) => one.id === channel || world.messages[one.id]?.length > 0;
    const direct = world.channels.filter((one) => isDirect(one) && isUsed(one));
    const home = this.row({
      id: HOME,
      name: `${world.app.name} Home`,
      app: world.app.user_id,
      current: channel === HOME,
    });
    const talks = direct.length ? [this.section("Direct messages"), ...direct.map(rowOf)] : [];
    return [this.section("Channels"), ...open.map(rowOf), ...talks, this.section("Apps"), home];
  }

  section(title) {
    return { key: `s${title}`, signature: title, build: () => el("h2", { class: "side-title" }, title) };
  }

  row({ id, name, mark, app, current, fresh = false }) {
    const sign = el("span", { class: "side-mark", "aria-hidden": "true" }, mark);
    const face = app ? avatar(app, name, { small: true, app: true }) : sign;
    const build = () =>
      el(
        "button",
        {
          type: "button",
          class: `side-row${fresh ? " fresh" : ""}`,
          "aria-current": current ? "page" : null,
          data: { hook: `go-${id}`, channel: id },
          onclick: () => this.go(id),
        },
        face, el("span", { class: "side-name" }, name), fresh && el("span", { class: "hidden-words" }, " (unread)"),
      );
    return { key: `r${id}`, signature: JSON.stringify([id, name, current, fresh]), build };
  }

  isFresh(id) {
    const seen = this.store.lastSeen(id);
    const last = Number.parseFloat(this.store.world.messages[id]?.at(-1)?.ts ?? 0);
    return id !== this.store.channel && last > seen;
  }
}
