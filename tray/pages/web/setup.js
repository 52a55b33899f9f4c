"use strict";

const POLL_MILLISECONDS = 300;
const TYPING_MILLISECONDS = 150;
const ALIVE_MILLISECONDS = 60_000;
const STEPS = ["details", "work", "choose", "names", "done"];
const FIELDS = ["session", "start_url", "region", "scopes", "name_pattern", "profile_region"];

const element = (id) => document.getElementById(id);
const csrf = document.querySelector("meta[name=csrf-token]").content;

/** The answers that the page has got, and what was chosen on it. */
const state = { step: "", known: [], boxes: [], code: false, picks: [], ended: false };

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
    input.focus();
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

function options(list, values) {
  element(list).replaceChildren(...values.map((value) => make("option", { value })));
}

/* Details */

async function begin() {
  const { given, known, regions, scopes } = await ask("details");
  state.known = known;
  options("regions", regions);
  for (const [name, value] of Object.entries(given)) element(name).value = value ?? "";
  element("scopes").value ||= scopes;
  if (!element("region").value && regions.length) {
    element("region").value = regions[0];
    element("region-hint").textContent = "Taken from your other settings: change it if your Identity Center is elsewhere.";
  }
  const fresh = given.session || given.start_url;
  const chosen = known.some(({ name }) => name === given.session) ? given.session : fresh ? "" : known[0]?.name ?? "";
  const choices = [...known, { name: "", title: "Another sign-in", start_url: "With a start URL of its own" }];
  element("known-list").replaceChildren(...choices.map(({ name, title, start_url }) => {
    const radio = make("input", { type: "radio", name: "known", value: name, checked: name === chosen });
    return make("label", { className: "choice" }, radio,
      make("span", {}, make("strong", { textContent: title ?? name }), make("span", { textContent: start_url })));
  }));
  element("known").hidden = known.length === 0;
  knownChanged();
  show("details");
  if (given.start_url) await look();
}

const knownSession = () => document.querySelector("input[name=known]:checked")?.value ?? "";

function knownChanged() {
  element("new-session").hidden = knownSession() !== "";
}

/** Find the region that a start URL names, so that nobody has to know it. */
async function look() {
  const { region } = await ask("look", { start_url: element("start_url").value });
  if (!region) return;
  element("region").value = region;
  element("region-hint").textContent = "Found in the start URL.";
}

function details() {
  if (knownSession()) return { session: knownSession() };
  return Object.fromEntries(["session", "start_url", "region", "scopes"].map((name) => [name, element(name).value]));
}

/* Signing in and listing */

async function signIn(withCode) {
  state.code = withCode;
  for (const name of ["session", "start_url", "region"]) {
    if (!knownSession() && !element(name).value.trim()) {
      throw new Problem({ title: "Please fill this in", hint: "", question: name });
    }
  }
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
    if (progress.step === "failed") throw new Problem(progress);
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
  element("work-again").hidden = step !== "failed";
  bar.hidden = step === "failed";
  if (of) Object.assign(bar, { max: of, value: done });
  else bar.removeAttribute("value");
  element("work-count").textContent = of ? `${done.toLocaleString("en")} of ${counted(of, "account")}` : "";
}

/* Choosing */

async function choose() {
  const { accounts, present, pattern, region, regions } = await ask("directory");
  element("name_pattern").value ||= pattern;
  element("profile_region").value ||= region;
  options("profile-regions", [...new Set([region, ...regions])]);
  const there = new Map(present.map(([id, role, name]) => [`${id} ${role}`, name]));
  state.boxes = [];
  element("accounts").replaceChildren(...accounts.map(({ id, name, roles }) => {
    const row = make("div", { className: "account" });
    const pills = roles.map((role) => {
      const already = there.get(`${id} ${role}`);
      const box = make("input", { type: "checkbox", checked: already !== undefined, disabled: already !== undefined });
      const pill = make("label", { className: "role" }, box, make("span", { textContent: role }));
      if (already !== undefined) pill.title = `There already: ${already}`;
      state.boxes.push({ box, pill, row, pick: [id, role], text: `${name} ${id} ${role}`.toLowerCase() });
      return pill;
    });
    const list = make("div", { className: "roles", role: "group" }, ...pills);
    list.setAttribute("aria-label", `${name} ${id}`);
    row.append(make("div", { className: "who" }, make("strong", { textContent: name }), make("span", { textContent: id })), list);
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

/* Names */

const wanted = () => ({
  picks: state.picks, pattern: element("name_pattern").value, region: element("profile_region").value,
});

async function preview() {
  const asked = state.preview = Symbol("preview");
  element("write").disabled = true;
  const { profiles, kept } = await ask("plan", wanted());
  if (state.preview !== asked) return;
  const names = new Map(state.boxes.map(({ pick, row }) => [pick[0], row.querySelector("strong").textContent]));
  element("preview").replaceChildren(...profiles.map(({ name, account_id, role }) =>
    make("li", {}, make("strong", { className: "mono", textContent: name }),
      make("span", { textContent: `${role} in ${names.get(account_id)} (${account_id})` }))));
  element("preview-title").textContent = counted(profiles.length, "new profile");
  element("kept").hidden = kept.length === 0;
  element("kept").textContent = `There already, and left alone: ${counted(kept.length, "profile")}.`;
  element("write").textContent = `Write ${counted(profiles.length, "profile")}`;
  element("write").disabled = false;
}

async function toNames() {
  state.picks = state.boxes.filter(({ box }) => box.checked && !box.disabled).map(({ pick }) => pick);
  show("names");
  await preview();
}

async function write() {
  element("write").disabled = true;
  try {
    const { profiles, file, backup } = await ask("write", wanted());
    finish(`${counted(profiles.length, "profile")} added`,
      `They are in ${file}.${backup ? " The file as it was before is kept as a backup." : ""}`,
      "You can close this tab. To make one of them the default, choose it in the tray’s menu.");
  } finally {
    element("write").disabled = false;
  }
}

function finish(title, text, hint) {
  state.ended = true;
  element("done-title").textContent = title;
  element("done-text").textContent = text;
  element("done-hint").textContent = hint;
  show("done");
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
    finish("Nothing was changed", "The set-up was cancelled.", "You can close this tab.");
  },
  "back-to-details": async () => {
    state.attempt = null;
    show("details");
    await ask("stop", {});
  },
  "back-to-choose": async () => show("choose"),
};

onSubmit("details-form", () => signIn(false));
onSubmit("choose-form", toNames);
onSubmit("names-form", write);
for (const button of document.querySelectorAll("[data-act]")) {
  button.addEventListener("click", () => act(ACTS[button.dataset.act]));
}
element("known-list").addEventListener("change", knownChanged);
element("start_url").addEventListener("input", afterTyping(look));
element("work-again").addEventListener("click", () => act(() => signIn(state.code)));
element("work-with-code").addEventListener("click", () => act(() => signIn(true)));
element("search").addEventListener("input", narrow);
element("accounts").addEventListener("change", count);
element("all").addEventListener("click", () => selectShown(true));
element("none").addEventListener("click", () => selectShown(false));
element("search").addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault();
});
for (const field of ["name_pattern", "profile_region"]) element(field).addEventListener("input", afterTyping(preview));

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

act(begin);
