// The app's Home tab.
import { avatar } from "./avatar.js";
import { blocks } from "./blocks.js";
import { el } from "./dom.js";
import { reconcile } from "./keyed.js";
import { Surface } from "./surface.js";

export class Home {
  constructor(store) {
    this.store = store;
    this.body = el("div", { class: "home-body" });
    this.node = el("section", { class: "home", tabindex: "0", "aria-label": "App Home" }, this.body);
  }

  show() {
    const { world } = this.store;
    const view = world.home;
    const build = () => (view ? this.view(view) : this.empty(world.app));
    reconcile(this.body, [{ key: "home", signature: JSON.stringify([view, this.store.user]), build }]);
  }

  view(view) {
    return el("div", { class: "home-view" }, blocks(view.blocks, new Surface(this.store, { view: view.id })));
  }

  empty(app) {
    return el(
      "div",
      { class: "home-empty" },
      avatar(app.user_id, app.name, { app: true }),
      el("p", {}, `${app.name} has not published its Home yet.`),
    );
  }
}
