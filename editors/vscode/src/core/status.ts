// What the status bar says, from what the server said last. Text only; `../status.ts` shows it.

/** The levels of findings, worst first. */
export const LEVELS = ["critical", "high", "medium", "low", "info"] as const;
export type Level = (typeof LEVELS)[number];

/** `kubesift/status` of the server: open findings and checked files of the whole workspace. */
export interface Status {
  readonly state: "checking" | "ready" | "error";
  readonly counts: Readonly<Record<Level, number>>;
  readonly files: number;
  readonly message: string | undefined;
}

/** What there is to show: the server's word, or why it has none. */
export type Shown = Status | { readonly state: "starting" } | { readonly state: "stopped"; readonly message: string };

/** The parts of a status bar item. */
export interface Bar {
  readonly text: string;
  /** Markdown. */
  readonly tooltip: string;
  /** What a screen reader says: no icons. */
  readonly label: string;
  readonly alarm: boolean;
}

/** Takes the server's notification; undefined when it is none. Numbers that are missing or odd count as none. */
export function readStatus(raw: unknown): Status | undefined {
  if (typeof raw !== "object" || raw === null) return undefined;
  const said = raw as Record<string, unknown>;
  const { state } = said;
  if (state !== "checking" && state !== "ready" && state !== "error") return undefined;
  const number = (key: string): number => {
    const value = said[key];
    return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0;
  };
  const counts = { critical: number("critical"), high: number("high"), medium: number("medium"), low: number("low"), info: number("info") };
  const message = typeof said["message"] === "string" && said["message"] !== "" ? said["message"] : undefined;
  return { state, counts, files: number("files"), message };
}

export function barOf(shown: Shown): Bar {
  switch (shown.state) {
    case "starting":
      return bar("$(sync~spin) kubesift", "kubesift is starting.", false);
    case "stopped":
      return bar("$(circle-slash) kubesift", shown.message, true);
    case "error":
      return bar("$(warning) kubesift", shown.message ?? "kubesift could not check everything. The log tells more.", true, table(shown));
    case "checking":
      return bar(`$(sync~spin) ${short(shown)}`, shown.message ?? `Checking. So far: ${summary(shown)}`, false, table(shown));
    case "ready":
      return bar(`${total(shown) === 0 ? "$(pass)" : "$(shield)"} ${short(shown)}`, summary(shown), false, table(shown));
  }
}

function bar(text: string, sentence: string, alarm: boolean, more = ""): Bar {
  const label = sentence.startsWith("kubesift") ? sentence : `kubesift: ${sentence}`;
  return { text, tooltip: `**kubesift** — ${escape(sentence)}${more}`, label, alarm };
}

/** The two worst levels that have findings; the name of the program where none has. */
function short(status: Status): string {
  const found = LEVELS.filter((level) => status.counts[level] > 0);
  if (found.length === 0) return "kubesift";
  return found.slice(0, 2).map((level) => `${status.counts[level]} ${level}`).join(" ");
}

function summary(status: Status): string {
  const files = `${status.files} ${status.files === 1 ? "file" : "files"}`;
  const count = total(status);
  if (count === 0) return `no open findings in ${files}.`;
  return `${count} open ${count === 1 ? "finding" : "findings"} in ${files}.`;
}

function table(status: Status): string {
  if (total(status) === 0) return "";
  const rows = LEVELS.filter((level) => status.counts[level] > 0).map((level) => `| ${level} | ${status.counts[level]} |`);
  return `\n\n| severity | findings |\n| :-- | --: |\n${rows.join("\n")}`;
}

function total(status: Status): number {
  return LEVELS.reduce((sum, level) => sum + status.counts[level], 0);
}

/** The server's words are text: nothing in them is a link or a picture. */
function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>~$&-]/g, "\\$&").replace(/\r?\n/g, "  \n");
}
