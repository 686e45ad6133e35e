// Names of checks: those that speak at the cursor, those found in the workspace, and all that the
// schema of the configuration file knows, for a person to pick one from.

/** As much of a diagnostic as matters here; lines and characters count from 0. */
export interface Diagnosed {
  readonly source?: string | undefined;
  readonly code?: string | number | { readonly value: string | number } | undefined;
  readonly message: string;
  readonly range: { readonly start: Place; readonly end: Place };
}

export interface Place {
  readonly line: number;
  readonly character: number;
}

/** One line of the list to pick from. */
export interface Choice {
  readonly name: string;
  /** How often it is found in the workspace; 0 when it is not. */
  readonly found: number;
  readonly title: string;
}

/** What a check may be called. Everything else never gets into an address or a request. */
export function isCheckName(name: unknown): name is string {
  return typeof name === "string" && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) && name.length <= 100;
}

/** The check that made a diagnostic; undefined when it is another program's. */
export function checkOf(diagnostic: Diagnosed): string | undefined {
  if (diagnostic.source !== "kubesift") return undefined;
  const code = typeof diagnostic.code === "object" ? diagnostic.code.value : diagnostic.code;
  return isCheckName(code) ? code : undefined;
}

/** The checks at a place, each once, in the order of the diagnostics. Both ends of a range belong to it, as a cursor may stand behind it. */
export function checksAt(diagnostics: readonly Diagnosed[], place: Place): string[] {
  const here = diagnostics.filter(({ range }) => !before(place, range.start) && !before(range.end, place));
  return named(here);
}

/** As `checksAt`, for a whole line: what a person means who stands beside a finding. */
export function checksOnLine(diagnostics: readonly Diagnosed[], line: number): string[] {
  return named(diagnostics.filter(({ range }) => range.start.line <= line && line <= range.end.line));
}

/** All checks: first those that are found, most often first, then the others by name. */
export function choices(diagnostics: readonly Diagnosed[], titles: ReadonlyMap<string, string>): Choice[] {
  const counts = new Map<string, number>();
  for (const diagnostic of diagnostics) {
    const name = checkOf(diagnostic);
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const names = new Set([...counts.keys(), ...titles.keys()]);
  return [...names]
    .map((name) => ({ name, found: counts.get(name) ?? 0, title: titles.get(name) ?? "" }))
    .sort((a, b) => b.found - a.found || (a.name < b.name ? -1 : 1));
}

/** Names and titles of all checks, from the schema of `.kubesift.yaml`. Families and profiles only refer to a shared definition, so they fall out. */
export function titlesOf(schema: unknown): Map<string, string> {
  const titles = new Map<string, string>();
  const properties = dig(schema, "$defs", "checks", "properties");
  if (typeof properties !== "object" || properties === null) return titles;
  for (const [name, entry] of Object.entries(properties)) {
    const title = dig(entry, "description");
    if (isCheckName(name) && dig(entry, "anyOf") !== undefined && typeof title === "string") titles.set(name, title);
  }
  return titles;
}

function named(diagnostics: readonly Diagnosed[]): string[] {
  return [...new Set(diagnostics.map(checkOf).filter((name) => name !== undefined))];
}

function before(a: Place, b: Place): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}

function dig(value: unknown, ...keys: string[]): unknown {
  return keys.reduce<unknown>((inner, key) => {
    return typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>)[key] : undefined;
  }, value);
}
