// A Telegram text with its entities becomes DOM: one block per paragraph, each with its own
// direction. Entity offsets count UTF-16 units, as JavaScript strings do.

import { say } from "./words.js";

const STYLES = new Set(["bold", "italic", "underline", "strikethrough"]);
const QUOTES = new Set(["blockquote", "expandable_blockquote"]);
const FOLDED_LINES = 3;

const STRONG = /[A-Za-z\u00c0-\u058f\u0900-\u1fff\u3040-\ud7ff]|([\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc])/;

/** The direction of the first letter that has one, as dir=auto would find it. */
const direction = (words) => (words.match(STRONG)?.[1] ? "rtl" : "ltr");
const end = (entity) => entity.offset + entity.length;
const overlaps = (entity, from, to) => entity.offset < to && end(entity) > from;

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

/** Draw a text; `act` says what happens on a command: act.send(text), act.open(url). */
export function draw(text, entities = [], act = {}) {
  const blocks = entities
    .filter((entity) => QUOTES.has(entity.type) || entity.type === "pre")
    .filter((entity, _, all) => !all.some((outer) => outer !== entity && QUOTES.has(outer.type) && overlaps(outer, entity.offset, end(entity))))
    .sort((a, b) => a.offset - b.offset);
  const out = document.createDocumentFragment();
  let at = 0;
  for (const block of blocks) {
    if (block.offset > at) out.append(...paragraphs(text, at, block.offset, entities, act, true));
    out.append(block.type === "pre" ? preformatted(text, block) : quotation(text, block, entities, act));
    at = end(block);
    if (text[at] === "\n") at += 1;
  }
  if (at < text.length) out.append(...paragraphs(text, at, text.length, entities, act, false));
  return out;
}

function preformatted(text, block) {
  return make("pre", { dir: "auto" }, text.slice(block.offset, end(block)));
}

function quotation(text, block, entities, act) {
  const inside = entities.filter((entity) => entity !== block);
  const lines = paragraphs(text, block.offset, end(block), inside, act, false);
  const quoted = make("div", { class: "quoted" }, ...lines);
  // dir=auto looks past paragraphs that have a dir of their own, so it is worked out here.
  const quote = make("blockquote", { dir: direction(text.slice(block.offset, end(block))) }, quoted);
  const long = lines.length > FOLDED_LINES || block.length > 150;
  if (block.type === "expandable_blockquote" && long) {
    quote.classList.add("folded");
    const toggle = say(make("button", { type: "button", class: "unfold", "aria-expanded": "false" }), "unfold");
    toggle.addEventListener("click", () => {
      const folded = quote.classList.toggle("folded");
      toggle.setAttribute("aria-expanded", String(!folded));
      say(toggle, folded ? "unfold" : "fold");
    });
    quote.append(toggle);
  }
  return quote;
}

function paragraphs(text, from, to, entities, act, beforeBlock) {
  const nodes = [];
  let at = from;
  const stop = beforeBlock && text[to - 1] === "\n" ? to - 1 : to;
  while (at <= stop) {
    let line = text.indexOf("\n", at);
    if (line < 0 || line > stop) line = stop;
    const empty = line === at;
    const node = make("p", { dir: "auto", class: empty ? "gap" : undefined });
    if (!empty) node.append(...inline(text, at, line, entities, act));
    nodes.push(node);
    at = line + 1;
  }
  return nodes;
}

function inline(text, from, to, entities, act) {
  const whole = entities
    .filter((entity) => !STYLES.has(entity.type) && !QUOTES.has(entity.type) && entity.type !== "pre")
    .filter((entity) => overlaps(entity, from, to))
    .sort((a, b) => a.offset - b.offset || b.length - a.length);
  const nodes = [];
  let at = from;
  for (const entity of whole) {
    const start = Math.max(entity.offset, at);
    const stop = Math.min(end(entity), to);
    if (start >= stop) continue;
    nodes.push(...styled(text, at, start, entities));
    const node = wrapper(entity, text.slice(entity.offset, end(entity)), act);
    node.append(...styled(text, start, stop, entities));
    nodes.push(node);
    at = stop;
  }
  nodes.push(...styled(text, at, to, entities));
  return nodes;
}

function styled(text, from, to, entities) {
  const styles = entities.filter((entity) => STYLES.has(entity.type) && overlaps(entity, from, to));
  const cuts = [from, to, ...styles.flatMap((entity) => [entity.offset, end(entity)])]
    .filter((cut) => cut >= from && cut <= to)
    .sort((a, b) => a - b);
  const nodes = [];
  for (let i = 0; i + 1 < cuts.length; i += 1) {
    const [start, stop] = [cuts[i], cuts[i + 1]];
    if (start === stop) continue;
    const names = styles.filter((entity) => overlaps(entity, start, stop)).map((entity) => entity.type);
    const piece = text.slice(start, stop);
    if (!names.length) nodes.push(document.createTextNode(piece));
    else nodes.push(make(names.includes("bold") ? "b" : names.includes("italic") ? "i" : "span", { class: names.join(" ") }, piece));
  }
  return nodes;
}

function wrapper(entity, words, act) {
  switch (entity.type) {
    case "code": return make("code");
    case "spoiler": return spoiler();
    case "text_link": return link(entity.url, act);
    case "url": return link(/^\w+:\/\//.test(words) ? words : `http://${words}`, act);
    case "email": return make("a", { href: `mailto:${words}` });
    case "bot_command":
      return make("button", { type: "button", class: "command", on: { click: () => act.send?.(words) } });
    default: return make("span", { class: entity.type });
  }
}

function link(url, act) {
  const node = make("a", { href: url, target: "_blank", rel: "noopener noreferrer", title: url });
  node.addEventListener("click", (event) => { if (act.open?.(url)) event.preventDefault(); });
  return node;
}

function spoiler() {
  const node = say(make("span", { class: "spoiler", role: "button", tabindex: "0" }), "hidden", "label");
  const show = () => {
    node.classList.add("shown");
    for (const name of ["role", "tabindex", "data-label", "aria-label"]) node.removeAttribute(name);
  };
  node.addEventListener("click", show);
  node.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); show(); } });
  return node;
}
