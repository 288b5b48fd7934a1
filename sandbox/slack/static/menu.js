// The list that drops from a select or an overflow button: arrows, type-to-filter, Enter, Esc.
import { el, freshId } from "./dom.js";
import { checkIcon } from "./icons.js";

const FILTER_FROM = 9;
const GAP = 4;

/** `options`: {value, label (node factory), text, description?, group?, url?}; `chosen` is a Set of values. */
export function openMenu({ anchor, options, chosen = new Set(), many = false, role = "listbox", onPick }) {
  const list = el("div", {
    role,
    id: freshId("menu"),
    class: `menu-list${many || chosen.size ? " ticked" : ""}`,
    "aria-label": anchor.getAttribute("aria-label") ?? anchor.textContent,
    "aria-multiselectable": many ? "true" : null,
  });
  const filter = options.length >= FILTER_FROM ? filterBox() : null;
  const menu = el("div", { class: "menu", popover: "auto" }, filter, list);
  const close = () => menu.hidePopover();
  const pick = (option) => {
    if (!many) close();
    onPick(option);
    if (many) rows.forEach((row) => row.setAttribute("aria-selected", String(chosen.has(row.dataset.value))));
  };
  const rows = fillList(list, options, chosen, role, pick);
  anchor.setAttribute("aria-expanded", "true");
  (anchor.closest("dialog") ?? document.body).append(menu);
  const again = () => swallowClick(anchor);
  anchor.addEventListener("pointerdown", again);
  menu.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    anchor.removeEventListener("pointerdown", again);
    leave(menu, anchor);
  });
  menu.addEventListener("keydown", (event) => steer(event, rows, filter, close));
  filter?.addEventListener("input", () => narrow(rows, filter.value));
  menu.showPopover();
  place(menu, anchor);
  (filter ?? rows.find((row) => row.getAttribute("aria-selected") === "true") ?? rows[0])?.focus();
}

function filterBox() {
  const name = { placeholder: "Find…", "aria-label": "Find an option" };
  return el("input", { class: "menu-filter", type: "text", autocomplete: "off", ...name });
}

// The press that closes a menu by its own button must not open it again.
function swallowClick(anchor) {
  anchor.addEventListener("click", (event) => event.stopImmediatePropagation(), { once: true, capture: true });
}

function fillList(list, options, chosen, role, pick) {
  const rows = [];
  let group;
  for (const option of options) {
    if (option.group !== group) list.append(el("div", { class: "menu-group", role: "presentation" }, option.group));
    group = option.group;
    const row = optionRow(option, chosen, role, pick);
    rows.push(row);
    list.append(row);
  }
  if (rows.length === 0) list.append(el("div", { class: "menu-empty" }, "Nothing to choose from"));
  return rows;
}

function optionRow(option, chosen, role, pick) {
  const listbox = role === "listbox";
  return el(
    "button",
    {
      type: "button", class: "menu-row", tabindex: "-1", role: listbox ? "option" : "menuitem",
      "aria-selected": listbox ? String(chosen.has(option.value)) : null,
      data: { value: option.value, text: option.text.toLowerCase() },
      onclick: () => pick(option),
    },
    listbox && el("span", { class: "menu-tick" }, checkIcon()),
    el(
      "span",
      { class: "menu-words" },
      option.label(),
      option.description && el("span", { class: "menu-note" }, option.description),
    ),
  );
}

function narrow(rows, words) {
  for (const row of rows) row.hidden = !row.dataset.text.includes(words.trim().toLowerCase());
}

function steer(event, rows, filter, close) {
  const shown = rows.filter((row) => !row.hidden);
  const at = shown.indexOf(document.activeElement);
  const step = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: shown.length - 1 }[event.key];
  const caretKey = event.target === filter && (event.key === "Home" || event.key === "End");
  if (step !== undefined && !caretKey) {
    event.preventDefault();
    shown.at(step % shown.length)?.focus();
  } else if (event.key === "Tab") {
    event.preventDefault();
    close();
  } else if (event.key === "Enter" && event.target === filter) {
    event.preventDefault();
    shown[0]?.click();
  } else if (event.key.length === 1 && !filter && event.key !== " ") {
    shown.find((row) => row.dataset.text.startsWith(event.key.toLowerCase()))?.focus();
  }
}

function leave(menu, anchor) {
  const inside = menu.contains(document.activeElement) || document.activeElement === document.body;
  menu.remove();
  anchor.setAttribute("aria-expanded", "false");
  if (inside) anchor.focus({ preventScroll: true });
}

function place(menu, anchor) {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = window.innerHeight - box.bottom - GAP;
  const top = below >= height || below >= box.top ? box.bottom + GAP : Math.max(GAP, box.top - GAP - height);
  menu.style.top = `${Math.max(GAP, Math.min(top, window.innerHeight - height - GAP))}px`;
  menu.style.left = `${Math.max(GAP, Math.min(box.left, window.innerWidth - width - 2 * GAP))}px`;
  menu.style.minWidth = `${Math.min(box.width, window.innerWidth - 4 * GAP)}px`;
}
