// The page's own words in the language picked in its menu. Their English stands in index.html,
// and is shown until the sandbox has told the others, or where it has none.

const PLACES = {
  word: [(node) => node.textContent, (node, text) => { node.textContent = text; }],
  label: [(node) => node.getAttribute("aria-label"), (node, text) => node.setAttribute("aria-label", text)],
  hint: [(node) => node.placeholder, (node, text) => { node.placeholder = text; }],
  title: [(node) => node.title, (node, text) => { node.title = text; }],
};

const english = {};
for (const root of [document.getElementById("later").content, document]) {
  each(root, (node, key, [read]) => { english[key] ??= read(node); });
}

let told = { locale: "en", direction: "ltr", words: {} };
let asked = 0;

function each(root, visit) {
  for (const [place, how] of Object.entries(PLACES)) {
    for (const node of root.querySelectorAll(`[data-${place}]`)) visit(node, node.dataset[place], how);
  }
}

export const word = (key) => told.words[key] ?? english[key];
export const locale = () => told.locale;

/** Let a node say a word at a place (word, label, hint or title), now and in each later language. */
export function say(node, key, place = "word") {
  node.dataset[place] = key;
  PLACES[place][1](node, word(key));
  return node;
}

/** Put the page into a language (a code, or "" for none); resolves to whether it was changed. */
export async function speak(language) {
  asked += 1;
  const mine = asked;
  const reply = await fetch(`/page/words.json?language=${encodeURIComponent(language)}`).catch(() => null);
  if (!reply?.ok) return false;
  const words = await reply.json();
  if (mine !== asked) return false;
  told = words;
  document.documentElement.lang = told.locale;
  document.documentElement.dir = told.direction;
  each(document, (node, key, [, write]) => write(node, word(key)));
  return true;
}
