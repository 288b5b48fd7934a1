// Dialogs on the browser's own <dialog>: the page behind is inert, Esc closes, the focus stays inside.
import { el, freshId } from "./dom.js";
import { closeIcon } from "./icons.js";
import { textObject } from "./mrkdwn.js";

const FOCUSABLE = "a[href], button:not([disabled]), input:not([disabled]), select, textarea, [tabindex='0']";

/** `leave` is asked when the person presses Esc or the cross; whoever opened it calls close(). */
export function openDialog({ title, body, foot, leave, kind = "modal" }) {
  const heading = freshId("dialog");
  const cross = el(
    "button",
    { type: "button", class: "icon-button dialog-close", "aria-label": "Close", onclick: () => leave() },
    closeIcon(),
  );
  const dialog = el(
    "dialog",
    { class: `dialog ${kind}`, role: "dialog", "aria-modal": "true", "aria-labelledby": heading },
    el("header", { class: "dialog-head" }, el("h1", { id: heading, class: "dialog-title" }, title), cross),
    body,
    foot,
  );
  dialog.addEventListener("cancel", (event) => {
    if (event.target !== dialog) return;
    event.preventDefault();
    leave();
  });
  dialog.addEventListener("keydown", (event) => stayInside(dialog, event));
  document.body.append(dialog);
  dialog.showModal();
  return {
    node: dialog,
    close() {
      dialog.close();
      dialog.remove();
    },
  };
}

// A browser gives up waiting for us at the second Esc in a row, hence the key as well as "cancel".
function stayInside(dialog, event) {
  if (event.key === "Escape" && !dialog.querySelector(":popover-open")) {
    event.preventDefault();
    dialog.dispatchEvent(new Event("cancel", { cancelable: true }));
  }
  if (event.key !== "Tab") return;
  const stops = [...dialog.querySelectorAll(FOCUSABLE)].filter((node) => node.offsetParent !== null);
  const [first, last] = [stops[0], stops.at(-1)];
  const leaving = event.shiftKey ? document.activeElement === first : document.activeElement === last;
  if (!leaving) return;
  event.preventDefault();
  (event.shiftKey ? last : first).focus();
}

/** Slack's confirm object as a question; resolves to true or false. */
export function confirmed(confirm, names) {
  return new Promise((resolve) => {
    const answer = (yes) => {
      dialog.close();
      resolve(yes);
    };
    const danger = confirm.style === "danger" ? "danger" : "primary";
    const deny = el(
      "button",
      { type: "button", class: "button large", onclick: () => answer(false) },
      words(confirm.deny, "Cancel"),
    );
    const agree = el(
      "button",
      { type: "button", class: `button large ${danger}`, onclick: () => answer(true) },
      words(confirm.confirm, "Yes"),
    );
    const dialog = openDialog({
      title: words(confirm.title, "Are you sure?"),
      body: el("div", { class: "dialog-body" }, el("div", { class: "text" }, textObject(confirm.text, names))),
      foot: el("footer", { class: "dialog-foot" }, deny, agree),
      leave: () => answer(false),
      kind: "confirm",
    });
    agree.focus();
  });
}

function words(object, otherwise) {
  return object?.text ? textObject({ ...object, type: "plain_text" }) : otherwise;
}
