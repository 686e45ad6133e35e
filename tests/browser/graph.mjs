// Drives the page of `kubesift graph` in a headless Chromium: loads it, searches, selects, filters,
// walks by keyboard, and fails on any error of the console or any request. docs/relations.md says
// how to run it. Machines without a browser step aside: this is no part of `cargo test`.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const binary = process.env.KUBESIFT ?? "target/debug/kubesift";
const browserPath = process.env.CHROMIUM ?? "/usr/bin/chromium";
const shots = process.env.SHOTS;

if (!existsSync(browserPath)) {
  console.log(`no browser at ${browserPath}: nothing is tested`);
  process.exit(0);
}
const { chromium } = await import("playwright-core");

const folder = mkdtempSync(join(tmpdir(), "kubesift-graph-"));
if (shots) mkdirSync(shots, { recursive: true });

/** Writes manifests, draws them, gives the page's path. */
function drawn(name, manifests) {
  const input = join(folder, name);
  mkdirSync(input);
  writeFileSync(join(input, "all.yaml"), manifests);
  const page = join(folder, `${name}.html`);
  execFileSync(binary, ["graph", input, "--no-config", "--output", page, "--quiet"]);
  return page;
}

const web = (namespace, name, extra = "") => `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers:
        - name: app
          image: registry.example/app:1
          securityContext: {privileged: true}
          envFrom: [{secretRef: {name: ${name}-keys}}]
          ports: [{containerPort: 8080}]
${extra}---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {app: ${name}}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: Secret
metadata: {name: ${name}-keys, namespace: ${namespace}}
stringData: {password: never-to-be-shown}
`;

const small = `${web("shop", "web")}${web("shop", "api")}---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front, namespace: shop}
spec:
  rules:
    - host: shop.example
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api-from-web, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: "</script><script>document.title='taken'</script>", namespace: shop}
`;

let large = "";
for (let at = 0; at < 700; at += 1) large += web(`team-${at % 40}`, `service-${at}`);

const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
const wrong = [];

async function open(path, options = {}) {
  const page = await browser.newPage({ viewport: { width: 1500, height: 920 }, ...options });
  page.on("console", (message) => { if (message.type() !== "log") wrong.push(message.text()); });
  page.on("pageerror", (error) => wrong.push(error.message));
  page.on("request", (request) => { if (request.url() !== pathToFileURL(path).href) wrong.push(`asks for ${request.url()}`); });
  await page.goto(pathToFileURL(path).href);
  await page.waitForSelector(".card, .band");
  return page;
}

const panel = (page) => page.locator("#panel");
const shot = async (page, name) => { if (shots) await page.screenshot({ path: join(shots, `${name}.png`) }); };

// ---- a small build ----

const page = await open(drawn("small", small));
assert.equal(await page.title(), "kubesift graph", "a hostile name has no power");
assert.match(await panel(page).innerText(), /Workloads reached from outside \(1\)/);
assert.doesNotMatch(await page.content(), /never-to-be-shown/);
await shot(page, "overview");

await page.keyboard.press("/");
await page.keyboard.type("deploy web");
assert.equal(await page.locator("#results li").count(), 1);
await page.keyboard.press("Enter");
const text = await panel(page).innerText();
assert.match(text, /all\.yaml:2-/, "the panel names the source");
assert.match(text, /Findings \(\d+\)\s+critical/, "the panel lists findings, the worst first");
assert.match(text, /Ingress front/, "the panel tells the way in");
assert.match(text, /takes its environment from/, "the panel lists links");
assert.equal(await page.locator(".card.selected").count(), 1);
await shot(page, "selected");

await page.locator("#panel .row", { hasText: "web-keys" }).first().click();
assert.match(await panel(page).innerText(), /Secret/);
assert.match(await panel(page).innerText(), /Referred to by/i);

await page.keyboard.press("Escape");
assert.match(await panel(page).innerText(), /Findings/);
assert.equal(await page.locator(".card.selected").count(), 0);

// The keyboard alone: from the first card to another, then into it.
await page.locator(".card").first().focus();
const before = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
await page.keyboard.press("ArrowRight");
const after = await page.evaluate(() => document.activeElement.getAttribute("aria-label"));
assert.notEqual(before, after, "arrow keys move");
await page.keyboard.press("Enter");
assert.equal(await page.locator(".card.selected").count(), 1);
await page.keyboard.press("Escape");

await page.selectOption("#severity", "critical");
assert.ok((await page.locator(".card.workload").count()) === 2);
assert.equal(await page.locator(".card", { hasText: "api-from-web" }).count(), 1, "what is linked stays");
await page.selectOption("#severity", "");

await page.click("#kinds > summary");
await page.locator("#kinds label", { hasText: "NetworkPolicy" }).locator("input").uncheck();
assert.equal(await page.locator(".card", { hasText: "api-from-web" }).count(), 0, "a kind can be hidden");
await page.keyboard.press("Escape");

await page.click("#theme");
assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
await shot(page, "dark");

// ---- 2,100 resources ----

const many = await open(drawn("large", large), { colorScheme: "dark" });
assert.equal(await many.locator(".card.node").count(), 0);
assert.ok((await many.locator(".band").count()) > 5, "a large build starts with its namespaces closed");
await shot(many, "large");
await many.locator(".band").first().click();
assert.ok((await many.locator(".card.workload").count()) > 5, "a namespace opens");
await shot(many, "large-open");
await many.click("#expand");
const cards = await many.evaluate(() => document.querySelectorAll(".card").length);
assert.ok(cards < 400, `only what is near the part in view is drawn, not ${cards} cards`);
await many.fill("#search", "service-699");
await many.locator("#results li", { hasText: "Deployment" }).first().click();
assert.match(await panel(many).innerText(), /service-699/);
assert.ok(await many.locator(".card.selected").isVisible(), "what is selected comes into view");
const slow = await many.evaluate(() => {
  const start = performance.now();
  for (let at = 0; at < 20; at += 1) { drawing.drawCards(); drawing.drawLines(); }
  return (performance.now() - start) / 20;
});
console.log(`a frame of the large build: ${slow.toFixed(1)} ms`);

await browser.close();
assert.deepEqual(wrong, [], "no errors, no requests");
console.log("the page does what it should");
