// Slack's own outage: the switch, and the line that says so while the page itself goes on.
import { setDown } from "./api.js";
import { el } from "./dom.js";
import { toast } from "./toast.js";

export class Outage {
  constructor(store) {
    this.store = store;
    this.notice = el("div", { class: "offline", role: "status", hidden: true });
    this.button = el("button", { type: "button", class: "outage-switch", onclick: () => this.turn() });
  }

  show() {
    const { app, down } = this.store.world;
    const label = down ? "Bring Slack back" : "Take Slack down";
    if (this.button.textContent === label) return;
    this.button.textContent = label;
    this.notice.hidden = !down;
    this.notice.textContent = down
      ? `Slack is down: ${app.name} can neither write here nor hear you. Its work goes on.`
      : "";
  }

  async turn() {
    const answer = await setDown(!this.store.world.down);
    if (!answer.ok) toast(answer.error);
    await this.store.refresh();
  }
}
