// Elements that hold typed or ticked values.
import { el, freshId } from "./dom.js";
import { textObject } from "./mrkdwn.js";
import { hooks } from "./surface.js";

const TYPES = { number_input: "text", email_text_input: "email", url_text_input: "url", plain_text_input: "text" };
const AUTOFILL = { autocomplete: "off", spellcheck: "true" };

export function textInput(spec, place) {
  const { surface, blockId } = place;
  const attributes = {
    class: "text-input", ...AUTOFILL, data: hooks(blockId, spec), placeholder: spec.placeholder?.text,
    "aria-labelledby": place.label, "aria-label": place.label ? null : (spec.placeholder?.text ?? spec.action_id),
    maxlength: spec.max_length, autofocus: spec.focus_on_load,
    oninput: () => keep(node.value),
    onkeydown: (event) => dispatchOnEnter(event, () => surface.act(blockId, spec, node.value, node)),
  };
  const node = spec.multiline
    ? el("textarea", { rows: 4, ...attributes })
    : el("input", { type: TYPES[spec.type], inputmode: inputMode(spec), ...attributes });
  node.value = surface.value(blockId, spec) ?? "";
  const keep = (text) => {
    surface.remember(blockId, spec, text === "" ? null : text);
    place.changed?.();
  };
  const dispatchOnEnter = (event, tell) => {
    if (!place.dispatches || event.key !== "Enter" || event.isComposing || (spec.multiline && !event.ctrlKey)) return;
    event.preventDefault();
    tell();
  };
  return node;
}

function inputMode(spec) {
  if (spec.type !== "number_input") return null;
  return spec.is_decimal_allowed ? "decimal" : "numeric";
}

export function datepicker(spec, place) {
  const { surface, blockId } = place;
  const type = spec.type === "timepicker" ? "time" : "date";
  const node = el("input", {
    type, class: "text-input date-input", data: hooks(blockId, spec), "aria-labelledby": place.label,
    "aria-label": place.label ? null : (spec.placeholder?.text ?? `Select a ${type}`),
    onchange: () => {
      const value = node.value || null;
      surface.remember(blockId, spec, value);
      place.changed?.();
      if (place.dispatches) surface.act(blockId, spec, value, node);
    },
  });
  node.value = surface.value(blockId, spec) ?? "";
  return node;
}

export function radioButtons(spec, place) {
  const name = freshId("radio");
  const chosen = place.surface.value(place.blockId, spec);
  const read = (value) => value;
  return choices(
    spec,
    place,
    { type: "radio", role: "radiogroup", name, checked: (value) => value === chosen, read },
  );
}

export function checkboxes(spec, place) {
  const chosen = new Set(place.surface.value(place.blockId, spec));
  const read = (value, ticked) => {
    if (ticked) chosen.add(value);
    else chosen.delete(value);
    return spec.options.map((option) => option.value).filter((known) => chosen.has(known));
  };
  return choices(spec, place, { type: "checkbox", role: "group", checked: (value) => chosen.has(value), read });
}

function choices(spec, place, { type, role, name, checked, read }) {
  const { surface, blockId } = place;
  const change = (event) => {
    const value = read(event.currentTarget.value, event.currentTarget.checked);
    surface.remember(blockId, spec, value);
    place.changed?.();
    if (place.dispatches) surface.act(blockId, spec, value, event.currentTarget);
  };
  const rows = spec.options.map((option) => {
    const note = option.description && el(
      "span",
      { class: "choice-note" },
      textObject(option.description, surface.names),
    );
    const box = el("input", {
      type,
      name,
      value: option.value,
      checked: checked(option.value),
      data: hooks(blockId, spec, option.value),
      onchange: change,
    });
    return el("label", { class: "choice" }, box, el("span", {}, textObject(option.text, surface.names), note));
  });
  return el("div", { class: "choices", role, "aria-labelledby": place.label }, rows);
}
