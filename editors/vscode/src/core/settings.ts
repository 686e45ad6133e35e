// The settings as the server gets them: what is not set is left out, for a key that is there has a say
// over the project's `.kubesift.yaml`, and what only the extension reads stays here.

/** Keys under `kubesift` that the extension reads and the server does not. */
const OWN = ["path", "executable", "trace"];

/** `raw` is the section `kubesift` as VS Code gives it, defaults included. */
export function forServer(raw: unknown): Record<string, unknown> {
  if (!isObject(raw)) return {};
  return Object.fromEntries(Object.entries(raw).filter(([key, value]) => !OWN.includes(key) && isSet(value)));
}

/** What `initialize` hands over: the settings, and what this client can do beyond the protocol. */
export function initializationOptions(raw: unknown): Record<string, unknown> {
  return { ...forServer(raw), status: true, clientCommands: ["kubesift.showReferences"] };
}

/** A wrong type counts as set: the server tells the person about it. */
function isSet(value: unknown): boolean {
  return value !== null && value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
