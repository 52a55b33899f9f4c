"use strict";

/* The names of the profiles, and how long a sign-in lasts. What the functions of setup.js are for stands there. */

const key = ([id, role]) => `${id} ${role}`;

const wanted = () => ({
  picks: state.picks,
  pattern: element("name_pattern").value,
  lower_case: element("lower_case").checked,
  names: state.picks.filter((pick) => state.names.has(key(pick))).map((pick) => [...pick, state.names.get(key(pick))]),
  region: element("profile_region").value,
});

async function toNames() {
  state.picks = state.boxes.filter(({ box }) => box.checked && !box.disabled).map(({ pick }) => pick);
  const accounts = new Map(state.boxes.map(({ pick, account }) => [pick[0], account]));
  state.rows = new Map(state.picks.map((pick) => [key(pick), makeRow(pick, accounts.get(pick[0]))]));
  element("preview").replaceChildren(...[...state.rows.values()].map(({ row }) => row));
  for (const { input } of [...state.rows.values()].slice(0, 1)) input.tabIndex = 0;
  show("names");
  await preview();
}

/** A profile: its name, which can be changed, and what it gives access to. One of the names alone is reached by Tab. */
function makeRow([id, role], account) {
  const input = make("input", { className: "mono", autocomplete: "off", autocapitalize: "none", spellcheck: false, tabIndex: -1 });
  const label = make("label", {}, put(make("span", { className: "what" }), "ACCESS", { role, account, account_id: id }), input);
  const error = make("p", { className: "error", hidden: true, id: `name-error-${id}-${state.rows?.size ?? 0}-${role}` });
  input.setAttribute("aria-describedby", error.id);
  const row = make("li", {}, label, error);
  row.dataset.pick = key([id, role]);
  return { row, input, error, pick: [id, role] };
}

async function preview() {
  const asked = state.preview = Symbol("preview");
  element("write").disabled = true;
  const { profiles, kept, stamp } = await act("plan", wanted());
  if (state.preview !== asked) return;
  state.stamp = stamp;
  const planned = new Map(profiles.map((profile) => [key([profile.account_id, profile.role]), profile]));
  for (const [pick, { row, input, error }] of state.rows) {
    const profile = planned.get(pick);
    if (row.hidden !== !profile) row.hidden = !profile;
    if (!profile) continue;
    if (!state.names.has(pick) && input.value !== profile.name) input.value = profile.name;
    const words = profile.problem ? sentence(profile.problem) : "";
    if (error.textContent === words) continue;
    error.textContent = words;
    error.hidden = !words;
    if (words) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
  const unfit = profiles.filter(({ problem }) => problem).length;
  element("preview-title").textContent = say("NEW_PROFILES", { count: profiles.length });
  element("pattern-names").hidden = state.names.size === 0;
  element("kept").hidden = kept.length === 0;
  element("kept").textContent = say("KEPT", { count: kept.length });
  element("profile_region-hint").textContent = state.regions.get(element("profile_region").value.trim()) ?? "";
  element("names-error").hidden = unfit === 0;
  element("names-error").textContent = unfit ? say("UNFIT_NAMES", { count: unfit }) : "";
  element("write").textContent = say("WRITE", { count: profiles.length });
  element("write").disabled = unfit > 0;
}

async function write() {
  element("write").disabled = true;
  try {
    showWritten(await act("write", { ...wanted(), stamp: state.stamp, length_hours: lengthHours() }));
  } catch (problem) {
    if (problem instanceof Problem && !life.ended) await preview();
    throw problem;
  }
}

const afterTypingName = afterTyping(preview);

element("preview").addEventListener("input", ({ target }) => {
  state.names.set(target.closest("li").dataset.pick, target.value);
  element("write").disabled = true;
  afterTypingName();
});
element("preview").addEventListener("change", ({ target }) => {
  if (target.value.trim()) return;
  state.names.delete(target.closest("li").dataset.pick);
  run(preview);
});
element("preview").addEventListener("focusin", ({ target }) => {
  for (const input of element("preview").querySelectorAll("input[tabindex='0']")) input.tabIndex = -1;
  target.tabIndex = 0;
});
element("preview").addEventListener("keydown", (event) => {
  const next = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" }[event.key];
  if (!next) return;
  event.preventDefault();
  let row = event.target.closest("li")[next];
  while (row?.hidden) row = row[next];
  const input = row?.querySelector("input");
  input?.focus();
  input?.select();
});
element("pattern-names").addEventListener("click", () => run(async () => {
  state.names.clear();
  element("name_pattern").focus();
  await preview();
}));
element("patterns").addEventListener("click", ({ target }) => {
  if (!target.matches("button")) return;
  element("name_pattern").value = target.textContent;
  run(preview);
});
for (const field of ["name_pattern", "profile_region"]) element(field).addEventListener("input", afterTyping(preview));
element("lower_case").addEventListener("change", () => run(preview));
onSubmit("names-form", () => write());

/* How long a sign-in lasts */

const USUAL_HOURS = 8;

function beginLength(hours) {
  if (document.querySelector("input[name=length]:checked")) return;
  const choice = hours === null ? "unknown" : hours === USUAL_HOURS ? "usual" : "other";
  document.querySelector(`input[name=length][value=${choice}]`).checked = true;
  element("length_hours").value = choice === "other" ? String(hours) : "";
  lengthChanged();
}

const lengthChoice = () => document.querySelector("input[name=length]:checked").value;

function lengthChanged() {
  element("length-field").hidden = lengthChoice() !== "other";
}

function lengthHours() {
  const choice = lengthChoice();
  if (choice !== "other") return choice === "usual" ? String(USUAL_HOURS) : "";
  const typed = element("length_hours").value.trim();
  if (!typed) throw new Problem({ ...message("FILL_IN"), question: "length_hours" });
  return typed;
}

element("lengths").addEventListener("change", ({ target }) => {
  lengthChanged();
  if (target.value === "other") element("length_hours").focus();
});
