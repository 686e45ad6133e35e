// Draws a layout: cards as buttons, only those near the part in view; lines on one canvas behind
// them, as large as the part in view.

/** Pixels beyond the part in view that are drawn too. */
const BEYOND = 300;

/** Makes an element: `make("span", "name", "text")`. Text is always text, never markup. */
function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

class Drawing {
  /** `on` is told what a person does: `pick(item)`, `hover(item or null)`. */
  constructor(on) {
    this.on = on;
    this.scroller = document.getElementById("scroller");
    this.sizer = document.getElementById("sizer");
    this.world = document.getElementById("world");
    this.canvas = document.getElementById("edges");
    this.columns = document.getElementById("columns");
    this.plan = null;
    this.lines = [];
    this.zoom = 1;
    this.cards = new Map();
    this.active = null;
    this.light = { item: null, lit: null, near: null, matches: null };
    this.asked = false;
    this.scroller.addEventListener("scroll", () => this.redraw(), { passive: true });
    new ResizeObserver(() => this.redraw()).observe(this.scroller);
  }

  show(plan, drawn) {
    this.plan = plan;
    this.lines = drawn;
    for (const card of this.cards.values()) card.remove();
    this.cards.clear();
    this.heads();
    this.resize();
  }

  /** `item` is what is selected, `lit` its lines, `near` what they lead to, `matches` what was searched. */
  highlight(light) {
    this.light = light;
    for (const [item, card] of this.cards) this.mark(item, card);
    this.redraw();
  }

  setZoom(zoom) {
    const { scroller } = this;
    const middle = (scroller.scrollTop + scroller.clientHeight / 2) / this.zoom;
    this.zoom = Math.min(1.6, Math.max(0.4, zoom));
    this.heads();
    this.resize();
    scroller.scrollTop = middle * this.zoom - scroller.clientHeight / 2;
  }

  /** The zoom at which all columns fit, as long as names can be read. */
  fit() {
    return Math.min(1, Math.max(0.76, this.scroller.clientWidth / this.plan.width));
  }

  resize() {
    this.sizer.style.width = `${this.plan.width * this.zoom}px`;
    this.sizer.style.height = `${this.plan.height * this.zoom}px`;
    this.world.style.transform = `scale(${this.zoom})`;
    this.redraw();
  }

  heads() {
    this.columns.replaceChildren();
    for (const column of this.plan.columns) {
      if (!column) continue;
      const head = make("span", "column", column.title);
      head.style.left = `${column.x * this.zoom}px`;
      head.style.width = `${(CARD.width + GAP.column - 10) * this.zoom}px`;
      this.columns.append(head);
    }
  }

  redraw() {
    if (this.asked || !this.plan) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      this.drawCards();
      this.drawLines();
    });
  }

  /** The part of the drawing in view, in its own units. */
  window() {
    const { scroller, zoom } = this;
    return {
      left: scroller.scrollLeft / zoom, top: scroller.scrollTop / zoom,
      right: (scroller.scrollLeft + scroller.clientWidth) / zoom,
      bottom: (scroller.scrollTop + scroller.clientHeight) / zoom,
    };
  }

  drawCards() {
    const view = this.window();
    this.columns.style.transform = `translateX(${-this.scroller.scrollLeft}px)`;
    const wanted = new Set();
    for (const band of this.plan.bands) {
      if (band.y > view.bottom + BEYOND || band.y + band.height < view.top - BEYOND) continue;
      for (const item of band.items) {
        if (item.y > view.bottom + BEYOND || item.y + item.height < view.top - BEYOND) continue;
        wanted.add(item);
      }
    }
    for (const [item, card] of this.cards) {
      // What has the focus stays, or the keyboard would lose its place.
      if (wanted.has(item) || card === document.activeElement) continue;
      card.remove();
      this.cards.delete(item);
    }
    for (const item of wanted) if (!this.cards.has(item)) this.addCard(item);
  }

  addCard(item) {
    const card = item.type === "band" ? bandCard(item) : item.type === "node" ? nodeCard(item) : manyCard(item);
    card.style.left = `${item.x}px`;
    card.style.top = `${item.y}px`;
    card.style.width = `${item.width}px`;
    card.style.height = `${item.height}px`;
    card.tabIndex = item === this.active ? 0 : -1;
    card.addEventListener("click", () => this.on.pick(item));
    card.addEventListener("focus", () => this.activate(item));
    if (item.type !== "band") {
      card.addEventListener("pointerenter", () => this.on.hover(item));
      card.addEventListener("pointerleave", () => this.on.hover(null));
    }
    this.cards.set(item, card);
    this.mark(item, card);
    this.world.append(card);
  }

  mark(item, card) {
    const { item: selected, near, matches } = this.light;
    card.classList.toggle("selected", item === selected);
    card.setAttribute("aria-pressed", String(item === selected));
    const faded = (near && !near.has(item)) || (matches && !matches.has(item));
    card.classList.toggle("faded", Boolean(faded) && item.type !== "band");
    card.classList.toggle("found", Boolean(matches && matches.has(item)));
  }

  /** Makes an item the one that Tab comes to. */
  activate(item) {
    const before = this.cards.get(this.active);
    if (before) before.tabIndex = -1;
    this.active = item;
    const card = this.cards.get(item);
    if (card) card.tabIndex = 0;
  }

  /** Brings an item into view and, when wanted, gives it the focus. */
  goTo(item, focus) {
    this.activate(item);
    const { scroller, zoom } = this;
    const view = this.window();
    const room = 40;
    if (item.y < view.top + room) scroller.scrollTop = (item.y - room) * zoom;
    else if (item.y + item.height > view.bottom - room) {
      scroller.scrollTop = (item.y + item.height + room) * zoom - scroller.clientHeight;
    }
    if (item.type !== "band") {
      if (item.x < view.left) scroller.scrollLeft = (item.x - room) * zoom;
      else if (item.x + item.width > view.right) {
        scroller.scrollLeft = (item.x + item.width + room) * zoom - scroller.clientWidth;
      }
    }
    this.drawCards();
    if (focus) this.cards.get(item)?.focus({ preventScroll: true });
  }

  drawLines() {
    const { canvas, scroller, zoom } = this;
    const ratio = window.devicePixelRatio || 1;
    const width = scroller.clientWidth, height = scroller.clientHeight;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    const pen = canvas.getContext("2d");
    const view = this.window();
    const scale = ratio * zoom;
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.clearRect(0, 0, canvas.width, canvas.height);
    pen.setTransform(scale, 0, 0, scale, -view.left * scale, -view.top * scale);
    const style = getComputedStyle(document.documentElement);
    const ink = (name) => style.getPropertyValue(name).trim();
    this.drawStrip(pen, view, ink);
    for (const line of this.lines) if (!this.isLit(line)) this.drawLine(pen, view, line, ink, false);
    for (const line of this.lines) if (this.isLit(line)) this.drawLine(pen, view, line, ink, true);
  }

  /** True for a line of what is selected. */
  isLit(line) {
    return this.light.lit !== null && this.light.lit.has(line);
  }

  drawStrip(pen, view, ink) {
    if (this.plan.start === MARGIN) return;
    pen.globalAlpha = 1;
    pen.fillStyle = ink("--strip");
    pen.fillRect(MARGIN / 2, 0, STRIP, this.plan.height);
    pen.save();
    pen.fillStyle = ink("--strip-text");
    pen.font = "600 11px system-ui, sans-serif";
    pen.textAlign = "center";
    const bottom = Math.min(view.bottom, this.plan.height);
    pen.translate(MARGIN / 2 + STRIP / 2 + 4, (view.top + bottom) / 2);
    pen.rotate(-Math.PI / 2);
    pen.fillText("OUTSIDE THE CLUSTER", 0, 0);
    pen.restore();
  }

  drawLine(pen, view, line, ink, lit) {
    const path = curve(line);
    if (Math.max(path.y1, path.y2) < view.top || Math.min(path.y1, path.y2) > view.bottom) return;
    const colour = line.broken ? "--broken" : lit ? "--lit" : line.traffic ? "--traffic" : "--uses";
    const quiet = this.light.near || this.light.matches ? 0.12 : line.traffic ? 0.75 : 0.5;
    pen.globalAlpha = lit ? 1 : quiet;
    pen.strokeStyle = ink(colour);
    pen.lineWidth = (lit ? 2 : line.traffic ? 1.5 : 1) + Math.min(3, Math.log2(line.edges.length) / 2);
    pen.setLineDash(line.broken ? [5, 4] : line.sure ? [] : [2, 3]);
    pen.beginPath();
    pen.moveTo(path.x1, path.y1);
    pen.bezierCurveTo(path.c1, path.y1, path.c2, path.y2, path.x2, path.y2);
    pen.stroke();
    pen.setLineDash([]);
    if (!lit && !line.traffic) return;
    const way = path.c2 < path.x2 ? 1 : -1;
    pen.fillStyle = ink(colour);
    pen.beginPath();
    pen.moveTo(path.x2, path.y2);
    pen.lineTo(path.x2 - 7 * way, path.y2 - 3.5);
    pen.lineTo(path.x2 - 7 * way, path.y2 + 3.5);
    pen.fill();
  }
}

/** The ends of a line and the reach of its bends. */
function curve(line) {
  const { from, to } = line;
  const y2 = to.y + to.height / 2;
  if (!from) {
    const x1 = MARGIN / 2 + STRIP;
    return { x1, y1: y2, x2: to.x, y2, c1: x1 + 20, c2: to.x - 20 };
  }
  const y1 = from.y + from.height / 2;
  // A header is as wide as its band: lines end at its left edge.
  const right = (item) => (item.type === "band" ? item.x + 8 : item.x + item.width);
  if (from.x === to.x || from.type === "band" || to.type === "band") {
    const x1 = right(from), x2 = right(to);
    return { x1, y1, x2, y2, c1: x1 + GAP.column * 0.7, c2: x2 + GAP.column * 0.7 };
  }
  const forward = from.x < to.x;
  const x1 = forward ? right(from) : from.x, x2 = forward ? to.x : right(to);
  const bend = Math.max(GAP.column * 0.6, Math.abs(x2 - x1) * 0.35) * (forward ? 1 : -1);
  return { x1, y1, x2, y2, c1: x1 + bend, c2: x2 - bend };
}

/** A count of findings in the colour of the worst. */
function badge(worst, number, words) {
  const mark = make("span", `badge ${SEVERITIES[worst]}`, String(number));
  mark.title = words;
  return mark;
}

function nodeCard(item) {
  const node = item.nodes[0];
  const { data } = node;
  const card = make("button", `card ${data.role} ${data.state}`);
  card.type = "button";
  card.append(make("span", "kind", data.state === "missing" ? `${data.kind} (missing)` : data.kind));
  card.append(make("span", "name", node.name));
  const said = [`${data.kind} ${node.name}`, data.namespace ? `in ${data.namespace}` : ""];
  if (data.exposure.length) {
    const mark = make("span", node.open ? "mark" : "mark guarded", "\u21e5");
    const words = node.open ? "open to the outside" : "reached from outside by some only";
    mark.title = `${words}: ${data.exposure.map((way) => way.words).join("; ")}`;
    card.append(mark);
    said.push(words);
  }
  if (data.state !== "ok") said.push(data.state);
  if (data.findings.length) {
    const words = `${counted(data.findings.length, "finding")}, worst ${SEVERITIES[node.worst]}`;
    card.append(badge(node.worst, data.findings.length, words));
    said.push(words);
  }
  card.title = `${data.kind} ${data.namespace ? data.namespace + "/" : ""}${node.name}`;
  card.setAttribute("aria-label", said.filter(Boolean).join(", "));
  return card;
}

/** A card of several resources: all of a column in a closed band, or those linked with nothing. */
function manyCard(item) {
  const card = make("button", `card many ${item.type}`);
  card.type = "button";
  const kinds = new Map();
  for (const node of item.nodes) kinds.set(node.data.kind, (kinds.get(node.data.kind) ?? 0) + 1);
  const parts = [...kinds].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const words = parts.map(([kind, number]) => counted(number, kind)).join(", ");
  const title = item.type === "fold" ? "linked with nothing" : `${item.nodes.length} in ${item.band.title}`;
  card.append(make("span", "kind", title), make("span", "name", words));
  const findings = item.nodes.reduce((sum, node) => sum + node.data.findings.length, 0);
  const worst = Math.min(5, ...item.nodes.map((node) => node.worst));
  if (findings) card.append(badge(worst, findings, counted(findings, "finding")));
  card.title = words;
  card.setAttribute("aria-label", `${words}, ${title}${findings ? ", " + counted(findings, "finding") : ""}`);
  return card;
}

function bandCard(item) {
  const { band, closed, nodes } = item;
  const card = make("button", `band ${band.data.lives}`);
  card.type = "button";
  card.setAttribute("aria-expanded", String(!closed));
  const held = nodes.length - (band.object ? 1 : 0);
  card.append(make("span", "caret", closed ? "\u25b8" : "\u25be"), make("span", "title", band.title));
  card.append(make("span", "count", counted(held, "resource")));
  band.counts.forEach((number, at) => {
    if (number) card.append(badge(at, number, `${number} ${SEVERITIES[at]}`));
  });
  card.setAttribute("aria-label", `${band.title}, ${counted(held, "resource")}, ${closed ? "closed" : "open"}`);
  return card;
}
