"use strict";
// News from the files, facts behind a sentence, copying. Every page works without this file, too.

const live = document.getElementById("live");
const card = document.getElementById("facts-card");

// --- news: the page is fetched again and what differs is put in place ---

let version = document.body.dataset.version;
let refreshing = false;

async function refresh(wanted) {
  if (refreshing) return;
  refreshing = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    version = fresh.body.dataset.version;
    swap("news", fresh);
    if (typing()) live.textContent = "The files changed; this page is older";
    else { swap("main", fresh); live.textContent = "Up to date"; }
    document.body.dataset.version = version;
  } finally {
    refreshing = false;
  }
  if (wanted !== version && wanted > version) refresh(wanted);
}

function typing() {
  const field = document.activeElement;
  return field?.matches("main input:not([type=checkbox]), main textarea") ?? false;
}

function swap(id, fresh) {
  const old = document.getElementById(id);
  const next = document.importNode(fresh.getElementById(id), true);
  const focus = describe(document.activeElement, old);
  const closed = new Set();
  for (const one of old.querySelectorAll("details[id]")) {
    const twin = next.querySelector(`#${CSS.escape(one.id)}`);
    if (twin) twin.open = one.open;
    if (!one.open) closed.add(one.id);
  }
  const scrolled = [...old.querySelectorAll(".phone, .known, .source, .code, .scroll")].map((e) => [e.scrollTop, e.scrollLeft]);
  old.replaceWith(next);
  [...next.querySelectorAll(".phone, .known, .source, .code, .scroll")].forEach((e, n) => {
    if (scrolled[n]) [e.scrollTop, e.scrollLeft] = scrolled[n];
  });
  if (focus) next.querySelector(focus)?.focus({ preventScroll: true });
}

function describe(element, inside) {
  if (!element || !inside.contains(element) || element === inside) return null;
  if (element.name) return `[name="${CSS.escape(element.name)}"]`;
  const href = element.getAttribute("href");
  return href ? `a[href="${CSS.escape(href)}"]` : null;
}

const events = new EventSource("/events");
events.onopen = () => { live.textContent = "Watching the files"; };
events.onerror = () => { live.textContent = "The studio does not answer"; };
events.onmessage = (event) => { if (event.data !== version) refresh(event.data); };

// --- pickers: a choice shows at once ---

document.addEventListener("change", (event) => {
  const form = event.target.closest("form.pickers");
  if (form && event.target.matches("select, [type=checkbox]") && form.checkValidity()) form.requestSubmit();
});

// --- facts behind a sentence, on hover and by keyboard ---

function show(cite) {
  card.replaceChildren();
  for (const name of cite.dataset.facts.split(" ")) {
    const fact = document.getElementById(`fact-${name}`);
    if (!fact) continue;
    const copy = document.createElement("div");
    copy.innerHTML = fact.innerHTML;
    copy.querySelectorAll("a").forEach((link) => link.replaceWith(...link.childNodes));
    card.append(copy);
  }
  if (!card.childElementCount) return;
  card.hidden = false;
  cite.setAttribute("aria-describedby", "facts-card");
  const at = cite.getBoundingClientRect();
  const box = card.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left, innerWidth - box.width - 8));
  const below = at.bottom + 6 + box.height < innerHeight || at.top < box.height + 12;
  card.style.left = `${left + scrollX}px`;
  card.style.top = `${(below ? at.bottom + 6 : at.top - box.height - 6) + scrollY}px`;
}

function hide() {
  card.hidden = true;
  document.querySelector("[aria-describedby=facts-card]")?.removeAttribute("aria-describedby");
}

const citeOf = (target) => target.closest?.(".cite") ?? target.closest?.(".said")?.querySelector(".cite");
document.addEventListener("pointerover", (event) => { const cite = citeOf(event.target); cite ? show(cite) : hide(); });
document.addEventListener("focusin", (event) => { const cite = event.target.closest(".cite"); cite ? show(cite) : hide(); });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });

// --- copying ---

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    live.textContent = "Copied";
  } catch {
    live.textContent = "The browser did not let the studio copy";
  }
});
