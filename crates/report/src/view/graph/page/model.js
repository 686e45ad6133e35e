"use strict";
// What the page knows: the data as it was written into it, with indexes over it. Nothing here
// touches the page.

/** Severities, worst first. */
const SEVERITIES = ["critical", "high", "medium", "low", "info"];

/** The columns, in the order in which traffic passes, and the parts that stand in each. */
const COLUMNS = [
  { title: "Ways in", parts: ["entry"] },
  { title: "Services", parts: ["service"] },
  { title: "Workloads", parts: ["workload"] },
  { title: "Policies, scaling", parts: ["policy", "scaling"] },
  { title: "Accounts, rights", parts: ["account", "role"] },
  { title: "Config, secrets, volumes", parts: ["config", "secret", "storage"] },
  { title: "Other", parts: ["other"] },
];

/** The column whose resources lead the rows of a band. */
const LEAD = 2;

/** The id that stands for the world outside, as the data has it. */
const OUTSIDE = "outside";

/** 0 for the worst severity, 5 for none. */
function rank(severity) {
  const at = SEVERITIES.indexOf(severity);
  return at < 0 ? SEVERITIES.length : at;
}

/** `1 finding`, `2 findings`. */
function counted(number, word) {
  if (number === 1) return `1 ${word}`;
  if (/[^aeiou]y$/.test(word)) return `${number} ${word.slice(0, -1)}ies`;
  return `${number} ${word}${/(s|x|ch)$/.test(word) ? "es" : "s"}`;
}

/** `file.yaml:3`, or `file.yaml:3-9`. */
function placed(place, whole) {
  const end = whole && place.end_line > place.line ? `-${place.end_line}` : "";
  return `${place.path}:${place.line}${end}`;
}

/** One build: nodes, edges and bands know each other directly. */
class Model {
  constructor(build) {
    this.data = build;
    this.nodes = [];
    this.byId = new Map();
    this.bands = build.namespaces.map((data, index) => this.band(data, index));
    this.edges = [];
    this.outside = [];
    for (const data of build.edges) this.edge(data);
    for (const band of this.bands) {
      band.worst = Math.min(5, ...SEVERITIES.map((_, at) => (band.counts[at] ? at : 5)));
    }
  }

  band(data, index) {
    const title = data.name ?? (data.lives === "cluster" ? "Whole cluster" : "Namespace not stated");
    const band = { index, data, title, nodes: [], counts: [0, 0, 0, 0, 0], object: null };
    for (const one of data.nodes) {
      const node = this.node(one, band);
      if (one.id === data.object) band.object = node;
      for (const finding of one.findings) band.counts[rank(finding.severity)] += 1;
    }
    return band;
  }

  node(data, band) {
    const checks = new Set(data.findings.map((finding) => finding.check));
    const words = [data.name, data.kind, data.namespace, data.path, ...checks];
    const node = {
      data,
      band,
      index: this.nodes.length,
      column: COLUMNS.findIndex((column) => column.parts.includes(data.role)),
      name: data.name ?? "(no name)",
      out: [],
      in: [],
      worst: Math.min(5, ...data.findings.map((finding) => rank(finding.severity))),
      /** Somebody outside can reach it, as far as these files show. */
      open: data.exposure.some((way) => way.tone === "danger"),
      text: words.filter(Boolean).join(" ").toLowerCase(),
    };
    this.nodes.push(node);
    this.byId.set(data.id, node);
    band.nodes.push(node);
    return node;
  }

  edge(data) {
    const to = this.byId.get(data.to);
    if (!to) return;
    const from = this.byId.get(data.from) ?? null;
    if (!from && data.from !== OUTSIDE) return;
    const edge = { data, from, to, traffic: data.traffic };
    this.edges.push(edge);
    to.in.push(edge);
    if (from) from.out.push(edge);
    else this.outside.push(edge);
  }

  /** The node of an object by its kind, namespace and name. */
  named(object) {
    const key = ({ kind, namespace, name }) => `${kind}\n${namespace}\n${name}`;
    this.byName ??= new Map(this.nodes.map((node) => [key(node.data), node]).reverse());
    return this.byName.get(key(object));
  }

  /** The nodes that have all words of a question. */
  find(question) {
    const words = question.toLowerCase().split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const found = this.nodes.filter((node) => words.every((word) => node.text.includes(word)));
    const whole = words.join(" ");
    const far = (node) => {
      const name = node.name.toLowerCase();
      if (name === whole) return 0;
      return name.startsWith(whole) ? 1 : name.includes(whole) ? 2 : 3;
    };
    return found.sort((a, b) => far(a) - far(b) || a.index - b.index);
  }

  /** What a node is linked with, itself included. */
  around(node) {
    const near = new Set([node]);
    for (const edge of node.out) near.add(edge.to);
    for (const edge of node.in) if (edge.from) near.add(edge.from);
    return near;
  }
}
