"use strict";

const POLL_MILLISECONDS = 300;
const STEPS = ["details", "work", "choose", "names", "done"];
const SEARCH_MILLISECONDS = 3000;
const ALIVE_MILLISECONDS = 60_000;
const OTHER_REGION = "other";

/** The answers that the page has got, and what was chosen on it. */
const state = { step: "", known: [], boxes: [], code: false, picks: [], names: new Map(), stamp: "", looked: "" };

function show(step) {
  state.step = step;
  const current = STEPS.indexOf(step);
  for (const [index, name] of STEPS.entries()) {
    element(name).hidden = name !== step;
    const mark = document.querySelector(`.steps [data-step=${name}]`);
    mark.classList.toggle("past", index < current || step === "done");
    if (index === current) mark.setAttribute("aria-current", "step");
    else mark.removeAttribute("aria-current");
  }
  const heading = element(step).querySelector("h2");
  heading.focus({ preventScroll: true });
  window.scrollTo(0, 0);
}

/* Details */

function showPlaceholders() {
  const names = ["role", "account_name", "account_id", "session"];
  const shown = names.map((name) => [name, make("code", { textContent: `{${name}}` })]);
  put(element("name_pattern-hint"), "PATTERN_HINT", Object.fromEntries(shown));
}

async function begin() {
  showPlaceholders();
  const { given, known, likely, regions, scopes, written } = await ask("details");
  if (written) return showWritten(written);
  offerRegions(likely, regions);
  for (const name of ["session", "start_url", "scopes"]) element(name).value = given[name] ?? "";
  element("scopes").value ||= scopes;
  if (given.region) chooseRegion(given.region, "");
  else if (likely.length) {
    chooseRegion(likely[0].code, say("REGION_TAKEN"));
  }
  const fresh = given.session || given.start_url;
  const chosen = known.some(({ name }) => name === given.session) ? given.session : fresh ? "" : known[0]?.name ?? "";
  showKnown(known, chosen);
  show("details");
  if (given.start_url) await look(true);
}

/** Offer the sign-ins that are there, one of them chosen. */
function showKnown(known, chosen) {
  state.known = known;
  const choices = [...known, { name: "", title: say("ANOTHER_SIGN_IN"), start_url: say("ANOTHER_HINT") }];
  element("known-list").replaceChildren(...choices.map(({ name, title, start_url }) => {
    const radio = make("input", { type: "radio", name: "known", value: name, checked: name === chosen });
    return make("label", { className: "choice" }, radio,
      make("span", {}, make("strong", {}, foreign(title ?? name)), make("span", { textContent: start_url })));
  }));
  element("known").hidden = known.length === 0;
  knownChanged();
}

/** The config has changed outside: show what is there now, and leave what was typed and chosen. */
async function refresh() {
  if (life.finished || state.written) return;
  if (state.step === "details") {
    const { known } = await ask("details");
    if (JSON.stringify(known) === JSON.stringify(state.known)) return;
    const chosen = knownSession();
    const focused = element("known-list").contains(document.activeElement);
    showKnown(known, known.some(({ name }) => name === chosen) ? chosen : "");
    if (focused) document.querySelector("input[name=known]:checked").focus();
  }
  if (state.step === "choose") await showDirectory();
  if (state.step === "names") await preview();
}

function offerRegions(likely, regions) {
  const option = ({ code, name }) => make("option", { value: code, textContent: name });
  const group = (label, list) => make("optgroup", { label }, ...list.map(option));
  element("region").replaceChildren(
    make("option", { value: "", textContent: say("REGION_CHOOSE") }),
    ...(likely.length ? [group(say("REGIONS_LIKELY"), likely)] : []),
    group(say("REGIONS_ALL"), regions),
    make("option", { value: OTHER_REGION, textContent: say("REGION_OTHER") }),
  );
  element("profile-regions").replaceChildren(
    ...regions.map(({ code, name }) => make("option", { value: code, label: name })));
  state.regions = new Map([...likely, ...regions].map(({ code, name }) => [code, name]));
}

function chooseRegion(code, hint) {
  const field = element("region");
  field.value = code;
  if (field.value !== code) {
    field.value = OTHER_REGION;
    element("region_other").value = code;
  }
  regionChanged();
  if (hint) element("region-hint").textContent = hint;
}

instead.region = () => (element("region").value === OTHER_REGION ? element("region_other") : null);

function regionChanged() {
  element("region_other-field").hidden = element("region").value !== OTHER_REGION;
  element("region-hint").textContent = say("REGION_HINT");
}

const region = () => element(element("region").value === OTHER_REGION ? "region_other" : "region").value.trim();

const knownSession = () => document.querySelector("input[name=known]:checked")?.value ?? "";

function knownChanged() {
  element("new-session").hidden = knownSession() !== "";
}

/** Find the region that a start URL names, or its page, so that nobody has to know it. The person sees it, and may change it. */
function look(withPage) {
  const start_url = element("start_url").value;
  if (knownSession() || !start_url.trim() || state.looked === start_url) return undefined;
  const { search } = state;
  if (search?.start_url === start_url && (search.withPage || !withPage)) return search.done;
  return startSearch(start_url, withPage);
}

function startSearch(start_url, withPage) {
  const search = state.search = { start_url, withPage };
  search.done = searched(search).finally(() => {
    if (state.search === search) state.search = undefined;
  });
  return search.done;
}

async function searched(search) {
  const until = performance.now() + SEARCH_MILLISECONDS;
  let found;
  do {
    found = await act("look", { start_url: search.start_url, ask: search.withPage });
    if (state.search !== search) return;
    if (found.under_way) element("region-hint").textContent = say("REGION_ASKED");
  } while (found.under_way && performance.now() < until);
  if (found.region) chooseRegion(found.region.code, say(found.by === "start URL" ? "REGION_BY_URL" : "REGION_BY_PAGE", { region: found.region.name }));
  else if (search.withPage) element("region-hint").textContent = say("REGION_HINT");
  if (found.region || search.withPage) state.looked = search.start_url;
}

function details() {
  if (knownSession()) return { session: knownSession() };
  return { session: element("session").value, start_url: element("start_url").value, region: region(), scopes: element("scopes").value };
}

/* Signing in and listing */

async function signIn(withCode) {
  state.code = withCode;
  const missing = (name) => {
    if (!knownSession() && !(name === "region" ? region() : element(name).value.trim())) {
      throw new Problem({ ...message("FILL_IN"), question: name });
    }
  };
  for (const name of ["session", "start_url"]) missing(name);
  const before = region();
  await look(true);
  if (!knownSession() && region() !== before) {
    element("region").focus(); // it is agreed to by going on
    return;
  }
  missing("region");
  const { session } = await act("sign-in", { ...details(), device_code: withCode });
  state.session = session;
  showProgress({ step: "starting" });
  show("work");
  const attempt = state.attempt = Symbol("attempt");
  while (state.attempt === attempt && state.step === "work") {
    const progress = await ask("progress");
    if (state.attempt !== attempt || state.step !== "work") return;
    if (progress.step === "listed") return choose();
    showProgress(progress);
    if (progress.step === "failed") {
      if (progress.question) show("details");
      throw new Problem(progress);
    }
    await pause(POLL_MILLISECONDS);
  }
}

function showProgress({ step, url, code, done, of }) {
  const bar = element("work-bar");
  const waits = step === "signing-in";
  const [title, text] = {
    starting: () => [say("STARTING"), say("STARTING_HINT", { sign_in: state.session })],
    "signing-in": () => [say("WAITING"), say(code ? "WAITING_CODE_HINT" : "WAITING_HINT")],
    listing: () => [say("LISTING"), say("LISTING_HINT")],
    failed: () => [say("FAILED"), ""],
  }[step]();
  if (element("work-title").textContent !== title) element("work-title").textContent = title;
  element("work-text").textContent = text;
  element("work-code").hidden = !(waits && code);
  element("work-code").textContent = code ?? "";
  element("work-link").hidden = !waits;
  if (waits && /^https?:\/\//.test(url)) element("work-link").href = url;
  element("work-with-code").hidden = !(waits && !code);
  element("work-hint").hidden = !waits || Boolean(knownSession());
  put(element("work-hint"), "MAYBE_REGION", { region: state.regions.get(region()) ?? region() });
  element("work-again").hidden = step !== "failed";
  bar.hidden = step === "failed";
  if (of) Object.assign(bar, { max: of, value: done });
  else bar.removeAttribute("value");
  element("work-count").textContent = of ? say("LISTED", { done, count: of }) : "";
}

/* Choosing */

async function choose() {
  element("search").value = "";
  state.boxes = [];
  state.directory = "";
  await showDirectory();
  show("choose");
}

/** Show every role, unless that is shown already; those that were chosen before stay so. */
async function showDirectory() {
  const directory = await ask("directory");
  const told = JSON.stringify([directory.accounts, directory.present]);
  if (state.directory === told) return;
  state.directory = told;
  const focused = state.boxes.find(({ box }) => box === document.activeElement);
  const before = new Set(state.boxes.filter(({ box }) => box.checked && !box.disabled).map(({ pick }) => key(pick)));
  const { accounts, present, pattern, lower_case, region, length_hours } = directory;
  element("name_pattern").value ||= pattern;
  element("lower_case").checked ||= lower_case;
  element("profile_region").value ||= region;
  beginLength(length_hours);
  const there = new Map(present.map(([id, role, name]) => [`${id} ${role}`, name]));
  state.boxes = [];
  element("accounts").replaceChildren(...accounts.map(({ id, name, roles }) => {
    const row = make("div", { className: "account" });
    const pills = roles.map((role) => {
      const already = there.get(`${id} ${role}`);
      const box = make("input", { type: "checkbox", checked: already !== undefined || before.has(key([id, role])), disabled: already !== undefined });
      const pill = make("label", { className: "role" }, box, make("span", { textContent: role }));
      if (already !== undefined) {
        pill.title = say("ALREADY", { profile: already });
        pill.append(put(make("span", { className: "there" }), "SET_UP_AS", { profile: already }));
      }
      state.boxes.push({ box, pill, row, pick: [id, role], account: name, text: `${name} ${id} ${role}`.toLowerCase() });
      return pill;
    });
    const list = make("div", { className: "roles", role: "group" }, ...pills);
    list.setAttribute("aria-label", `${name} ${id}`);
    row.append(make("div", { className: "who" }, make("strong", {}, foreign(name)), make("span", { textContent: id })), list);
    return row;
  }));
  narrow();
  if (focused) state.boxes.find(({ pick }) => key(pick) === key(focused.pick))?.box.focus();
}

function narrow() {
  const words = element("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const shown = new Set();
  for (const entry of state.boxes) {
    const matches = words.every((word) => entry.text.includes(word));
    if (entry.pill.hidden === matches) entry.pill.hidden = !matches;
    if (matches) shown.add(entry.row);
  }
  for (const row of element("accounts").children) {
    if (row.hidden === shown.has(row)) row.hidden = !shown.has(row);
  }
  count();
}

function count() {
  const shown = state.boxes.filter(({ pill }) => !pill.hidden);
  const chosen = state.boxes.filter(({ box }) => box.checked && !box.disabled);
  const there = state.boxes.filter(({ box }) => box.disabled).length;
  const every = shown.length === state.boxes.length;
  const key = every ? (there ? "CHOSEN_SOME_THERE" : "CHOSEN") : there ? "SHOWN_SOME_THERE" : "SHOWN";
  element("count").textContent = say(key, { count: state.boxes.length, shown: shown.length, chosen: chosen.length, there });
  element("to-names").disabled = chosen.length === 0;
}

function selectShown(checked) {
  for (const { box, pill } of state.boxes) if (!pill.hidden && !box.disabled) box.checked = checked;
  count();
}

/* What a person can do */

const ACTS = {
  "leave": async () => {
    finishPage();
    await act("leave");
    finish(message("CANCELLED"));
  },
  "finish": async () => {
    finishPage();
    await act("leave");
    element("next").hidden = true;
    element("done-hint").textContent = say("CLOSE_TAB");
  },
  "back-to-details": async () => {
    state.attempt = null;
    show("details");
    await act("stop");
  },
  "back-to-choose": async () => show("choose"),
};

onSubmit("details-form", () => signIn(false));
onSubmit("choose-form", () => toNames());
for (const button of document.querySelectorAll("[data-act]")) {
  button.addEventListener("click", () => run(ACTS[button.dataset.act]));
}
element("known-list").addEventListener("change", knownChanged);
element("start_url").addEventListener("input", afterTyping(() => look(false)));
element("start_url").addEventListener("change", () => run(() => look(true)));
element("region").addEventListener("change", regionChanged);
element("work-again").addEventListener("click", () => run(() => signIn(state.code)));
element("work-with-code").addEventListener("click", () => run(() => signIn(true)));
element("search").addEventListener("input", narrow);
element("accounts").addEventListener("change", count);
element("all").addEventListener("click", () => selectShown(true));
element("none").addEventListener("click", () => selectShown(false));
element("search").addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault();
});

// While somebody is here the program stays, however long the choosing takes.
let alive = Date.now();
for (const kind of ["input", "click", "scroll"]) {
  document.addEventListener(kind, () => {
    if (!life.ended && !life.finished && Date.now() - alive > ALIVE_MILLISECONDS) {
      alive = Date.now();
      run(() => ask("details"));
    }
  }, { capture: true, passive: true });
}

