"use strict";

/** A setting on the page: its row as the program gave it, what shows it, and what the person has typed. */
class Setting {
  constructor(row, number) {
    this.key = keyOf(row);
    this.id = `setting-${number}`;
    this.row = row;
    this.place = element("row").content.firstElementChild.cloneNode(true);
    this.label = make(row.kind === "line" || row.kind === "lines" ? "label" : "span", { id: `${this.id}-label`, textContent: row.label });
    this.find("h3").append(this.label);
    this.find(".key").textContent = row.spelled;
    this.find(".about").textContent = row.about;
    for (const part of ["about", "from", "notes", "error"]) this.find(`.${part}`).id = `${this.id}-${part}`;
    for (const button of this.place.querySelectorAll("button")) button.setAttribute("aria-describedby", this.label.id);
    this.find(".control").append(...this.controls());
    this.place.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.changed) this.save();
    });
    this.place.addEventListener("input", () => this.typed());
    this.place.addEventListener("keydown", (event) => this.pressed(event));
    this.find(".discard").addEventListener("click", () => this.discard());
    this.find(".undo").addEventListener("click", () => this.change("undo", {}));
    this.find(".unset").addEventListener("click", () => this.change("unset", {}));
    this.settle();
  }

  find(selector) {
    return this.place.querySelector(selector);
  }

  /** What shows the value, and takes another one. */
  controls() {
    const { kind, choices, enforced } = this.row;
    const described = ["about", "from", "notes", "error"].map((part) => `${this.id}-${part}`).join(" ");
    if (kind === "program") return this.program();
    if (kind === "choice") {
      const list = make("div", { className: "pills" }, ...choices.map(([value, called]) =>
        make("label", { className: "pill" }, make("input", { type: "radio", name: this.id, value }), make("span", { textContent: called }))));
      list.setAttribute("role", "radiogroup");
      list.setAttribute("aria-labelledby", this.label.id);
      list.setAttribute("aria-describedby", described);
      return [list];
    }
    const field = make(kind === "lines" ? "textarea" : "input", { id: this.id, autocomplete: "off", autocapitalize: "none", spellcheck: false, readOnly: enforced });
    field.setAttribute("aria-describedby", described);
    field.setAttribute("dir", "auto");
    this.label.htmlFor = this.id;
    return [field];
  }

  program() {
    const how = element("program").content.firstElementChild.cloneNode(true);
    const [command, copy, said] = ["code", "button", ".copied"].map((each) => how.querySelector(each));
    copy.setAttribute("aria-describedby", this.label.id);
    copy.addEventListener("click", () => copyText(command.textContent, command, said));
    this.find(".notes").after(how);
    return [make("p", { className: "value" })];
  }

  /** What the person can focus here. */
  get focusable() {
    return this.find(".control input:checked, .control input:not([type=radio]), .control textarea, .control input, .control button");
  }

  get value() {
    if (this.row.kind === "choice") return this.find(".control input:checked")?.value ?? "";
    return this.find(".control input, .control textarea")?.value ?? "";
  }

  set value(value) {
    const { kind } = this.row;
    if (kind === "choice") {
      for (const radio of this.place.querySelectorAll(".control input")) radio.checked = radio.value === value;
    } else if (kind === "program") {
      const shown = this.find(".value");
      shown.replaceChildren(value ? make("code", { textContent: value }) : make("span", { textContent: this.row.said }));
      this.find(".program code").textContent = this.row.change;
    } else {
      const field = this.find(".control input, .control textarea");
      if (field.value !== value) field.value = value;
      field.placeholder = this.row.value === "" ? this.row.said : "";
      if (kind === "lines") field.rows = Math.min(Math.max(value.split("\n").length + 1, 3), 12);
    }
  }

  get changed() {
    return this.row.kind !== "program" && !this.row.enforced && this.value !== this.row.value;
  }

  /** Show the row as it is, whatever was typed. */
  settle() {
    this.value = this.row.value;
    this.problem(undefined);
    this.show();
    this.preview();
  }

  /** Take a newer state; what was typed stays. */
  take(row) {
    const { changed, row: before } = this;
    this.row = row;
    if (row.stamp === before.stamp && row.undo === before.undo) return;
    if (!changed) {
      this.settle();
      if (row.value !== before.value || row.source !== before.source) this.say("");
      return;
    }
    if (row.stamp !== before.stamp) this.say(say("CHANGED_HERE", { value: row.said }));
    this.show();
  }

  show() {
    const { row, changed } = this;
    this.find(".from").textContent = row.source;
    this.place.classList.toggle("enforced", row.enforced);
    for (const each of this.place.querySelectorAll(".control input, .control textarea")) {
      if (each.type === "radio") each.disabled = row.enforced;
      else each.readOnly = row.enforced;
    }
    const notes = this.find(".notes");
    notes.replaceChildren(...row.notes.map((note) => make("li", { textContent: note })));
    notes.hidden = row.notes.length === 0;
    this.find(".unset").textContent = row.reset;
    const shown = { save: changed, discard: changed, undo: row.undo && !changed, unset: row.reset !== "" && !changed };
    // A button that goes takes the focus with it: the setting's own control has it then.
    const goes = Object.entries(shown).some(([name, stays]) => !stays && this.find(`.${name}`) === document.activeElement);
    for (const [name, visible] of Object.entries(shown)) this.find(`.${name}`).hidden = !visible;
    if (goes) this.focusable?.focus();
  }

  say(words) {
    this.find(".said").textContent = words;
  }

  problem(words) {
    const place = this.find(".error");
    place.hidden = words === undefined;
    place.textContent = words ?? "";
    const field = this.find(".control input, .control textarea, .control [role=radiogroup]");
    if (words === undefined) field?.removeAttribute("aria-invalid");
    else field?.setAttribute("aria-invalid", "true");
  }

  typed() {
    this.problem(undefined);
    this.say("");
    this.show();
    this.previewSoon ??= afterTyping(() => this.preview());
    if (this.key === PRODUCTION) this.previewSoon();
  }

  pressed(event) {
    if (event.isComposing) return;
    if (event.key === "Escape" && this.changed) {
      event.preventDefault();
      this.discard();
    } else if (event.key === "Enter" && event.target.type === "radio" && this.changed) {
      event.preventDefault();
      this.save();
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && this.changed) {
      event.preventDefault();
      this.save();
    }
  }

  discard() {
    this.say("");
    this.settle();
    this.focusable?.focus();
  }

  save() {
    return this.change("save", { typed: this.value });
  }

  /** Change the setting; where that is refused, what is in force now is shown, and what was typed stays. */
  async change(how, body) {
    if (this.busy) return;
    this.busy = true;
    this.problem(undefined);
    try {
      const { said, state } = await act(how, { name: this.row.name, seen: this.row.stamp, ...body });
      takeState(state, this.key);
      this.say(said);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      await refresh().catch(() => undefined);
      this.problem(sentence({ title: problem.message, hint: problem.hint }));
      this.focusable?.focus();
    } finally {
      this.busy = false;
    }
  }

  /** Show which profiles are production by what is typed. */
  async preview() {
    if (this.key !== PRODUCTION) return;
    const typed = this.value;
    const found = await act("match", { typed }).catch((problem) => {
      if (!(problem instanceof Problem)) throw problem; // saving says what is wrong with it
    });
    if (found === undefined || typed !== this.value) return;
    const { said, patterns } = found;
    this.find(".matches").hidden = false;
    this.find(".count").textContent = said;
    this.find(".matches ul").replaceChildren(...patterns.map(({ pattern, count, names, more }) =>
      make("li", { className: count ? "" : "none" }, make("code", {}, foreign(pattern)), make("span", { className: "how-many", textContent: count ? say("MATCHED", { count }) : say("MATCHES_NONE") }),
        ...names.map((name) => make("span", { className: "profile" }, foreign(name))),
        ...(more ? [make("span", { className: "how-many", textContent: say("AND_MORE", { count: more }) })] : []))));
  }
}

const keyOf = ({ name }) => JSON.stringify(name);
const PRODUCTION = keyOf({ name: ["profiles", "production"] });
const MANY_SIGN_INS = 3;

const notices = element("notices");
const settings = new Map();
const folded = new Map();
let shape = "";
let numbered = 0;

/** Show a state of all; `settled` names the setting that has just been changed from here. */
function takeState({ file, problems, groups, language: spoken }, settled) {
  element("file").textContent = file;
  const list = element("problems").firstElementChild;
  const said = problems.map((problem) => make("li", { textContent: sentence(problem) }));
  element("problems").hidden = said.length === 0;
  if (list.textContent !== said.map((each) => each.textContent).join("")) list.replaceChildren(...said);
  const rows = groups.flatMap((group) => group.rows);
  for (const row of rows) {
    const setting = settings.get(keyOf(row));
    if (setting === undefined) settings.set(keyOf(row), new Setting(row, numbered += 1));
    else if (setting.key === settled) {
      setting.row = row;
      setting.settle();
    } else setting.take(row);
  }
  const newShape = JSON.stringify(groups.map((group) => [group.title, group.rows.map(keyOf)]));
  if (newShape !== shape) {
    shape = newShape;
    arrange(groups, new Set(rows.map(keyOf)));
  }
  // What stands in the page is in the language that it was loaded in.
  const typing = [...settings.values()].some((setting) => setting.changed);
  if (spoken !== document.documentElement.lang && !typing) location.reload();
}

/** Put the settings below their headings; one that is there no more goes, and what was typed into it is told. */
function arrange(groups, there) {
  const focused = document.activeElement;
  const lost = [...settings.values()].filter((setting) => !there.has(setting.key));
  for (const setting of lost) {
    if (setting.changed) showProblem(new Problem({ title: setting.row.label, hint: say("GONE_HERE", { value: setting.value }) }));
    settings.delete(setting.key);
  }
  const signIns = groups.filter(({ sign_in }) => sign_in).length;
  element("groups").replaceChildren(...groups.map(({ title, sign_in, rows }) => {
    const heading = make("h2", {}, foreign(title));
    const content = rows.map((row) => settings.get(keyOf(row)).place);
    if (!sign_in) return make("section", { className: "group" }, heading, ...content);
    const fold = make("details", { className: "group", open: folded.get(sign_in) ?? signIns <= MANY_SIGN_INS }, make("summary", {}, heading), ...content);
    fold.addEventListener("toggle", () => folded.set(sign_in, fold.open));
    return fold;
  }));
  element("groups").firstElementChild.append(notices);
  notices.hidden = false;
  if (focused?.isConnected) focused.focus();
}

async function refresh() {
  takeState(await ask("settings"));
  const production = settings.get(PRODUCTION);
  await production?.preview();
}

element("copy-file").addEventListener("click", () =>
  copyText(element("file").textContent, element("file"), element("file-copied")));
element("notice").addEventListener("click", () => run(async () => {
  const said = element("notice-said");
  said.textContent = "";
  element("notice").setAttribute("aria-disabled", "true");
  try {
    said.textContent = sentence(await act("notice"));
  } finally {
    element("notice").removeAttribute("aria-disabled");
  }
}));
run(refresh);
