// What Slack's own client checks in a form before it bothers the app.

/** {block_id: sentence} for every input that cannot be sent; `valueOf(block, element)` reads a value. */
export function problems(blocks, valueOf) {
  const found = {};
  for (const block of blocks) {
    if (block.type !== "input") continue;
    const text = problem(block, valueOf(block, block.element));
    if (text) found[block.block_id] = text;
  }
  return found;
}

function problem(block, value) {
  const spec = block.element;
  const empty = value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
  if (empty) return block.optional ? null : "Please complete this required field.";
  const check = Object.hasOwn(CHECKS, spec.type) ? CHECKS[spec.type] : () => null;
  return check(spec, value);
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const URL_START = /^https?:\/\/[^\s/]+/;

const CHECKS = {
  plain_text_input: (spec, value) => length(spec, value),
  number_input: (spec, value) => number(spec, value),
  email_text_input: (_, value) => (EMAIL.test(value) ? null : "Please enter a valid email address."),
  url_text_input: (_, value) => (URL_START.test(value) ? null : "Please enter a valid URL."),
};

function length({ min_length: least, max_length: most }, value) {
  if (least && value.length < least) return `Please use at least ${least} characters. You have ${value.length}.`;
  if (most && value.length > most) return `Please use at most ${most} characters. You have ${value.length}.`;
  return null;
}

function number(spec, value) {
  const pattern = spec.is_decimal_allowed ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/;
  if (!pattern.test(value)) return `Please enter a ${spec.is_decimal_allowed ? "" : "whole "}number.`;
  const { min_value: least, max_value: most } = spec;
  if (least !== undefined && Number(value) < Number(least)) return `Please enter a number of at least ${least}.`;
  if (most !== undefined && Number(value) > Number(most)) return `Please enter a number of at most ${most}.`;
  return null;
}
