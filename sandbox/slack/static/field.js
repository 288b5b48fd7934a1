// An input block: label, element, hint and error, tied together for the eye and the screen reader.
import { el, freshId } from "./dom.js";
import { element } from "./elements.js";
import { plain, textObject } from "./mrkdwn.js";

export function field(block, surface, error) {
  const id = freshId("field");
  const hint = block.hint && el("div", { class: "hint", id: `${id}-hint` }, textObject(block.hint, surface.names));
  const node = el("div", { class: "field", data: { block: block.block_id } });
  const label = el("div", { class: "label", id }, plain(block.label.text));
  const optional = block.optional ? el("span", { class: "optional" }, " (optional)") : null;
  const place = {
    surface, blockId: block.block_id ?? "", label: id, dispatches: Boolean(block.dispatch_action),
    changed: () => showError(node, null),
  };
  const control = element(block.element, place);
  const described = control.matches("input, textarea, button, [role]") ? control : node;
  if (hint) described.setAttribute("aria-describedby", hint.id);
  label.addEventListener(
    "click",
    () => (control.matches("input, textarea, button") ? control : control.querySelector("input"))?.focus(),
  );
  node.append(el("div", { class: "label-line" }, label, optional), control, ...(hint ? [hint] : []));
  showError(node, error);
  return node;
}

/** Shows `text` under the field, or takes the error away when it is null. */
export function showError(node, text) {
  node.querySelector(".field-error")?.remove();
  const control = node.querySelector(".text-input, .select, .choices");
  control?.toggleAttribute("aria-invalid", false);
  if (!text) return;
  const error = el("div", { class: "field-error", role: "alert", id: freshId("error") }, text);
  control?.setAttribute("aria-invalid", "true");
  control?.setAttribute("aria-errormessage", error.id);
  node.append(error);
}
