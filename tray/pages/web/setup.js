"use strict";

const POLL_MILLISECONDS = 300;
const TYPING_MILLISECONDS = 150;
const ALIVE_MILLISECONDS = 60_000;
const STEPS = ["details", "work", "choose", "names", "done"];
const FIELDS = ["session", "start_url", "region", "scopes", "name_pattern", "profile_region", "length_hours"];
const SEARCH_MILLISECONDS = 3000;
const OTHER_REGION = "other";

const element = (id) => document.getElementById(id);
const csrf = document.querySelector("meta[name=csrf-token]").content;

/** The answers that the page has got, and what was chosen on it. */
const state = {
  step: "", known: [], boxes: [], code: false, picks: [], names: new Map(), stamp: "", ended: false, looked: "",
};

class Problem extends Error {
  constructor({ title, hint, question }) {
    super(title);
    this.hint = hint;
    this.question = question;
  }
}

/* Asking the program */

async function ask(path, body) {
  const options = body === undefined
    ? { cache: "no-store" }
    : { method: "POST", headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf }, body: JSON.stringify(body) };
  let answer;
  try {
    answer = await fetch(path, { ...options, redirect: "error" });
  } catch {
    state.ended = true;
    throw new Problem({ title: "The set-up has ended.", hint: "Start it again from the tray, or with: sso-tray setup --page" });
  }
  if (answer.status === 422) throw new Problem(await answer.json());
  if (!answer.ok) throw new Problem({ title: "The set-up did not understand this page.", hint: "Load it again." });
  return answer.json();
}

/** Run an action of the person; what goes wrong is shown. */
async function act(action) {
  clearProblems();
  try {
    await action();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    showProblem(problem);
  }
}

function clearProblems() {
  element("problem").hidden = true;
  for (const field of FIELDS) {
    element(`${field}-error`).hidden = true;
    element(field).removeAttribute("aria-invalid");
  }
}

function showProblem(problem) {
  const input = problem.question && element(problem.question);
  if (input && input.offsetParent !== null) {
    const words = element(`${problem.question}-error`);
    words.textContent = `${problem.message}. ${problem.hint}`.trim();
    words.hidden = false;
    input.setAttribute("aria-invalid", "true");
    (problem.question === "region" && input.value === OTHER_REGION ? element("region_other") : input).focus();
    return;
  }
  element("problem-title").textContent = problem.message;
  element("problem-hint").textContent = problem.hint;
  element("problem").hidden = false;
  element("problem").scrollIntoView({ block: "nearest" });
}

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

const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** A name that others chose: whatever its writing direction, it leaves what stands beside it alone. */
const foreign = (text) => make("bdi", { textContent: text });

/* Details */

async function begin() {
  const { given, known, likely, regions, scopes, written } = await ask("details");
  if (written) return showWritten(written);
  state.known = known;
  offerRegions(likely, regions);
  for (const name of ["session", "start_url", "scopes"]) element(name).value = given[name] ?? "";
  element("scopes").value ||= scopes;
  if (given.region) chooseRegion(given.region, "");
  else if (likely.length) {
    chooseRegion(likely[0].code, "Taken from your other settings: change it if your Identity Center is elsewhere.");
  }
  const fresh = given.session || given.start_url;
  const chosen = known.some(({ name }) => name === given.session) ? given.session : fresh ? "" : known[0]?.name ?? "";
  const choices = [...known, { name: "", title: "Another sign-in", start_url: "With a start URL of its own" }];
  element("known-list").replaceChildren(...choices.map(({ name, title, start_url }) => {
    const radio = make("input", { type: "radio", name: "known", value: name, checked: name === chosen });
    return make("label", { className: "choice" }, radio,
      make("span", {}, make("strong", {}, foreign(title ?? name)), make("span", { textContent: start_url })));
  }));
  element("known").hidden = known.length === 0;
  knownChanged();
  show("details");
  if (given.start_url) await look(true);
}

function offerRegions(likely, regions) {
  const option = ({ code, name }) => make("option", { value: code, textContent: name });
  const group = (label, list) => make("optgroup", { label }, ...list.map(option));
  element("region").replaceChildren(
    make("option", { value: "", textContent: "Choose a region" }),
    ...(likely.length ? [group("In your other settings", likely)] : []),
    group("Every region", regions),
    make("option", { value: OTHER_REGION, textContent: "Another region…" }),
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

function regionChanged() {
  element("region_other-field").hidden = element("region").value !== OTHER_REGION;
  element("region-hint").textContent = "Your administrator can tell.";
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
    found = await ask("look", { start_url: search.start_url, ask: search.withPage });
    if (state.search !== search) return;
    if (found.under_way) element("region-hint").textContent = "Asking the start page…";
  } while (found.under_way && performance.now() < until);
  if (found.region) chooseRegion(found.region.code, `The ${found.by} says ${found.region.name}.`);
  else if (search.withPage) element("region-hint").textContent = "Your administrator can tell.";
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
      throw new Problem({ title: "Please fill this in", hint: "", question: name });
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
  const { session } = await ask("sign-in", { ...details(), device_code: withCode });
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
    await new Promise((resume) => setTimeout(resume, POLL_MILLISECONDS));
  }
}

function showProgress({ step, url, code, done, of }) {
  const bar = element("work-bar");
  const waits = step === "signing-in";
  const words = {
    starting: ["Signing in", `Asking AWS about ${state.session}…`],
    "signing-in": ["Sign in with your browser", code
      ? "Open the sign-in page, and allow the request if it shows this code:"
      : "Allow the request on the AWS page that has opened. If none has, open it here:"],
    listing: ["Reading your accounts and roles", "This takes a moment where there are many."],
    failed: ["That did not work", ""],
  }[step];
  if (element("work-title").textContent !== words[0]) element("work-title").textContent = words[0];
  element("work-text").textContent = words[1];
  element("work-code").hidden = !(waits && code);
  element("work-code").textContent = code ?? "";
  element("work-link").hidden = !waits;
  if (waits && /^https?:\/\//.test(url)) element("work-link").href = url;
  element("work-with-code").hidden = !(waits && !code);
  element("work-hint").hidden = !waits || Boolean(knownSession());
  element("work-hint").textContent = `If the page of AWS shows an error instead, the region may be another one than ${state.regions.get(region()) ?? region()}: go back and change it.`;
  element("work-again").hidden = step !== "failed";
  bar.hidden = step === "failed";
  if (of) Object.assign(bar, { max: of, value: done });
  else bar.removeAttribute("value");
  element("work-count").textContent = of ? `${done.toLocaleString("en")} of ${counted(of, "account")}` : "";
}

/* Choosing */

async function choose() {
  const { accounts, present, pattern, lower_case, region, length_hours } = await ask("directory");
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
      const box = make("input", { type: "checkbox", checked: already !== undefined, disabled: already !== undefined });
      const pill = make("label", { className: "role" }, box, make("span", { textContent: role }));
      if (already !== undefined) {
        pill.title = `There already: ${already}`;
        pill.append(make("span", { className: "there" }, "set up as ", foreign(already)));
      }
      state.boxes.push({ box, pill, row, pick: [id, role], account: name, text: `${name} ${id} ${role}`.toLowerCase() });
      return pill;
    });
    const list = make("div", { className: "roles", role: "group" }, ...pills);
    list.setAttribute("aria-label", `${name} ${id}`);
    row.append(make("div", { className: "who" }, make("strong", {}, foreign(name)), make("span", { textContent: id })), list);
    return row;
  }));
  element("search").value = "";
  narrow();
  show("choose");
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
  const of = shown.length === state.boxes.length ? "" : `${shown.length.toLocaleString("en")} shown of `;
  element("count").textContent = `${of}${counted(state.boxes.length, "role")}, ${chosen.length.toLocaleString("en")} chosen`
    + (there ? `, ${there.toLocaleString("en")} there already` : "");
  element("to-names").disabled = chosen.length === 0;
}

function selectShown(checked) {
  for (const { box, pill } of state.boxes) if (!pill.hidden && !box.disabled) box.checked = checked;
  count();
}

/* What a person can do */

function afterTyping(action) {
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => act(action), TYPING_MILLISECONDS);
  };
}

function onSubmit(form, action) {
  element(form).addEventListener("submit", (event) => {
    event.preventDefault();
    act(action);
  });
}

const ACTS = {
  "leave": async () => {
    await ask("leave", {});
    finish("Nothing was changed", "The set-up was cancelled.");
  },
  "finish": async () => {
    state.ended = true;
    await ask("leave", {});
    element("next").hidden = true;
    element("done-hint").textContent = "You can close this tab.";
  },
  "back-to-details": async () => {
    state.attempt = null;
    show("details");
    await ask("stop", {});
  },
  "back-to-choose": async () => show("choose"),
};

onSubmit("details-form", () => signIn(false));
onSubmit("choose-form", () => toNames());
for (const button of document.querySelectorAll("[data-act]")) {
  button.addEventListener("click", () => act(ACTS[button.dataset.act]));
}
element("known-list").addEventListener("change", knownChanged);
element("start_url").addEventListener("input", afterTyping(() => look(false)));
element("start_url").addEventListener("change", () => act(() => look(true)));
element("region").addEventListener("change", regionChanged);
element("work-again").addEventListener("click", () => act(() => signIn(state.code)));
element("work-with-code").addEventListener("click", () => act(() => signIn(true)));
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
    if (!state.ended && Date.now() - alive > ALIVE_MILLISECONDS) {
      alive = Date.now();
      act(() => ask("details"));
    }
  }, { capture: true, passive: true });
}

