// The person's open modal: drawn from the twin's view, its typed values kept across updates.
import { blocks } from "./blocks.js";
import { openDialog } from "./dialog.js";
import { el } from "./dom.js";
import { showError } from "./field.js";
import { keepFocus } from "./keyed.js";
import { plain } from "./mrkdwn.js";
import { hasValue, Surface } from "./surface.js";
import { problems } from "./validation.js";

let open = null; // {id, signature, dialog, body}

export function showModal(store) {
  const view = store.world?.view ?? null;
  const signature = view && JSON.stringify(view);
  if (open?.signature === signature) return;
  if (open && open.id !== view?.id) {
    open.dialog.close();
    open = null;
  }
  if (!view) return;
  if (open) update(store, view);
  else start(store, view);
  open.signature = signature;
}

function start(store, view) {
  const body = el("div", { class: "dialog-body", tabindex: "-1" });
  const shell = openDialog({
    title: plain(view.title.text),
    body: el(
      "form",
      { class: "modal-form", novalidate: true, onsubmit: (event) => submit(event, store) },
      body,
      foot(store, view),
    ),
    leave: () => store.act({ type: "close", view: open.id }),
  });
  shell.node.dataset.view = view.id;
  shell.node.dataset.callbackId = view.callback_id ?? "";
  open = { id: view.id, dialog: shell, body, view };
  fillBody(store, view);
  const field = body.querySelector("[autofocus], .text-input, .select, .choices input");
  const target = field ?? shell.node.querySelector(".modal-form button");
  target?.focus();
}

function update(store, view) {
  const { node } = open.dialog;
  open.view = view;
  node.querySelector(".dialog-title").replaceChildren(plain(view.title.text));
  keepFocus(open.body, open.body, () => fillBody(store, view));
  const form = node.querySelector(".modal-form");
  const before = form.querySelector(".dialog-foot");
  const after = foot(store, view);
  keepFocus(before, after, () => before.replaceWith(after));
  open.body.querySelector("[aria-invalid='true']")?.focus();
}

function fillBody(store, view) {
  const surface = new Surface(store, { view: view.id }, { form: true });
  const top = open.body.scrollTop;
  open.body.replaceChildren(blocks(view.blocks, surface, { errors: view.errors ?? {} }));
  open.body.scrollTop = top;
}

function foot(store, view) {
  const leave = () => store.act({ type: "close", view: view.id });
  const close = el(
    "button",
    { type: "button", class: "button large", data: { hook: "close" }, onclick: leave },
    plain(view.close?.text ?? (view.submit ? "Cancel" : "Close")),
  );
  const send = view.submit && el(
    "button",
    { type: "submit", class: "button large primary", data: { hook: "submit" } },
    plain(view.submit.text),
  );
  return el("footer", { class: "dialog-foot" }, el("p", { class: "modal-trouble", role: "alert" }), close, send);
}

async function submit(event, store) {
  event.preventDefault();
  const { view, body, dialog } = open;
  if (!view.submit || dialog.node.getAttribute("aria-busy")) return;
  const surface = new Surface(store, { view: view.id }, { form: true });
  const wrong = problems(view.blocks, (block, spec) => surface.value(block.block_id ?? "", spec));
  showProblems(body, wrong);
  if (Object.keys(wrong).length > 0) return;
  trouble("");
  dialog.node.setAttribute("aria-busy", "true");
  open.signature = ""; // the same errors again must be drawn again
  const answer = await store.act({ type: "submit", view: view.id, values: valuesOf(view, surface) });
  dialog.node.removeAttribute("aria-busy");
  const told = Object.keys(open?.view.errors ?? {}).length > 0;
  if (!answer.ok && !told) trouble(answer.error);
}

function showProblems(body, wrong) {
  for (const node of body.querySelectorAll(".field")) showError(node, wrong[node.dataset.block]);
  const first = body.querySelector("[aria-invalid='true']");
  (first?.matches(".choices") ? first.querySelector("input") : first)?.focus();
}

function trouble(text) {
  const line = open?.dialog.node.querySelector(".modal-trouble");
  if (line) line.textContent = text;
}

/** Every element that holds a value, as {block_id: {action_id: value}}; an empty one is null. */
export function valuesOf(view, surface) {
  const values = {};
  for (const block of view.blocks) {
    const specs = [block.element, block.accessory, ...(block.type === "actions" ? block.elements : [])];
    for (const spec of specs.filter((one) => one && hasValue(one))) {
      values[block.block_id] = {
        ...values[block.block_id],
        [spec.action_id]: surface.value(block.block_id ?? "", spec),
      };
    }
  }
  return values;
}
