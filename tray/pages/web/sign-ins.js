"use strict";

/* Each sign-in with what is known of it. A card stays where it is, so that the focus does. */

const cards = new Map();

function paragraph(className, text) {
  return make("p", { className, textContent: text });
}

function pastList(past, title) {
  if (!past.length) return [];
  const items = past.map(({ ended, began }) =>
    make("li", {}, make("span", { textContent: ended }), ...(began ? [make("span", { className: "since", textContent: began })] : [])));
  return [make("h3", { textContent: title }), make("ol", { className: "past" }, ...items)];
}

function workLine({ title, hint, under_way, failed, url }) {
  const line = make("div", { className: failed ? "alert" : "work" }, make("p", {}, sentence({ title, hint })));
  if (under_way && url) {
    line.append(make("a", { href: url, target: "_blank", rel: "noopener noreferrer", textContent: say("OPEN_PAGE") }));
  }
  return line;
}

function buttonFor(card, name, path, label, main) {
  const button = make("button", { type: "button", textContent: label, className: main ? "main" : "" });
  button.dataset.act = path;
  button.setAttribute("aria-describedby", card.heading.id);
  button.addEventListener("click", () => run(async () => {
    await act(path, { name });
    await showAll();
  }));
  return button;
}

function newCard(number) {
  const heading = make("h2", { id: `sign-in-${number}` });
  const body = make("div", { className: "facts" });
  const status = make("p", { className: "status" });
  const work = make("div", { role: "status" });
  const buttons = make("div", { className: "buttons" });
  const item = make("li", { className: "sign-in" }, heading, status, body, work, buttons);
  return { item, heading, status, body, work, buttons, shown: "" };
}

function fillCard(card, row) {
  const shown = JSON.stringify(row);
  if (shown === card.shown) return;
  card.shown = shown;
  const acting = card.buttons.contains(document.activeElement) ? document.activeElement.dataset.act : null;
  card.heading.replaceChildren(foreign(short(row.label)));
  card.status.className = `status ${row.tone}`;
  card.status.textContent = row.status;
  card.body.replaceChildren(
    ...row.facts.map((fact) => paragraph("", fact)),
    ...row.problems.map((problem) => paragraph("alert", sentence(problem))),
    paragraph("hint", row.profiles),
    ...pastList(row.past, say("LAST_ONES")),
  );
  card.work.replaceChildren(...(row.work ? [workLine(row.work)] : []));
  card.buttons.replaceChildren(...[
    row.log_in && buttonFor(card, row.name, "log-in", row.log_in, row.needs_login),
    row.cancel && buttonFor(card, row.name, "cancel", row.cancel, false),
    row.portal && buttonFor(card, row.name, "portal", row.portal, false),
    row.log_out && buttonFor(card, row.name, "log-out", row.log_out, false),
  ].filter(Boolean));
  if (acting !== null) (card.buttons.querySelector(`[data-act=${acting}]`) ?? card.buttons.querySelector("button"))?.focus();
}

async function showAll() {
  const { none, sign_ins } = await ask("sign-ins");
  element("none").hidden = none === null;
  element("none-title").textContent = none?.title ?? "";
  element("none-hint").textContent = none?.hint ?? "";
  for (const row of sign_ins) {
    if (!cards.has(row.name)) cards.set(row.name, newCard(cards.size));
    fillCard(cards.get(row.name), row);
  }
  const items = sign_ins.map(({ name }) => cards.get(name).item);
  const list = element("sign-ins");
  if (items.length !== list.children.length || items.some((item, index) => list.children[index] !== item)) {
    list.replaceChildren(...items);
  }
}

const refresh = showAll;

run(showAll);
