// The chat page: shows one person's chat with the bot and lets them write and tap.
// It talks to the sandbox's control interface only, as any other client may.

import { draw, make } from "./text.js";
import { locale, say, speak, word } from "./words.js";

const $ = (id) => document.getElementById(id);
const log = $("log");
const scroll = $("scroll");
const text = $("text");
const items = new Map();
let chatId = null;
let bot = { commands: [], description: "", name: "", username: "" };
let stream = null;
let tapped = new Map();
let busyUntil = 0;

const act = {
  send: (words) => write({ text: words }),
  open: (url) => {
    const found = url.match(/^https?:\/\/t\.me\/([\w]+)\?start=([\w-]{1,64})$/i);
    if (!found || found[1].toLowerCase() !== bot.username.toLowerCase()) return false;
    write({ text: `/start ${found[2]}` });
    return true;
  },
};

async function call(method, path, body) {
  const reply = await fetch(`/sandbox${path}`, {
    method,
    headers: { "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const answer = await reply.json();
  if (!reply.ok) throw Object.assign(new Error(answer.error), { status: reply.status });
  return answer;
}

/* ---------- the chat ---------- */

async function open(fresh = false) {
  stream?.close();
  const known = fresh ? null : sessionStorage.getItem("chat");
  let view = null;
  if (known) view = await call("GET", `/chats/${known}`).catch((error) => { if (error.status !== 404) throw error; return null; });
  if (!view) view = await call("POST", "/chats", { first_name: "Sam", language_code: $("language").value || null });
  chatId = view.chat.id;
  sessionStorage.setItem("chat", chatId);
  $("language").value = view.language_code ?? "";
  retell();
  log.replaceChildren();
  items.clear();
  log.setAttribute("aria-busy", "true");
  for (const message of view.messages) show(message, false);
  log.removeAttribute("aria-busy");
  present(view.bot);
  scroll.scrollTop = scroll.scrollHeight;
  listen(view.seq);
  const payload = new URLSearchParams(location.search).get("start");
  if (payload !== null) {
    history.replaceState(null, "", location.pathname);
    await write({ text: `/start ${payload}`.trim() });
  }
}

function listen(after) {
  stream = new EventSource(`/sandbox/chats/${chatId}/events?after=${after}`);
  stream.onmessage = (event) => happened(JSON.parse(event.data));
  stream.onopen = () => status();
  stream.onerror = () => {
    status("connecting");
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => open().catch(retry), 1000);
  };
}

function retry() {
  status("waiting");
  setTimeout(() => open().catch(retry), 1500);
}

function happened(event) {
  switch (event.kind) {
    case "message":
    case "edited": show(event.message, true); break;
    case "deleted": leave(event.message.message_id); break;
    case "answered": answered(event); break;
    case "action": busy(); break;
    case "profile":
    case "chat": refresh(); break;
  }
}

async function refresh() {
  const view = await call("GET", `/chats/${chatId}`);
  present(view.bot);
}

function present(seen) {
  bot = seen;
  $("bot-name").textContent = bot.name;
  $("avatar").textContent = [...bot.name][0] ?? "·";
  document.title = `${bot.name} · ${word("sandbox")}`;
  $("description").replaceChildren(draw(bot.description || word("no_description"), [], act));
  $("description").className = "text";
  empty();
}

function empty() {
  const none = items.size === 0;
  $("intro").hidden = !none;
  $("starter").hidden = !none;
  $("composer").hidden = none;
}

function status(key) {
  const now = Date.now() < busyUntil;
  say($("status"), key ?? (now ? "typing" : "bot"));
  $("status").classList.toggle("busy", Boolean(key) || now);
}

function busy() {
  busyUntil = Date.now() + 5000;
  status();
  setTimeout(() => status(), 5050);
}

/* ---------- messages ---------- */

const dayOf = (message) => new Date(message.date * 1000).toDateString();
const clock = (at) => at.toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit" });
const calendar = (at) => at.toLocaleDateString(locale(), { day: "numeric", month: "long" });
const kilobytes = (number) => number.toLocaleString(locale(), { style: "unit", unit: "kilobyte" });

/** Let a node say what depends on the language, now and whenever that changes. */
function telling(node, tell) {
  node.retell = () => tell(node);
  node.retell();
  node.classList.add("told");
  return node;
}

async function retell() {
  if (!await speak($("language").value)) return;
  for (const node of log.querySelectorAll(".told")) node.retell();
  present(bot);
}

function show(message, live) {
  const id = message.message_id;
  const before = items.get(id);
  const pinned = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  const mine = !message.from.is_bot;
  if (!mine) { busyUntil = 0; status(); }
  const node = build(message);
  if (before) {
    const held = before.contains(document.activeElement);
    before.replaceWith(node);
    node.classList.add("changed");
    if (held) node.querySelector(".bubble").focus({ preventScroll: true });
  } else {
    if (log.dataset.day !== dayOf(message) || items.size === 0) {
      log.dataset.day = dayOf(message);
      const day = make("div", { class: "day", dir: "auto" });
      const today = dayOf(message) === new Date().toDateString();
      log.append(today ? say(day, "today") : telling(day, () => { day.textContent = calendar(new Date(message.date * 1000)); }));
    }
    if (live) node.classList.add("fresh");
    log.append(node);
  }
  items.set(id, node);
  empty();
  if (live && (pinned || mine) && node === log.lastElementChild) {
    const tall = node.offsetHeight > scroll.clientHeight;
    if (tall) node.scrollIntoView({ block: "start" });
    else scroll.scrollTop = scroll.scrollHeight;
  }
}

function leave(id) {
  const node = items.get(id);
  items.delete(id);
  if (!node) return;
  node.classList.add("leaving");
  setTimeout(() => { node.remove(); if (!items.size) log.replaceChildren(); }, 170);
  empty();
}

function build(message) {
  const mine = !message.from.is_bot;
  const body = make("div", { class: "text" });
  const thing = standIn(message);
  if (thing) body.append(thing);
  const words = message.text ?? message.caption;
  if (words) body.append(draw(words, message.entities ?? message.caption_entities, act));
  const stamp = new Date(message.date * 1000);
  const meta = make("div", { class: "meta" });
  if (message.has_protected_content) meta.append(say(make("span", {}, "🔒"), "protected", "title"));
  if (message.edit_date) meta.append(say(make("span"), "edited"));
  const time = make("time", { datetime: stamp.toISOString(), dir: "auto" });
  meta.append(time);
  const bubble = telling(make("article", { class: "bubble", tabindex: "-1" }, body, meta), (node) => {
    time.textContent = clock(stamp);
    node.setAttribute("aria-label", `${mine ? word("you") : bot.name}, ${clock(stamp)}`);
  });
  const kinds = ["item", mine && "mine", message.sticker && "sticker-item", message.has_protected_content && "protected"];
  const node = make("div", { class: kinds.filter(Boolean).join(" ") }, bubble);
  const rows = message.reply_markup?.inline_keyboard;
  if (rows?.length) {
    node.classList.add("keyed");
    const drawn = rows.map((row) => make("div", { class: "keys-row" }, ...row.map((one) => key(message, one))));
    node.append(say(make("div", { class: "keys", role: "group" }, ...drawn), "buttons", "label"));
  }
  return node;
}

function key(message, button) {
  const kind = button.url ? "url" : button.copy_text ? "copy" : "tap";
  const node = make("button", { type: "button", dir: "auto", class: ["key", button.style].filter(Boolean).join(" ") }, button.text);
  if (kind === "url") node.append(say(make("span", { class: "mark" }, "↗"), "opens_link", "label"));
  if (kind === "copy") node.append(say(make("span", { class: "mark" }, "⧉"), "copies_text", "label"));
  node.addEventListener("click", () => {
    if (kind === "copy") copy(button.copy_text.text);
    else if (kind === "url") { if (!act.open(button.url)) window.open(button.url, "_blank", "noopener"); }
    else tap(message, button, node);
  });
  return node;
}

async function tap(message, button, node) {
  node.setAttribute("aria-busy", "true");
  try {
    const made = await call("POST", `/chats/${chatId}/taps`, { message_id: message.message_id, data: button.callback_data });
    tapped.set(made.query_id, node);
    setTimeout(() => settle(made.query_id), 15000);
  } catch (error) {
    node.removeAttribute("aria-busy");
    failed(error);
  }
}

function settle(id) {
  tapped.get(id)?.removeAttribute("aria-busy");
  tapped.delete(id);
}

function answered(event) {
  settle(event.query_id);
  // The answer may overtake the reply that names the tap.
  setTimeout(() => settle(event.query_id), 300);
  if (!event.text) return;
  if (!event.show_alert) { toast(event.text); return; }
  $("alert-text").textContent = event.text;
  if (!$("alert").open) $("alert").showModal();
}

function standIn(message) {
  const drawn = (kind, ...parts) => say(make("div", { class: `stand-in ${kind}`, role: "img" }, ...parts), kind, "label");
  const file = message.document;
  if (message.photo) return drawn("photo", "🏞️");
  if (message.location) return drawn("location", "📍");
  if (message.sticker) return drawn("sticker", message.sticker.emoji ?? "🙂");
  if (message.voice) return drawn("voice", "▶", make("span", { class: "wave" }), `0:0${message.voice.duration}`);
  if (file) {
    const size = Math.max(1, Math.round((file.file_size ?? 0) / 1024));
    const name = make("span", { class: "file-name" }, file.file_name ?? "");
    if (!file.file_name) say(name, "document");
    const label = make("span", {}, name, telling(make("small"), (node) => { node.textContent = kilobytes(size); }));
    const inside = [make("span", { class: "file-icon", "aria-hidden": "true" }, "↓"), label];
    if (!message.from.is_bot) return make("div", { class: "stand-in file" }, ...inside);
    return make("a", { class: "stand-in file", href: `/sandbox/files/${file.file_id}`, download: file.file_name }, ...inside);
  }
  const other = ["video", "video_note", "animation", "audio", "contact", "dice"].find((kind) => message[kind]);
  return other ? drawn(other, "[", say(make("span"), other), "]") : null;
}

/* ---------- writing ---------- */

async function write(body) {
  try {
    await call("POST", `/chats/${chatId}/messages`, body);
  } catch (error) {
    failed(error);
  }
}

function grow() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
}

$("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const words = text.value.trim();
  if (!words) return;
  text.value = "";
  grow();
  close();
  write({ text: words });
});

text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  $("composer").requestSubmit();
});

text.addEventListener("input", () => {
  grow();
  const typed = text.value.match(/^\/(\w*)$/);
  if (typed) offer(typed[1].toLowerCase());
  else close();
});

$("start").addEventListener("click", async () => {
  await write({ text: "/start" });
  text.focus();
});

/* ---------- popups ---------- */

function offer(begin = "") {
  const fitting = bot.commands.filter((one) => one.command.startsWith(begin));
  const buttons = fitting.map((one) => make("button", { type: "button", on: { click: () => choose(`/${one.command}`) } },
    make("span", { class: "slash" }, `/${one.command}`), make("span", { class: "what", lang: "", dir: "auto" }, one.description)));
  $("commands").replaceChildren(...(buttons.length ? buttons : [say(make("p", { class: "none" }), "no_command")]));
  $("commands").hidden = false;
  $("menu").setAttribute("aria-expanded", "true");
}

function choose(command) {
  text.value = "";
  grow();
  close();
  text.focus();
  write({ text: command });
}

function close() {
  for (const [popup, opener] of [["commands", "menu"], ["attachments", "attach"]]) {
    $(popup).hidden = true;
    $(opener).setAttribute("aria-expanded", "false");
  }
}

$("menu").addEventListener("click", () => {
  const wasOpen = !$("commands").hidden;
  close();
  if (wasOpen) return;
  offer();
  $("commands").querySelector("button")?.focus();
});

$("attach").addEventListener("click", () => {
  const wasOpen = !$("attachments").hidden;
  close();
  if (wasOpen) return;
  $("attachments").hidden = false;
  $("attach").setAttribute("aria-expanded", "true");
  $("attachments").querySelector("button").focus();
});

for (const button of $("attachments").querySelectorAll("button")) {
  button.addEventListener("click", () => {
    close();
    text.focus();
    const caption = text.value.trim();
    const takesCaption = ["photo", "voice", "document"].includes(button.dataset.kind);
    if (takesCaption && caption) { text.value = ""; grow(); }
    write({ kind: button.dataset.kind, caption: takesCaption ? caption : "" });
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const opener = !$("commands").hidden ? $("menu") : !$("attachments").hidden ? $("attach") : null;
  close();
  opener?.focus();
});

document.addEventListener("pointerdown", (event) => {
  if (!event.target.closest(".popup, #menu, #attach")) close();
});

/* ---------- the sandbox's own tools ---------- */

let toastTimer = 0;
function toast(words) {
  clearTimeout(toastTimer);
  $("toast").textContent = words;
  $("toast").hidden = false;
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, 2000 + words.length * 45);
}

function failed(error) {
  console.warn(error);
  toast(word("failed"));
}

async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
    toast(word("copied"));
  } catch {
    toast(words);
  }
}

$("language").addEventListener("change", async () => {
  retell();
  const view = await call("PATCH", `/chats/${chatId}`, { language_code: $("language").value || null });
  present(view.bot);
});

$("fresh").addEventListener("click", () => open(true).then(() => $("start").focus()));

const THEMES = { auto: "◐", light: "☀", dark: "☾" };
function dress(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  $("theme").textContent = THEMES[theme];
  say($("theme"), `theme_${theme}`, "label");
  say($("theme"), `theme_${theme}`, "title");
}
let theme = localStorage.getItem("theme") in THEMES ? localStorage.getItem("theme") : "auto";
dress(theme);
$("theme").addEventListener("click", () => {
  const names = Object.keys(THEMES);
  theme = names[(names.indexOf(theme) + 1) % names.length];
  localStorage.setItem("theme", theme);
  dress(theme);
});

open().catch(retry);
