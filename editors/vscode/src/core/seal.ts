// Makes the server's graph page fit for a webview: a content-security policy in front of the page's
// own, and the editor's choice of light or dark.
import { createHash } from "node:crypto";

/** The colours that the page knows. */
export type Theme = "light" | "dark";

/**
 * The page with a policy as the first thing in its head. Scripts run when they stand in the page as
 * elements, known by their hash: no handler in an attribute, no `eval`, no address. Styles may be
 * inline, since a style that can load nothing can do no harm. The network is shut for everything.
 * The page's own policy stays; a browser obeys both.
 */
export function seal(html: string, theme: Theme): string {
  // The editor gives every webview's body a padding; the page makes its own.
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy(html)}"><style>body { padding: 0; }</style>`;
  const page = html.replace(/<html\b([^>]*)>/i, (_, attributes: string) => {
    return `<html${attributes.replace(/\s+data-theme\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/i, "")} data-theme="${theme}">`;
  });
  if (/<head\b[^>]*>/i.test(page)) return page.replace(/<head\b[^>]*>/i, (head) => head + meta);
  return `<!doctype html><html data-theme="${theme}"><head>${meta}</head><body>${html}</body></html>`;
}

/** The policy for a page: everything that is not named is refused. */
export function policy(html: string): string {
  const scripts = inlineScripts(html).map((text) => `'sha256-${createHash("sha256").update(text, "utf8").digest("base64")}'`);
  return [
    "default-src 'none'",
    `script-src ${scripts.length === 0 ? "'none'" : scripts.join(" ")}`,
    "style-src 'unsafe-inline'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** The text of every script that a browser would run. Line ends are as the browser's parser leaves them. */
function inlineScripts(html: string): string[] {
  const texts: string[] = [];
  for (const [, attributes = "", text = ""] of html.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script/gi)) {
    const type = /\btype\s*=\s*["']?([^"'\s>]*)/i.exec(attributes)?.[1]?.toLowerCase() ?? "";
    const runs = type === "" || type === "module" || /^(text|application)\/javascript$/.test(type);
    if (runs && !/\bsrc\s*=/i.test(attributes)) texts.push(text.replace(/\r\n?/g, "\n"));
  }
  return texts;
}
