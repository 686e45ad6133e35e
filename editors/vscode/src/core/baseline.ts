// What a person is told of a baseline that was made.

/** What the server gives for `kubesift.createBaseline`. */
export interface Baseline {
  /** Where it lies. */
  readonly uri: string;
  /** How many findings it lists. */
  readonly findings: number;
  /** All of it. */
  readonly text: string;
  /** The editor was asked to write it. */
  readonly applied: boolean;
}

/** One sentence for it; `name` is where it lies, as the person knows it. */
export function saidOf(baseline: Baseline, name: string): string {
  const count = baseline.findings === 1 ? "1 finding" : `${baseline.findings} findings`;
  return baseline.applied
    ? `${name} lists ${count}: only new ones are shown from now on.`
    : `${name} was not written: this editor does not take edits from the server. Run \`kubesift baseline create\`.`;
}
