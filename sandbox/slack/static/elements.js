// One Block Kit element as a node; what it does is told by its type.
import { el, link, safeUrl } from "./dom.js";
import { checkboxes, datepicker, radioButtons, textInput } from "./inputs.js";
import { dotsIcon } from "./icons.js";
import { openMenu } from "./menu.js";
import { plain, textObject } from "./mrkdwn.js";
import { select } from "./selects.js";
import { hooks } from "./surface.js";

const MAKERS = {
  button,
  overflow,
  image: picture,
  static_select: select,
  multi_static_select: select,
  users_select: select,
  multi_users_select: select,
  channels_select: select,
  conversations_select: select,
  multi_channels_select: select,
  multi_conversations_select: select,
  datepicker,
  timepicker: datepicker,
  plain_text_input: textInput,
  number_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  radio_buttons: radioButtons,
  checkboxes,
};

/** `place` is {surface, blockId, label?, dispatches}: label is the id of a visible label, if there is one. */
export function element(spec, place) {
  const make = Object.hasOwn(MAKERS, spec.type) ? MAKERS[spec.type] : unknown;
  return make(spec, place);
}

function button(spec, { surface, blockId }) {
  const style = ["primary", "danger"].includes(spec.style) ? spec.style : "";
  const url = safeUrl(spec.url);
  const attributes = {
    class: `button ${style}`,
    data: hooks(blockId, spec, spec.value),
    "aria-label": spec.accessibility_label,
    onclick: (event) => event.currentTarget.getAttribute("aria-busy") || press(event.currentTarget),
  };
  const press = (node) => surface.act(blockId, spec, spec.value ?? null, node);
  if (!url) return el("button", { type: "button", ...attributes }, plain(spec.text.text));
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer", ...attributes }, plain(spec.text.text));
}

function overflow(spec, { surface, blockId }) {
  const options = spec.options.map((option) => ({
    value: option.value, text: option.text.text, label: () => textObject(option.text, surface.names),
    description: option.description?.text, url: safeUrl(option.url),
  }));
  const onPick = (option) => {
    if (option.url) window.open(option.url, "_blank", "noopener,noreferrer");
    surface.act(blockId, spec, option.value, anchor);
  };
  const anchor = el(
    "button",
    {
      type: "button",
      class: "button overflow",
      "aria-label": "More actions",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      data: hooks(blockId, spec),
      onclick: () => openMenu({ anchor, options, role: "menu", onPick }),
    },
    dotsIcon(),
  );
  return anchor;
}

/** An image element or block: its own address, or a file that was uploaded. */
export function picture(spec, { surface }) {
  const url = safeUrl(spec.image_url ?? fileUrl(spec.slack_file, surface.world));
  if (!url) return el("span", { class: "no-picture" }, spec.alt_text);
  return el("img", { class: "picture", src: url, alt: spec.alt_text ?? "", loading: "lazy" });
}

function fileUrl(file, world) {
  if (!file) return null;
  if (file.url) return file.url;
  const files = Object.values(world.messages).flat().flatMap((message) => message.files ?? []);
  const known = files.find(({ id }) => id === file.id);
  return known?.url_private ?? `/files/${encodeURIComponent(file.id)}`;
}

function unknown(spec) {
  return el("span", { class: "unknown" }, `This page does not draw “${spec.type}” elements.`);
}

export function fileLink(file, children) {
  const url = safeUrl(file.url_private ?? file.permalink);
  return url ? link(url, children) : el("span", {}, children);
}
