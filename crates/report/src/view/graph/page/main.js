// Puts the parts together: what is shown, what is selected, and what keys and clicks do.

const DATA = JSON.parse(document.getElementById("data").textContent);

const state = {
  model: null,
  closed: new Set(),
  opened: new Set(),
  /** Kinds and bands that a person switched off. */
  hiddenKinds: new Set(),
  hiddenBands: new Set(),
  severity: 5,
  selected: null,
  question: "",
};

const byId = (id) => document.getElementById(id);
const drawing = new Drawing({ pick, hover });
const panel = new Panel({ open: (node) => select(node, true), close: clear });

// ---- what is shown ----

function chooseBuild(index) {
  state.model = new Model(DATA.builds[index]);
  state.opened.clear();
  state.hiddenKinds.clear();
  state.hiddenBands.clear();
  state.selected = null;
  const { model } = state;
  const large = model.nodes.length > LARGE && model.bands.length > 1;
  state.closed = new Set(large ? model.bands : []);
  fillChoices();
  arrange();
  drawing.setZoom(drawing.fit());
  panel.overview(model);
}

/** True when the filters let a node through. One with findings brings what it is linked with. */
function shows(node) {
  if (state.hiddenKinds.has(node.data.kind) || state.hiddenBands.has(node.band)) return false;
  if (state.severity === 5) return true;
  const bad = (one) => one.worst <= state.severity;
  return bad(node) || node.in.some((edge) => edge.from && bad(edge.from)) || node.out.some((edge) => bad(edge.to));
}

function arrange() {
  const severe = state.severity !== 5;
  const sifted = severe ? new Set(state.model.nodes.filter(shows)) : null;
  const view = { closed: state.closed, opened: state.opened, shows: sifted ? (node) => sifted.has(node) : shows };
  const plan = layout(state.model, view);
  drawing.show(plan, lines(state.model, plan));
  const nothing = byId("nothing");
  nothing.hidden = plan.items.length > 0;
  nothing.textContent = state.model.nodes.length ? "The filters hide everything." : "This build holds no resources.";
  light();
}

/** Lights what is selected, or what was searched for. */
function light() {
  const { plan } = drawing;
  const item = state.selected ? plan.itemOf.get(state.selected) ?? null : null;
  if (item) return drawing.highlight(lightOf(item));
  const matches = state.question ? itemsOf(state.model.find(state.question)) : null;
  drawing.highlight({ item: null, lit: null, near: null, matches });
}

function itemsOf(nodes) {
  return new Set(nodes.map((node) => drawing.plan.itemOf.get(node)).filter(Boolean));
}

/** The lines of an item: its own, and those that traffic takes to it and from it. */
function linesOf(item) {
  const lit = new Set();
  const into = new Map(), out = new Map();
  for (const line of drawing.lines) {
    if (line.from === item || line.to === item) lit.add(line);
    if (!line.traffic) continue;
    push(into, line.to, line);
    if (line.from) push(out, line.from, line);
  }
  for (const [lines, end] of [[into, "from"], [out, "to"]]) {
    const seen = new Set([item]);
    for (const at of seen) {
      for (const line of lines.get(at) ?? []) {
        lit.add(line);
        if (line[end]) seen.add(line[end]);
      }
    }
  }
  return lit;
}

/** What to light for an item: its lines, and what stands at their ends. */
function lightOf(item) {
  const lit = linesOf(item);
  const near = new Set([item]);
  for (const line of lit) {
    near.add(line.to);
    if (line.from) near.add(line.from);
  }
  return { item, lit, near, matches: null };
}

// ---- what a person does ----

function select(node, travel) {
  if (!state.model.nodes.includes(node)) return;
  state.selected = node;
  let changed = state.closed.delete(node.band) || state.hiddenBands.delete(node.band);
  changed = state.hiddenKinds.delete(node.data.kind) || changed;
  if (!drawing.plan.itemOf.has(node) && state.severity !== 5) {
    state.severity = 5;
    byId("severity").value = "";
    changed = true;
  }
  const item = drawing.plan.itemOf.get(node);
  if (item?.type === "fold") {
    state.opened.add(item.key);
    changed = true;
  }
  if (changed) {
    fillChoices();
    arrange();
  } else light();
  if (travel) drawing.goTo(drawing.plan.itemOf.get(node), false);
  panel.node(node);
  remember();
}

function clear() {
  const item = state.selected && drawing.plan.itemOf.get(state.selected);
  state.selected = null;
  light();
  panel.overview(state.model);
  if (item) drawing.goTo(item, true);
  remember();
}

function pick(item) {
  if (item.type === "node") return select(item.nodes[0], false);
  if (item.type === "fold") {
    state.opened.add(item.key);
    arrange();
    panel.many("Linked with nothing", item.nodes);
    return;
  }
  // A closed band opens; a header opens, closes, and shows its Namespace object.
  const { band } = item;
  const opening = state.closed.has(band);
  if (opening) state.closed.delete(band);
  else state.closed.add(band);
  state.selected = opening && item.type === "band" ? band.object : null;
  arrange();
  const header = drawing.plan.items.find((one) => one.type === "band" && one.band === band);
  if (header) drawing.goTo(header, true);
  if (item.type === "total") panel.many(band.title, item.nodes);
  else if (state.selected) panel.node(state.selected);
  else panel.overview(state.model);
  remember();
}

function hover(item) {
  if (state.selected) return;
  if (!item) return light();
  drawing.highlight(lightOf(item));
}

/** The address names what is selected, so that it can be passed on. */
function remember() {
  const build = DATA.builds.indexOf(state.model.data);
  const node = state.selected ? `&node=${encodeURIComponent(state.selected.data.id)}` : "";
  history.replaceState(null, "", `#build=${build}${node}`);
}

/** The nearest item in a direction, by how far it is off the straight line as well. */
function beside(item, dx, dy) {
  let best = null, least = Infinity;
  for (const other of drawing.plan.items) {
    if (other === item) continue;
    const x = (other.type === "band" ? item.x : other.x) - item.x;
    const y = other.y - item.y;
    if (dx ? Math.sign(x) !== dx : Math.sign(y) !== dy) continue;
    if (dx && other.type === "band") continue;
    if (dx && other.band !== item.band && Math.abs(y) > 400) continue;
    const far = dx ? Math.abs(x) + Math.abs(y) * 3 : Math.abs(y) + Math.abs(x) * 3;
    if (far < least) { least = far; best = other; }
  }
  return best;
}

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest("input, select, textarea, dialog, details[open]");
  if (event.key === "Escape") return onEscape();
  if (typing) return;
  const move = MOVES[event.key];
  if (move && (event.target === document.body || drawing.world.contains(event.target))) {
    event.preventDefault();
    const item = drawing.active && drawing.plan.items.includes(drawing.active) ? beside(drawing.active, ...move) : drawing.plan.items[0];
    if (item) drawing.goTo(item, true);
    return;
  }
  const does = {
    "/": () => byId("search").focus(),
    "?": () => byId("keys").showModal(),
    "+": () => drawing.setZoom(drawing.zoom * 1.15),
    "=": () => drawing.setZoom(drawing.zoom * 1.15),
    "-": () => drawing.setZoom(drawing.zoom / 1.15),
    "0": () => drawing.setZoom(drawing.fit()),
  }[event.key];
  if (!does) return;
  event.preventDefault();
  does();
}

function onEscape() {
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (!byId("results").hidden || byId("search").value) {
    byId("search").value = "";
    ask("");
  } else if (state.selected) clear();
}

// ---- search ----

let found = [];
let at = -1;

function ask(question) {
  state.question = question.trim();
  found = state.model.find(state.question).slice(0, 40);
  at = found.length ? 0 : -1;
  if (state.question) state.selected = null;
  light();
  drawResults();
}

function drawResults() {
  const list = byId("results"), input = byId("search");
  const open = Boolean(state.question) && document.activeElement === input;
  list.hidden = !open;
  input.setAttribute("aria-expanded", String(open));
  list.replaceChildren();
  found.forEach((node, index) => {
    const entry = make("li", index === at ? "current" : "");
    entry.id = `result-${index}`;
    entry.setAttribute("role", "option");
    entry.setAttribute("aria-selected", String(index === at));
    entry.append(make("span", "kind", node.data.kind), make("span", "name", node.name),
      make("span", "where", node.data.namespace ?? ""));
    if (node.data.findings.length) entry.append(badge(node.worst, node.data.findings.length, "findings"));
    entry.addEventListener("pointerdown", (event) => { event.preventDefault(); take(index); });
    list.append(entry);
  });
  if (!found.length && state.question) list.append(make("li", "none", "Nothing has these words"));
  if (at >= 0) input.setAttribute("aria-activedescendant", `result-${at}`);
  else input.removeAttribute("aria-activedescendant");
  list.querySelector(".current")?.scrollIntoView({ block: "nearest" });
}

function take(index) {
  const node = found[index];
  if (!node) return;
  byId("search").value = "";
  state.question = "";
  select(node, true);
  drawResults();
  byId("results").hidden = true;
  drawing.goTo(drawing.plan.itemOf.get(node), true);
}

function onSearchKey(event) {
  if (event.key === "Enter") return take(at);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || !found.length) return;
  event.preventDefault();
  at = (at + step + found.length) % found.length;
  drawResults();
}

// ---- filters ----

function fillChoices() {
  const { model } = state;
  const kinds = new Map();
  for (const node of model.nodes) if (node.column >= 0) kinds.set(node.data.kind, (kinds.get(node.data.kind) ?? 0) + 1);
  const column = (kind) => model.nodes.find((node) => node.data.kind === kind).column;
  const names = [...kinds.keys()].sort((a, b) => column(a) - column(b) || (a < b ? -1 : 1));
  choices(byId("kinds"), names.map((kind) => [kind, kinds.get(kind), kind]), state.hiddenKinds);
  const bands = model.bands.map((band) => [band.title, band.nodes.length, band]);
  choices(byId("namespaces"), bands, state.hiddenBands);
}

/** A menu of what may be hidden: `[words, number, value]` each. */
function choices(menu, all, hidden) {
  const summary = menu.querySelector("summary");
  const base = menu.id === "kinds" ? "Kinds" : "Namespaces";
  const name = () => { summary.textContent = hidden.size ? `${base} (${all.length - hidden.size} of ${all.length})` : base; };
  const box = menu.querySelector(".choices");
  const both = make("div", "both");
  for (const [words, on] of [["All", true], ["None", false]]) {
    const button = make("button", "", words);
    button.type = "button";
    button.addEventListener("click", () => {
      hidden.clear();
      if (!on) for (const [, , value] of all) hidden.add(value);
      for (const input of box.querySelectorAll("input")) input.checked = on;
      name();
      arrange();
    });
    both.append(button);
  }
  const rows = all.map(([words, number, value]) => {
    const label = make("label");
    const input = make("input");
    input.type = "checkbox";
    input.checked = !hidden.has(value);
    input.addEventListener("change", () => {
      if (input.checked) hidden.delete(value);
      else hidden.add(value);
      name();
      arrange();
    });
    label.append(input, make("span", "", words), make("span", "count", String(number)));
    return label;
  });
  name();
  box.replaceChildren(both, ...rows);
}

// ---- start ----

function listen() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("pointerdown", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  const search = byId("search");
  search.addEventListener("input", () => ask(search.value));
  search.addEventListener("focus", drawResults);
  search.addEventListener("blur", () => { byId("results").hidden = true; });
  search.addEventListener("keydown", onSearchKey);
  byId("severity").addEventListener("change", (event) => {
    state.severity = event.target.value ? rank(event.target.value) : 5;
    arrange();
  });
  byId("build").addEventListener("change", (event) => {
    chooseBuild(Number(event.target.value));
    remember();
  });
  byId("expand").addEventListener("click", () => { state.closed.clear(); arrange(); });
  byId("collapse").addEventListener("click", () => { state.closed = new Set(state.model.bands); state.selected = null; arrange(); });
  byId("smaller").addEventListener("click", () => drawing.setZoom(drawing.zoom / 1.15));
  byId("larger").addEventListener("click", () => drawing.setZoom(drawing.zoom * 1.15));
  byId("help").addEventListener("click", () => byId("keys").showModal());
  byId("theme").addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    drawing.redraw();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => drawing.redraw());
}

function start() {
  listen();
  if (!DATA.builds.length) {
    byId("nothing").hidden = false;
    byId("nothing").textContent = "No Kubernetes manifest was found.";
    return;
  }
  const names = byId("build");
  const size = (build) => build.namespaces.reduce((sum, namespace) => sum + namespace.nodes.length, 0);
  DATA.builds.forEach((build, index) => {
    const option = make("option", "", `${build.name} (${size(build)})`);
    option.value = String(index);
    names.append(option);
  });
  byId("build-field").hidden = DATA.builds.length < 2;
  const address = new URLSearchParams(location.hash.slice(1));
  const asked = Number(address.get("build") ?? NaN);
  const largest = DATA.builds.reduce((best, build, index) => (size(build) > size(DATA.builds[best]) ? index : best), 0);
  const build = DATA.builds[asked] ? asked : largest;
  names.value = String(build);
  chooseBuild(build);
  const node = state.model.byId.get(address.get("node"));
  if (node) select(node, true);
}

start();
