// A client of a language server over standard input and output: documents that follow edits, and the
// diagnostics as they come, told or asked for.

import { spawn } from "node:child_process";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import * as protocol from "vscode-languageserver-protocol/node";

/** Longer than anything takes; who waits longer waits in vain. */
export const GUARD = 60_000;

/** The server asks to be asked again: the documents have changed meanwhile. */
const RETRY = new Set([-32801, -32802]);

export const uriOf = (path) => pathToFileURL(path).href;

/** What a good client can. */
export function capabilities({ pull = false, encoding = "utf-16" } = {}) {
  const diagnostics = {
    relatedInformation: true,
    codeDescriptionSupport: true,
    dataSupport: true,
    tagSupport: { valueSet: [1, 2] },
  };
  return {
    general: { positionEncodings: [encoding] },
    window: { workDoneProgress: false },
    workspace: {
      applyEdit: true,
      configuration: false,
      workspaceEdit: { documentChanges: true, resourceOperations: ["create"] },
      didChangeWatchedFiles: { dynamicRegistration: true },
      workspaceFolders: true,
    },
    textDocument: {
      publishDiagnostics: { ...diagnostics, versionSupport: true },
      ...(pull ? { diagnostic: { relatedDocumentSupport: true } } : {}),
      synchronization: { didSave: true },
      hover: { contentFormat: ["markdown"] },
      definition: {},
      completion: { completionItem: {} },
      codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } },
    },
  };
}

/** The number of units of a text in an encoding of positions. */
export function units(text, encoding) {
  return encoding === "utf-8" ? Buffer.byteLength(text) : text.length;
}

/** The position of an offset (of JavaScript's units) in a text. */
export function position(text, offset, encoding = "utf-16") {
  let line = 0;
  let start = 0;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) {
    line += 1;
    start = at + 1;
  }
  return { line, character: units(text.slice(start, offset), encoding) };
}

export class Client {
  /** Starts a program; `command` is it and its arguments. */
  constructor(command, env = process.env) {
    this.started = performance.now();
    this.child = spawn(command[0], command.slice(1), { env, stdio: ["pipe", "pipe", "pipe"] });
    this.stderr = "";
    this.child.stderr.on("data", (data) => (this.stderr += data));
    this.exited = new Promise((done) => this.child.once("exit", (code, signal) => done(code ?? signal)));
    this.exited.then((code) => (this.end = code));
    this.connection = protocol.createProtocolConnection(
      new protocol.StreamMessageReader(this.child.stdout),
      new protocol.StreamMessageWriter(this.child.stdin),
    );
    /** What was last published, by URI: { version, diagnostics, at }. */
    this.published = new Map();
    /** How many publishes came, and when the last of them. */
    this.publishes = 0;
    this.lastMessage = 0;
    this.status = undefined;
    this.logs = [];
    this.documents = new Map();
    this.waiters = new Set();
    this.encoding = "utf-16";
    const { connection } = this;
    connection.onError(() => {});
    connection.onNotification("textDocument/publishDiagnostics", (params) => {
      this.publishes += 1;
      this.published.set(params.uri, { ...params, at: performance.now() });
      this.wake();
    });
    connection.onNotification("kubesift/status", (params) => {
      this.status = { ...params, at: performance.now() };
      this.wake();
    });
    connection.onNotification("window/logMessage", ({ message }) => this.logs.push(message));
    connection.onNotification("window/showMessage", ({ message }) => this.logs.push(message));
    connection.onRequest("workspace/applyEdit", () => ({ applied: true }));
    connection.onRequest("workspace/configuration", ({ items }) =>
      items.map(({ section }) => this.settings?.[section] ?? null));
    for (const method of ["client/registerCapability", "window/workDoneProgress/create", "workspace/diagnostic/refresh"]) {
      connection.onRequest(method, () => null);
    }
    connection.listen();
  }

  wake() {
    this.lastMessage = performance.now();
    for (const waiter of [...this.waiters]) waiter();
  }

  /** Waits until something holds; looks whenever the server has said something. */
  until(what, holds, guard = GUARD) {
    return new Promise((resolve, reject) => {
      const done = (error) => {
        clearTimeout(timer);
        this.waiters.delete(look);
        error ? reject(error) : resolve(performance.now());
      };
      const look = () => holds() && done();
      const timer = setTimeout(() => done(new Error(`in vain: ${what}\n${this.stderr.slice(-2000)}`)), guard);
      this.exited.then((code) => done(new Error(`the server left (${code}): ${what}\n${this.stderr.slice(-2000)}`)));
      this.waiters.add(look);
      look();
    });
  }

  async initialize(folder, { options = {}, can = capabilities(), ...more } = {}) {
    const uri = folder && uriOf(folder);
    this.answer = await this.connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: uri ?? null,
      workspaceFolders: uri ? [{ uri, name: "project" }] : null,
      capabilities: can,
      initializationOptions: options,
      ...more,
    });
    this.encoding = this.answer.capabilities.positionEncoding ?? "utf-16";
    await this.notify("initialized", {});
    return this.answer;
  }

  notify(method, params) {
    return this.connection.sendNotification(method, params);
  }

  /** Asks, and asks again where the server says so. */
  async ask(method, params) {
    for (;;) {
      try {
        return await this.connection.sendRequest(method, params);
      } catch (error) {
        if (!RETRY.has(error.code)) throw error;
      }
    }
  }

  open(uri, text, languageId = "yaml") {
    this.documents.set(uri, { text, version: 1 });
    return this.notify("textDocument/didOpen", { textDocument: { uri, languageId, version: 1, text } });
  }

  /** Makes edits { start, end, text } (offsets of the text as the edits before have left it). */
  edit(uri, edits) {
    const document = this.documents.get(uri);
    const contentChanges = edits.map(({ start, end, text }) => {
      const range = {
        start: position(document.text, start, this.encoding),
        end: position(document.text, end, this.encoding),
      };
      document.text = document.text.slice(0, start) + text + document.text.slice(end);
      return { range, text };
    });
    document.version += 1;
    return this.notify("textDocument/didChange", {
      textDocument: { uri, version: document.version },
      contentChanges,
    });
  }

  close(uri) {
    this.documents.delete(uri);
    return this.notify("textDocument/didClose", { textDocument: { uri } });
  }

  /** The time at which the document's last text was spoken of. */
  said(uri) {
    const { version } = this.documents.get(uri);
    return this.until(`diagnostics of ${uri} version ${version}`, () => this.published.get(uri)?.version === version);
  }

  /** Ends the conversation; gives the exit code. */
  async leave() {
    await this.connection.sendRequest("shutdown");
    await this.notify("exit");
    const code = await this.exited;
    this.connection.dispose();
    return code;
  }

  kill() {
    this.child.kill("SIGKILL");
  }
}
