// Selects of every kind: a button that shows the choice and drops a list.
import { displayName } from "./state.js";
import { el, freshId } from "./dom.js";
import { chevronIcon } from "./icons.js";
import { openMenu } from "./menu.js";
import { plain } from "./mrkdwn.js";
import { hooks } from "./surface.js";

export function select(spec, place) {
  const { surface, blockId } = place;
  const options = optionsOf(spec, surface.world);
  const many = spec.type.startsWith("multi_");
  const id = freshId("select");
  const words = el("span", { class: "select-words", id: `${id}-words` });
  const anchor = el(
    "button",
    {
      type: "button", id, class: "button select", "aria-haspopup": "listbox", "aria-expanded": "false",
      "aria-labelledby": place.label ? `${place.label} ${id}-words` : null,
      data: hooks(blockId, spec), onclick: () => open(),
    },
    words,
    chevronIcon(),
  );
  const chosen = () => new Set([surface.value(blockId, spec)].flat().filter((value) => value !== null));
  const show = () => showChoice(words, spec, options, chosen());
  const open = () => {
    const now = chosen();
    openMenu({ anchor, options, chosen: now, many, onPick: (option) => pick(option.value, now) });
  };
  const pick = async (value, now) => {
    const before = surface.value(blockId, spec);
    if (many) now.delete(value) || now.add(value);
    const after = many ? [...now] : value;
    surface.remember(blockId, spec, after);
    show();
    place.changed?.();
    if (!place.dispatches || (await surface.act(blockId, spec, after, anchor))) return;
    surface.remember(blockId, spec, before); // asked "are you sure?" and was not, or the app did not hear
    show();
  };
  show();
  return anchor;
}

function showChoice(words, spec, options, chosen) {
  const labels = options.filter((option) => chosen.has(option.value)).map((option) => option.label());
  const placeholder = spec.placeholder?.text ?? "Select an option";
  const parts = labels.flatMap((label, at) => (at ? [", ", label] : [label]));
  words.replaceChildren(...(parts.length ? parts : [plain(placeholder)]));
  words.classList.toggle("placeholder", parts.length === 0);
}

function optionsOf(spec, world) {
  if (spec.type.endsWith("users_select")) {
    return world.users.filter((user) => !user.is_bot).map((user) => plainOption(user.id, displayName(user)));
  }
  if (/(?:channels|conversations)_select$/.test(spec.type)) {
    return world.channels.map((channel) => plainOption(channel.id, `#${channel.name}`));
  }
  const groups = spec.option_groups ?? [{ options: spec.options ?? [] }];
  return groups.flatMap((group) => group.options.map((option) => optionOf(option, group.label?.text)));
}

function plainOption(value, text) {
  return { value, text, label: () => text };
}

function optionOf(option, group) {
  const { text } = option.text;
  return { value: option.value, text, label: () => plain(text), description: option.description?.text, group };
}
