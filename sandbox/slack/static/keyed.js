// Re-rendering that leaves unchanged rows, the focus and the caret alone.

const signatures = new WeakMap();

/** Makes `container` hold one child per item, in order; an item is {key, signature, build()}. */
export function reconcile(container, items) {
  const old = new Map([...container.children].map((node) => [node.dataset.key, node]));
  let cursor = container.firstElementChild;
  for (const item of items) {
    const before = old.get(item.key);
    old.delete(item.key);
    const node = before && signatures.get(before) === item.signature ? before : fresh(item);
    if (before && before !== node) {
      if (cursor === before) cursor = node;
      keepFocus(before, node, () => before.replaceWith(node));
    }
    if (cursor === node) cursor = node.nextElementSibling;
    else container.insertBefore(node, cursor);
  }
  for (const node of old.values()) node.remove();
}

function fresh({ key, signature, build }) {
  const node = build();
  node.dataset.key = key;
  signatures.set(node, signature);
  return node;
}

/** Runs `swap`; if the focus was inside `before`, its twin inside `after` takes it, caret included. */
export function keepFocus(before, after, swap) {
  const held = before.contains(document.activeElement) ? document.activeElement : null;
  const caret = held && caretOf(held);
  swap();
  if (!held) return;
  const twin = twinOf(held, after);
  twin?.focus({ preventScroll: true });
  if (twin && caret) twin.setSelectionRange(...caret);
}

function twinOf(held, after) {
  const { blockId, actionId, value, hook } = held.dataset;
  if (!actionId && !hook) return null;
  const like = [...after.querySelectorAll("[data-action-id], [data-hook]")].filter(
    (node) => node.dataset.actionId === actionId && node.dataset.hook === hook,
  );
  const exact = like.find((node) => node.dataset.blockId === blockId && node.dataset.value === value);
  return exact ?? like[0] ?? null;
}

function caretOf(node) {
  try {
    return typeof node.selectionStart === "number" ? [node.selectionStart, node.selectionEnd] : null;
  } catch {
    return null; // a date or number input has no caret to read
  }
}
