// Block Kit layouts as nodes.
import { el } from "./dom.js";
import { element, picture } from "./elements.js";
import { field } from "./field.js";
import { plain, textObject } from "./mrkdwn.js";
import { richText } from "./richtext.js";

const MAKERS = { header, section, context, divider, actions, image, input, rich_text: rich, file: nothing };

export function blocks(list, surface, { errors = {} } = {}) {
  return el("div", { class: "blocks" }, (list ?? []).map((block) => drawn(block, surface, errors)));
}

function drawn(block, surface, errors) {
  const make = Object.hasOwn(MAKERS, block.type) ? MAKERS[block.type] : unknown;
  const node = make(block, surface, errors);
  node.classList.add("block", `block-${block.type}`);
  if (block.block_id && !node.dataset.blockId) node.dataset.block = block.block_id;
  return node;
}

function header(block) {
  return el("div", { role: "heading", "aria-level": "3" }, plain(block.text.text));
}

function section(block, surface) {
  const fields = (block.fields ?? []).map((text) => el(
    "div",
    { class: "section-field text" },
    textObject(text, surface.names),
  ));
  const body = el(
    "div",
    { class: "section-body" },
    block.text && el("div", { class: "text" }, textObject(block.text, surface.names)),
    fields.length > 0 && el("div", { class: "section-fields" }, fields),
  );
  const accessory = block.accessory && el(
    "div",
    { class: `accessory accessory-${block.accessory.type}` },
    element(block.accessory, placeOf(block, surface)),
  );
  return el("div", {}, body, accessory);
}

function context(block, surface) {
  const parts = block.elements.map((part) =>
    part.type === "image" ? picture(part, { surface }) : el(
      "span",
      { class: "context-text text" },
      textObject(part, surface.names),
    ),
  );
  return el("div", {}, parts);
}

function divider() {
  return el("hr");
}

function actions(block, surface) {
  return el("div", {}, block.elements.map((spec) => element(spec, placeOf(block, surface))));
}

function image(block, surface) {
  const title = block.title && el("figcaption", {}, textObject(block.title, surface.names));
  return el("figure", {}, title, picture(block, { surface }));
}

function input(block, surface, errors) {
  return field(block, surface, errors[block.block_id]);
}

function rich(block, surface) {
  return el("div", { class: "text" }, richText(block.elements, surface.names));
}

function nothing() {
  return el("div");
}

function unknown(block) {
  return el("div", { class: "unknown" }, `This page does not draw “${block.type}” blocks.`);
}

function placeOf(block, surface) {
  return { surface, blockId: block.block_id ?? "", dispatches: true };
}
