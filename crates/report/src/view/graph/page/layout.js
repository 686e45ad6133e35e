// Where everything stands: columns from left to right, a band for each namespace, rows led by the
// workloads so that most lines run level. The same data always gives the same drawing.

const CARD = { width: 196, height: 40 };
const GAP = { column: 58, row: 9, band: 14 };
const HEADER = 34;
const MARGIN = 16;
/** Width of the strip at the left that stands for the world outside. */
const STRIP = 34;
/** So many resources of one kind that nothing is linked with are drawn as one card. */
const FOLD = 5;
/** A build of more resources than these starts with its namespaces closed. */
const LARGE = 150;

/**
 * Lays out a model. `view` says what is wanted: `closed` (bands), `opened` (folds), `shows(node)`.
 * Gives items: cards of one resource, cards of several, headers of bands.
 */
function layout(model, view) {
  const shown = model.bands.map((band) => band.nodes.filter((node) => view.shows(node)));
  const used = COLUMNS.map((_, column) =>
    shown.some((nodes) => nodes.some((node) => node.column === column)));
  const start = MARGIN + (model.outside.length ? STRIP + GAP.column : 0);
  const columns = [];
  let x = start;
  COLUMNS.forEach((column, index) => {
    if (!used[index]) return;
    columns[index] = { title: column.title, x };
    x += CARD.width + GAP.column;
  });
  const plan = {
    items: [],
    bands: [],
    columns,
    width: Math.max(x - GAP.column, start + CARD.width) + MARGIN,
    height: 0,
    itemOf: new Map(),
    start,
  };
  let y = MARGIN;
  model.bands.forEach((band, index) => {
    if (!shown[index].length) return;
    y = addBand(plan, view, band, shown[index], y) + GAP.band;
  });
  plan.height = y + MARGIN;
  return plan;
}

/** Adds one namespace at `y`; gives where it ends. */
function addBand(plan, view, band, nodes, y) {
  const closed = view.closed.has(band);
  const left = plan.start - MARGIN / 2;
  const place = { band, closed, x: left, y, width: plan.width - left - MARGIN / 2, height: 0, items: [] };
  const header = { type: "band", band, closed, nodes, column: 0, row: -1,
    x: place.x, y, width: place.width, height: HEADER };
  place.items.push(header);
  if (band.object && nodes.includes(band.object)) plan.itemOf.set(band.object, header);
  const cards = nodes.filter((node) => node.column >= 0);
  const rows = closed ? addTotals(plan, place, cards) : addRows(plan, view, place, cards);
  place.height = HEADER + rows * (CARD.height + GAP.row) + (rows ? GAP.row : 0);
  plan.bands.push(place);
  for (const item of place.items) plan.items.push(item);
  return y + place.height;
}

/** A closed band: one card a column, which stands for all of it. */
function addTotals(plan, place, nodes) {
  const byColumn = new Map();
  for (const node of nodes) push(byColumn, node.column, node);
  for (const [column, held] of byColumn) {
    addItem(plan, place, { type: "total", nodes: held, column, row: 0 });
  }
  return byColumn.size ? 1 : 0;
}

/** An open band: the lead column from top to bottom, the others near what they are linked with. */
function addRows(plan, view, place, nodes) {
  const { cards, folds } = fold(view, place.band, nodes);
  const rows = new Map();
  const byColumn = new Map();
  for (const node of cards) push(byColumn, node.column, node);
  const lead = [...(byColumn.get(LEAD) ?? [])].sort(byName);
  let length = 0;
  for (const node of lead) {
    rows.set(node, length);
    // A workload behind several Services leaves them room, so that their lines run level.
    length += Math.max(1, new Set(node.in.filter((edge) => isOnly(edge, node.band)).map((edge) => edge.from)).size);
  }
  let height = length;
  // Outwards from the lead, so that each column finds its neighbours placed.
  for (const column of [1, 0, 3, 4, 5, 6]) {
    const held = byColumn.get(column);
    if (!held) continue;
    const taken = new Set();
    for (const [node, wish] of wishes(held, rows)) {
      const row = nearestFree(wish ?? Infinity, taken, Math.max(length, held.length));
      taken.add(row);
      rows.set(node, row);
      height = Math.max(height, row + 1);
    }
  }
  for (const node of cards) addItem(plan, place, { type: "node", nodes: [node], column: node.column, row: rows.get(node) });
  const next = new Map();
  for (const item of place.items) {
    if (item.type === "node") next.set(item.column, Math.max(next.get(item.column) ?? 0, item.row + 1));
  }
  for (const held of folds) {
    const row = next.get(held.column) ?? 0;
    next.set(held.column, row + 1);
    height = Math.max(height, row + 1);
    addItem(plan, place, { type: "fold", nodes: held.nodes, key: held.key, column: held.column, row });
  }
  return height;
}

/** True for a line from a Service that sends to this one workload of its band. */
function isOnly(edge, band) {
  const from = edge.from;
  if (!from || from.data.role !== "service" || from.band !== band) return false;
  return from.out.find((one) => one.to.column === LEAD && one.to.band === band) === edge;
}

/** Sets apart what is linked with nothing and has no finding, where there is much of one kind. */
function fold(view, band, nodes) {
  const lone = new Map();
  for (const node of nodes) {
    const linked = node.in.length || node.out.length || node.data.findings.length;
    if (!linked && node.column !== LEAD) push(lone, `${band.index} ${node.column} ${node.data.kind}`, node);
  }
  const folds = [];
  const folded = new Set();
  for (const [key, held] of lone) {
    if (held.length < FOLD || view.opened.has(key)) continue;
    folds.push({ key, nodes: held, column: held[0].column });
    for (const node of held) folded.add(node);
  }
  return { cards: nodes.filter((node) => !folded.has(node)), folds };
}

/** Nodes with the row each would like, the mean of its placed neighbours; those without come last. */
function wishes(nodes, rows) {
  const wish = (node) => {
    let sum = 0, count = 0;
    for (const edge of [...node.out, ...node.in]) {
      const other = edge.from === node ? edge.to : edge.from;
      const row = other && other.band === node.band ? rows.get(other) : undefined;
      if (row !== undefined) { sum += row; count += 1; }
    }
    return count ? sum / count : null;
  };
  const all = nodes.map((node) => [node, wish(node)]);
  return all.sort((a, b) => (a[1] ?? Infinity) - (b[1] ?? Infinity) || byName(a[0], b[0]));
}

/** The free row nearest to a wish; the first free one for those without. */
function nearestFree(wish, taken, rows) {
  if (wish === Infinity) {
    let row = 0;
    while (taken.has(row)) row += 1;
    return row;
  }
  const want = Math.round(wish);
  for (let far = 0; ; far += 1) {
    if (!taken.has(want + far) && (want + far < rows || far > want)) return want + far;
    if (want - far >= 0 && !taken.has(want - far)) return want - far;
  }
}

function addItem(plan, place, item) {
  item.band = place.band;
  item.x = plan.columns[item.column].x;
  item.y = place.y + HEADER + item.row * (CARD.height + GAP.row) + GAP.row / 2;
  item.width = CARD.width;
  item.height = CARD.height;
  place.items.push(item);
  for (const node of item.nodes) plan.itemOf.set(node, item);
}

function push(map, key, value) {
  const held = map.get(key);
  if (held) held.push(value);
  else map.set(key, [value]);
}

/** `web-2` before `web-10`, wherever the page is opened. */
const NAMES = new Intl.Collator("en", { numeric: true });

function byName(a, b) {
  return NAMES.compare(a.name, b.name) || a.index - b.index;
}

/** Edges between items: those of several resources in one card become one. */
function lines(model, plan) {
  const found = new Map();
  for (const edge of model.edges) {
    const from = edge.from ? plan.itemOf.get(edge.from) : null;
    const to = plan.itemOf.get(edge.to);
    if (!to || from === to || (edge.from && !from)) continue;
    if (!found.has(to)) found.set(to, new Map());
    const into = found.get(to);
    const line = into.get(from);
    if (line) {
      line.edges.push(edge);
      line.traffic ||= edge.traffic;
      line.broken ||= edge.data.state === "missing";
      line.sure ||= edge.data.state === "ok";
    } else {
      into.set(from, { from, to, edges: [edge], traffic: edge.traffic,
        broken: edge.data.state === "missing", sure: edge.data.state === "ok" });
    }
  }
  return [...found.values()].flatMap((into) => [...into.values()]);
}
