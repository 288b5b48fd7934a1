// The one way the page makes elements: text becomes text nodes, never markup.

export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.replace(/^on/, ""), value);
    else if (name === "data") assignData(node, value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat(Infinity).filter(isShown));
  return node;
}

function assignData(node, data) {
  for (const [name, value] of Object.entries(data)) {
    if (value !== undefined && value !== null) node.dataset[name] = value;
  }
}

function isShown(child) {
  return child !== undefined && child !== null && child !== false && child !== "";
}

let lastId = 0;

export function freshId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

const OPEN_SCHEMES = new Set(["http:", "https:", "mailto:"]);

/** The address if a browser may follow it, else null: `javascript:` and its like never become links. */
export function safeUrl(text) {
  if (typeof text !== "string" || text.trim() === "") return null;
  try {
    const url = new URL(text, location.href);
    const relative = !/^[a-z][a-z0-9+.-]*:/i.test(text.trim());
    if (relative && !text.startsWith("/")) return null;
    return OPEN_SCHEMES.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

export function link(url, ...children) {
  return el("a", { class: "link", href: url, target: "_blank", rel: "noopener noreferrer" }, ...children);
}
