"use strict";

/* Finding one of many profiles by typing. What is done with it stands in profiles-acts.js. */

const DRAWN_BEYOND = 10; // rows above and below those that are seen
const CHEROKEE = /[\u13a0-\u13fd]/;
const BLANKS = /[\s\x1c-\x1f\x85]+/;

/** What was read and what of it is found. The chosen one is known by its name: it stays, whatever else changes. */
const state = { rows: [], found: [], chosen: null, at: 0, height: 0, drawn: {}, busy: false };

const list = element("found");
const search = element("search");

/** Say something where a screen reader listens: once. */
function tell(id, text) {
  if (element(id).textContent !== text) element(id).textContent = text;
}

/* Reading and finding */

async function refresh() {
  const asked = state.asked = Symbol("asked");
  const { profiles, problems, default_profile, default_is_production, undoable } = await ask("profiles");
  if (state.asked !== asked) return;
  for (const row of profiles) [row.folded] = row.searched.split("\n", 1);
  state.rows = profiles;
  const told = default_profile === null ? "NO_DEFAULT" : default_is_production ? "DEFAULT_PRODUCTION_IS" : "DEFAULT_IS";
  put(element("default-is"), told, { name: default_profile ?? "" });
  element("undo").hidden = !undoable;
  element("problems").hidden = problems.length === 0;
  element("problems").replaceChildren(...problems.map(({ title, hint }) =>
    make("li", {}, make("strong", { textContent: title }), make("span", { textContent: hint }))));
  if (profiles.length > 0) element("finder").hidden = false; // and it stays: a file that is being written is soon whole
  const { at, height } = state;
  const top = list.scrollTop;
  const seen = at * height >= top && (at + 1) * height <= top + list.clientHeight;
  const kept = narrow();
  // Where the chosen row is seen, it stays under the eyes; else the place that somebody has scrolled to does.
  if (kept >= 0 && seen) list.scrollTop = top + (kept - at) * height;
  choose(kept >= 0 ? kept : at, { scroll: kept < 0 || seen });
}

/** Find what was typed. Gives where the chosen profile is then; -1 where it is not found. */
function narrow() {
  state.found = narrowed(state.rows, search.value);
  const none = state.found.length === 0;
  list.hidden = element("chosen").hidden = none;
  search.setAttribute("aria-expanded", String(!none));
  const [count, total] = [state.found.length, state.rows.length];
  tell("count", count === total ? say("COUNT", { count }) : none ? say("NOTHING_HOLDS") : say("FOUND", { count, total }));
  return state.found.findIndex(({ name }) => name === state.chosen);
}

function typed() {
  narrow();
  list.scrollTop = 0;
  choose(0);
}

/* What is found, and in which order: as `_narrowed` of tray/core/picking.py, so that page and terminal find alike */

/** Fold a letter as Python's str.casefold does: by its capital, since some small letters have none but that in common. */
function foldLetter(letter) {
  const capital = letter.toLowerCase().toUpperCase();
  if (letter === "\u0131") return letter;
  if (CHEROKEE.test(capital)) return capital;
  return [...capital].map((each) => each.toLowerCase()).join("");
}

const fold = (text) => (/^[\x00-\x7f]*$/.test(text) ? text.toLowerCase() : [...text].map(foldLetter).join(""));

/** Give the rows that hold every word; names that begin with what was typed come first, then those that hold it. */
function narrowed(rows, typed) {
  const words = fold(typed).split(BLANKS).filter(Boolean);
  if (words.length === 0) return rows;
  const ranks = [[], [], [], []];
  for (const row of rows) {
    if (words.every((word) => row.searched.includes(word))) ranks[rank(row.folded, words)].push(row);
  }
  return ranks.flat();
}

function rank(name, words) {
  if (name.startsWith(words[0])) return name === words[0] ? 0 : 1;
  return words.every((word) => name.includes(word)) ? 2 : 3;
}

/* Showing: of thousands of rows only those are drawn that are seen, and some beyond */

function choose(at, { scroll = true } = {}) {
  state.at = Math.min(Math.max(at, 0), Math.max(state.found.length - 1, 0));
  const row = state.found[state.at];
  if (row && row.name !== state.chosen) {
    state.chosen = row.name;
    tell("said", "");
    element("by-hand").hidden = true;
  }
  if (row && scroll) {
    state.height ||= measured();
    const top = state.at * state.height;
    const room = list.clientHeight - state.height;
    resize(state.found.length);
    if (top < list.scrollTop) list.scrollTop = top;
    else if (top - room > list.scrollTop) list.scrollTop = top - room;
  }
  draw();
  if (row) show(row);
}

/** Let the list be as long as so many rows, so that it scrolls as if all of them were drawn. */
function resize(count) {
  element("all").style.height = `${count * state.height}px`;
}

function measured() {
  const row = drawnRow(state.found[0], 0);
  element("all").append(row);
  const { height } = row.getBoundingClientRect();
  row.remove();
  return height;
}

function draw() {
  const { found, at } = state;
  if (found.length === 0) {
    element("all").replaceChildren();
    state.drawn = {};
    search.removeAttribute("aria-activedescendant");
    return;
  }
  state.height ||= measured();
  resize(found.length);
  const first = Math.max(Math.floor(list.scrollTop / state.height) - DRAWN_BEYOND, 0);
  const last = Math.min(Math.ceil((list.scrollTop + list.clientHeight) / state.height) + DRAWN_BEYOND, found.length);
  // A screen reader is led to the chosen row, wherever it is.
  const apart = at < first || at >= last ? at : null;
  const before = state.drawn;
  if (before.found !== found || before.first !== first || before.last !== last || before.apart !== apart) {
    state.drawn = { found, first, last, apart };
    const rows = found.slice(first, last).map((row, index) => drawnRow(row, first + index));
    element("all").replaceChildren(...rows, ...(apart === null ? [] : [drawnRow(found[apart], apart)]));
  }
  // Rows stay what they are while one is clicked, so that the second click is on the same.
  for (const row of element("all").children) row.setAttribute("aria-selected", String(Number(row.dataset.index) === at));
  search.setAttribute("aria-activedescendant", `row-${at}`);
}

function drawnRow(row, index) {
  const name = make("span", { className: "name" }, foreign(row.shown), ...tags(row));
  const drawn = make("div", { className: "row", id: `row-${index}`, role: "option" }, name,
    ...["account", "role", "sign_in"].map((key) => make("span", { className: key }, foreign(row[key]))));
  drawn.style.top = `${index * state.height}px`;
  drawn.dataset.index = index;
  drawn.setAttribute("aria-setsize", state.found.length);
  drawn.setAttribute("aria-posinset", index + 1);
  return drawn;
}

function tags({ is_default, is_production, in_terminal }) {
  const shown = [[is_default, say("IS_DEFAULT"), "in-force"], [in_terminal, say("BY_VARIABLE"), "in-force"],
    [is_production, say("IS_PRODUCTION"), "production"]];
  return shown.filter(([so]) => so).map(([, text, kind]) => make("span", { className: `tag ${kind}`, textContent: text }));
}

/** Tell all of the chosen profile: a row shows what fits. */
function show(row) {
  element("chosen-name").replaceChildren(foreign(row.shown));
  const details = [["ACCOUNT", row.account], ["ROLE", row.role], ["SIGN_IN", row.sign_in], ["REGION", row.region]];
  element("chosen-details").replaceChildren(...details.filter(([, text]) => text).map(([key, text]) =>
    make("div", {}, make("dt", { textContent: say(key) }), make("dd", {}, foreign(text)))));
  element("console").disabled = !row.has_console;
}
