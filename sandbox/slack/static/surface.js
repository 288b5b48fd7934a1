// Where blocks stand (a message, a private answer, a form, the Home tab) and how their elements act there.
import { confirmed } from "./dialog.js";
import { toast } from "./toast.js";

export class Surface {
  /** `address` is what the twin calls the place: {message: {channel, ts}}, {whisper: id} or {view: id}. */
  constructor(store, address, { form = false } = {}) {
    this.store = store;
    this.address = address;
    this.form = form;
    this.prefix = `${form ? "form" : "page"} ${JSON.stringify(address)} `;
    this.names = store.names();
  }

  get world() {
    return this.store.world;
  }

  value(blockId, element) {
    const draft = this.store.draft(this.key(blockId, element));
    return draft === undefined || !isOffered(element, draft) ? initialValue(element) : draft;
  }

  remember(blockId, element, value) {
    this.store.remember(this.key(blockId, element), value);
  }

  key(blockId, element) {
    return `${this.prefix}${blockId} ${element.action_id}`;
  }

  /** Asks first when the element wants it; resolves to whether the app was told. */
  async act(blockId, element, value, node) {
    const question = element.confirm ?? chosenConfirm(element, value);
    if (question && !(await confirmed(question, this.names))) return false;
    node?.setAttribute("aria-busy", "true");
    const answer = await this.store.act({
      type: "action", ...this.address, block_id: blockId, action_id: element.action_id ?? "", value,
    });
    node?.removeAttribute("aria-busy");
    if (!answer.ok) toast(answer.error);
    return answer.ok;
  }
}

function chosenConfirm(element, value) {
  return element.options?.find((option) => option.value === value)?.confirm;
}

const one = (option) => option?.value ?? null;
const many = (options) => (options ?? []).map((option) => option.value);

const INITIAL = {
  plain_text_input: (element) => element.initial_value ?? null,
  number_input: (element) => element.initial_value ?? null,
  email_text_input: (element) => element.initial_value ?? null,
  url_text_input: (element) => element.initial_value ?? null,
  static_select: (element) => one(element.initial_option),
  multi_static_select: (element) => many(element.initial_options),
  multi_channels_select: (element) => element.initial_channels ?? [],
  multi_conversations_select: (element) => element.initial_conversations ?? [],
  users_select: (element) => element.initial_user ?? null,
  multi_users_select: (element) => element.initial_users ?? [],
  channels_select: (element) => element.initial_channel ?? null,
  conversations_select: (element) => element.initial_conversation ?? null,
  radio_buttons: (element) => one(element.initial_option),
  checkboxes: (element) => many(element.initial_options),
  datepicker: (element) => element.initial_date ?? null,
  timepicker: (element) => element.initial_time ?? null,
};

export function initialValue(element) {
  return Object.hasOwn(INITIAL, element.type) ? INITIAL[element.type](element) : null;
}

// An update may take away the option that somebody had picked.
function isOffered(element, value) {
  const groups = element.option_groups ?? (element.options ? [element] : null);
  if (groups === null || value === null) return true;
  const known = new Set(groups.flatMap((group) => many(group.options)));
  return [value].flat().every((one) => known.has(one));
}

/** Buttons and overflow menus carry nothing into a form's values; everything else does. */
export function hasValue(element) {
  return Object.hasOwn(INITIAL, element.type);
}

/** The stable hooks by which tests and the focus find an element again. */
export function hooks(blockId, element, value) {
  return { blockId, actionId: element.action_id, value };
}
