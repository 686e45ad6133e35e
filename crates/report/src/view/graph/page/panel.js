// The panel at the right: the overview of a build, or everything about one resource.

/** Entries of a list that are shown at first. */
const FIRST = 60;

class Panel {
  /** `on.open(node)` is called when a person wants to go to a resource. */
  constructor(on) {
    this.on = on;
    this.root = document.getElementById("panel");
    this.model = null;
  }

  overview(model) {
    this.model = model;
    const parts = [make("h2", "", model.data.name === "." ? "This build" : model.data.name)];
    const real = model.nodes.filter((node) => node.data.state === "ok");
    const spaces = model.bands.filter((band) => band.data.lives === "namespace").length;
    const size = counted(real.length, "resource") + (spaces ? `, ${counted(spaces, "namespace")}` : "");
    parts.push(make("p", "quiet", size + (model.data.complete ? "" : "; a part of what is applied")));
    parts.push(...this.exposed(model));
    const missing = model.nodes.filter((node) => node.data.state === "missing");
    if (missing.length) {
      parts.push(make("h3", "", `Missing (${missing.length})`));
      parts.push(this.list(missing, (node) => this.nodeRow(node)));
    }
    parts.push(...this.findings(model));
    this.fill(parts);
  }

  /** All findings, a check at a time, the worst first. */
  findings(model) {
    const all = model.nodes.flatMap((node) => node.data.findings.map((finding) => ({ node, finding })));
    for (const finding of model.data.findings) all.push({ node: null, finding });
    const parts = [make("h3", "", all.length ? `Findings (${all.length})` : "No findings")];
    const checks = new Map();
    for (const one of all) push(checks, `${one.finding.severity} ${one.finding.check}`, one);
    const order = (held) => rank(held[0].finding.severity);
    for (const held of [...checks.values()].sort((a, b) => order(a) - order(b) || b.length - a.length)) {
      if (held.length === 1) {
        parts.push(this.finding(held[0].finding, held[0].node));
        continue;
      }
      const { severity, check } = held[0].finding;
      const group = make("details", "check-group");
      const summary = make("summary");
      summary.append(make("span", `severity ${severity}`, severity), make("span", "check", check),
        make("span", "times", `\u00d7 ${held.length}`));
      group.append(summary);
      // Drawn when it is opened: there may be thousands.
      group.addEventListener("toggle", () => {
        if (group.open && group.childElementCount === 1) {
          group.append(this.list(held, ({ node, finding }) => this.finding(finding, node)));
        }
      });
      parts.push(group);
    }
    return parts;
  }

  /** Ways in, by the resource they lead to. */
  exposed(model) {
    const ways = model.nodes.filter((node) => node.data.exposure.length);
    if (!ways.length) return [make("h3", "", "No way in from outside")];
    const workloads = ways.filter((node) => node.data.role === "workload");
    workloads.sort((a, b) => Number(b.open) - Number(a.open));
    const doors = ways.filter((node) => node.data.role !== "workload");
    const parts = [];
    for (const [title, held] of [["Workloads reached from outside", workloads], ["Doors", doors]]) {
      if (!held.length) continue;
      parts.push(make("h3", "", `${title} (${held.length})`));
      parts.push(this.list(held, (node) => {
        const row = this.nodeRow(node);
        row.append(make("span", "way", node.data.exposure[0].words));
        return row;
      }));
    }
    return parts;
  }

  node(node) {
    const { data } = node;
    const parts = [this.back()];
    parts.push(make("p", "kindline", `${data.kind}${data.apiVersion ? "  " + data.apiVersion : ""}`));
    parts.push(make("h2", "", node.name));
    parts.push(make("p", "quiet", whereabouts(node)));
    if (data.path) parts.push(make("p", "place", placed(data, true)));
    parts.push(...this.states(data));
    parts.push(...facts(data.facts));
    if (data.exposure.length) parts.push(...this.section({ title: "Ways in from outside", lines: data.exposure }));
    if (data.findings.length) {
      parts.push(make("h3", "", `Findings (${data.findings.length})`));
      const sorted = [...data.findings].sort((a, b) => rank(a.severity) - rank(b.severity));
      parts.push(this.list(sorted, (finding) => this.finding(finding, null)));
    }
    for (const section of data.sections) parts.push(...this.section(section));
    parts.push(...this.links("Leads to", node.out, (edge) => edge.to));
    parts.push(...this.links("Referred to by", node.in, (edge) => edge.from));
    this.fill(parts);
  }

  /** Several resources that are drawn as one. */
  many(title, nodes) {
    const sorted = [...nodes].sort((a, b) => a.worst - b.worst || byName(a, b));
    this.fill([this.back(), make("h2", "", title), make("p", "quiet", counted(nodes.length, "resource")),
      this.list(sorted, (node) => this.nodeRow(node))]);
  }

  states(data) {
    const words = { missing: "Nothing in these files defines it.",
      unknown: "These files do not show it: it is made in the cluster, or its name is filled in later." };
    return words[data.state] ? [make("p", `state ${data.state}`, words[data.state])] : [];
  }

  /** What the analysis says in words: what may reach it, which rights it has. */
  section(section) {
    return [make("h3", "", section.title), this.list(section.lines, (line) => this.said(line))];
  }

  /** A line with its place; what it consists of is shown when a person opens it. */
  said(line) {
    const row = make("div", `said ${line.tone}`);
    const words = make("span", "words", line.words);
    const place = line.path ? [make("span", "place", placed(line, false))] : [];
    if (!line.steps) {
      row.append(this.leading(words, line.object), ...place);
      return row;
    }
    const steps = make("ol", "steps");
    for (const step of line.steps) {
      const item = make("li");
      item.append(this.said(step));
      steps.append(item);
    }
    const details = make("details");
    const summary = make("summary");
    summary.append(words, ...place);
    details.append(summary, steps);
    row.append(details);
    return row;
  }

  /** Words that lead to the resource they are about, where the page shows it. */
  leading(words, object) {
    const node = object && this.model.named(object);
    if (!node) return words;
    const button = make("button", "leading");
    button.type = "button";
    button.append(words);
    button.addEventListener("click", () => this.on.open(node));
    return button;
  }

  links(title, edges, other) {
    if (!edges.length) return [];
    const parts = [make("h3", "", `${title} (${edges.length})`)];
    const groups = new Map();
    for (const edge of edges) push(groups, edge.data.relation, edge);
    for (const [relation, held] of groups) {
      parts.push(make("h4", "", relation));
      parts.push(this.list(held, (edge) => {
        const node = other(edge);
        const often = edge.data.count > 1 ? ` and ${edge.data.count - 1} more` : "";
        const said = [edge.data.label, placed(edge.data, false) + often].filter(Boolean);
        if (!node) return this.outsideRow(said);
        return this.nodeRow(node, said.join("  \u00b7  "), edge.data.state);
      }));
    }
    return parts;
  }

  outsideRow(said) {
    const row = make("div", "row");
    row.append(make("span", "name", "Outside the cluster"), make("span", "place", said.join("  \u00b7  ")));
    return row;
  }

  nodeRow(node, note, state) {
    const row = make("button", `row ${state ?? node.data.state}`);
    row.type = "button";
    row.append(make("span", "kind", node.data.kind));
    const name = make("span", "name", node.data.namespace ? `${node.data.namespace}/${node.name}` : node.name);
    row.append(name);
    if (node.data.findings.length) {
      row.append(badge(node.worst, node.data.findings.length, counted(node.data.findings.length, "finding")));
    }
    if (note) row.append(make("span", "place", note));
    row.addEventListener("click", () => this.on.open(node));
    return row;
  }

  finding(finding, node) {
    const row = make(node ? "button" : "div", `row finding ${finding.severity}`);
    const head = make("span", "head");
    head.append(make("span", `severity ${finding.severity}`, finding.severity), make("span", "check", finding.check));
    row.append(head, make("span", "message", finding.message));
    row.append(make("span", "place", `${finding.path}:${finding.line}:${finding.column}`));
    if (node) {
      row.type = "button";
      row.addEventListener("click", () => this.on.open(node));
    }
    return row;
  }

  /** A list whose first entries are shown, and a button for the rest. */
  list(entries, draw) {
    const list = make("ul", "list");
    const add = (from, to) => {
      for (const entry of entries.slice(from, to)) {
        const item = make("li");
        item.append(draw(entry));
        list.append(item);
      }
    };
    add(0, FIRST);
    if (entries.length > FIRST) {
      const item = make("li");
      const more = make("button", "more", `Show ${entries.length - FIRST} more`);
      more.type = "button";
      more.addEventListener("click", () => { item.remove(); add(FIRST, entries.length); });
      item.append(more);
      list.append(item);
    }
    return list;
  }

  back() {
    const back = make("button", "back", "\u2190 Overview");
    back.type = "button";
    back.addEventListener("click", () => this.on.close());
    return back;
  }

  fill(parts) {
    this.root.replaceChildren(...parts);
    this.root.scrollTop = 0;
  }
}

function whereabouts(node) {
  if (node.data.namespace) return `in namespace ${node.data.namespace}`;
  return node.band.data.lives === "cluster" ? "of the whole cluster" : "in a namespace that no file states";
}

function facts(all) {
  if (!all.length) return [];
  const list = make("dl", "facts");
  let before = "";
  for (const { label, value } of all) {
    list.append(make("dt", "", label === before ? "" : label), make("dd", "", value));
    before = label;
  }
  return [list];
}
