// The contract with the server, spoken with the one in KUBESIFT_BIN: what the extension sends is understood,
// what it asks for is answered. Steps aside, and says so, where there is no such program or it cannot serve.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { StreamMessageReader, StreamMessageWriter, createMessageConnection } from "vscode-jsonrpc/node";
import type { MessageConnection } from "vscode-jsonrpc/node";
import { fault } from "../src/core/probe";
import { policy } from "../src/core/seal";
import { forServer, initializationOptions } from "../src/core/settings";
import { LEVELS, readStatus } from "../src/core/status";
import type { Status } from "../src/core/status";
import { ROOT } from "./root";

const program = process.env["KUBESIFT_BIN"];

/** What the editor has set: everything that a person can set, so that nothing of it goes unknown. */
const SETTINGS = {
  profile: "all",
  select: [],
  extendSelect: ["rbac"],
  ignore: ["image-not-pinned-by-digest"],
  minSeverity: "info",
  kubernetesVersion: "1.31",
  config: "",
  features: { hover: true, completion: true, codeLens: true, inlayHints: true },
  path: "",
  executable: "bundled",
  trace: { server: "off" },
};

/** Nobody waits for a server that never answers. */
const GIVE_UP = { timeout: 60_000 };

interface Session {
  readonly connection: MessageConnection;
  readonly capabilities: Record<string, any>;
  /** The shop of the repository, copied to where it may be changed. */
  readonly folder: string;
  /** What the server said to the person. */
  readonly messages: unknown[];
  /** Settles with the first status that the server calls ready. */
  readonly ready: Promise<Status>;
}

/** Starts the server as the extension does, runs `use`, and sees that it ends when it is asked to. A test that is given up takes its server along. */
async function served(signal: AbortSignal, use: (session: Session) => Promise<void>): Promise<void> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "kubesift-shop-")));
  cpSync(path.resolve(ROOT, "..", "..", "testdata", "shop"), folder, { recursive: true });
  const server = spawn(program as string, ["lsp"], { stdio: ["pipe", "pipe", "ignore"], cwd: folder });
  signal.addEventListener("abort", () => server.kill("SIGKILL"));
  const ended = new Promise<number | null>((resolve) => server.once("exit", resolve));
  const connection = createMessageConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  const messages: unknown[] = [];
  const ready = new Promise<Status>((resolve) => {
    connection.onNotification("kubesift/status", (said) => {
      const status = readStatus(said);
      assert.ok(status, "kubesift/status is as the contract has it");
      if (status.state === "ready") resolve(status);
    });
  });
  connection.onNotification("window/showMessage", (message) => void messages.push(message));
  connection.onRequest("workspace/configuration", ({ items }: { items: { section?: string }[] }) =>
    items.map(({ section }) => (section === "kubesift" ? forServer(SETTINGS) : null)),
  );
  for (const request of ["client/registerCapability", "window/workDoneProgress/create", "workspace/diagnostic/refresh", "workspace/codeLens/refresh", "workspace/inlayHint/refresh"]) {
    connection.onRequest(request, () => null);
  }
  connection.listen();
  try {
    const uri = pathToFileURL(folder).href;
    const { capabilities } = await connection.sendRequest<{ capabilities: Record<string, any> }>("initialize", {
      processId: process.pid,
      rootUri: uri,
      workspaceFolders: [{ uri, name: "shop" }],
      capabilities: { workspace: { configuration: true, applyEdit: true, workspaceFolders: true, didChangeWatchedFiles: { dynamicRegistration: true } } },
      initializationOptions: initializationOptions(SETTINGS),
    });
    await connection.sendNotification("initialized", {});
    await use({ connection, capabilities, folder, messages, ready });
    await connection.sendRequest("shutdown");
    await connection.sendNotification("exit");
    assert.equal(await ended, 0, "the server ends with 0 after shutdown and exit");
  } finally {
    connection.dispose();
    server.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

test("the server keeps its side", async (context) => {
  const why = program ? await fault(program) : "KUBESIFT_BIN does not name a program";
  if (why !== undefined) return context.skip(why);
  const execute = (session: Session, command: string, ...args: unknown[]): Promise<unknown> =>
    session.connection.sendRequest("workspace/executeCommand", { command, arguments: args });

  await context.test("it offers every command that the extension calls", GIVE_UP, ({ signal }) =>
    served(signal, async ({ capabilities }) => {
      const offered: string[] = capabilities["executeCommandProvider"]?.commands ?? [];
      for (const name of ["explain", "checkWorkspace", "showGraph", "fixAll"]) assert.ok(offered.includes(`kubesift.${name}`), name);
    }),
  );

  await context.test("it says how it stands, and has nothing to say about our settings", GIVE_UP, ({ signal }) =>
    served(signal, async ({ ready, messages }) => {
      const { counts, files } = await ready;
      assert.ok(LEVELS.some((level) => counts[level] > 0), "the shop has findings");
      assert.ok(files > 0);
      assert.deepEqual(messages, []);
    }),
  );

  await context.test("it explains a check, and answers null for none", GIVE_UP, ({ signal }) =>
    served(signal, async (session) => {
      assert.match(String(await execute(session, "kubesift.explain", "privileged-container")), /privileged/);
      assert.equal(await execute(session, "kubesift.explain", "no-such-check"), null);
    }),
  );

  await context.test("it draws the graph as a page whose scripts the policy lets run", GIVE_UP, ({ signal }) =>
    served(signal, async (session) => {
      await session.ready;
      const page = await execute(session, "kubesift.showGraph", pathToFileURL(path.join(session.folder, "k8s", "cart.yaml")).href);
      assert.match(String(page), /<html/);
      assert.match(policy(String(page)), /script-src 'sha256-/);
      assert.equal(await execute(session, "kubesift.showGraph", pathToFileURL(path.join(session.folder, "absent.yaml")).href), null);
    }),
  );

  await context.test("it checks again, and the count is the same", GIVE_UP, ({ signal }) =>
    served(signal, async (session) => {
      const before = await session.ready;
      const again = new Promise<Status>((resolve) => {
        session.connection.onNotification("kubesift/status", (said) => {
          const status = readStatus(said);
          if (status?.state === "ready") resolve(status);
        });
      });
      assert.equal(await execute(session, "kubesift.checkWorkspace"), null);
      assert.deepEqual((await again).counts, before.counts);
    }),
  );
});
