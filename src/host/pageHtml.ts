import { Uri, type Webview } from "vscode";

/**
 * The document of the view. The page draws a model's reply, so the policy leaves it nothing to leak with: no connections, no
 * remote images, scripts by nonce only, and no way to make markup or script from a string.
 */
export function pageHtml(webview: Webview, extension: Uri): string {
  return documentHtml(webview, extension, "page.css", ["page.js", "highlighter.js", "find.js", "drawing.js"]);
}

/** The same for any page of ours: its style sheet and scripts in dist/webview/; the first script builds the page. */
export function documentHtml(webview: Webview, extension: Uri, style: string, scripts: readonly string[]): string {
  const nonce = crypto.randomUUID();
  const resource = (...path: string[]) => webview.asWebviewUri(Uri.joinPath(extension, ...path)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data: blob:`,
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${resource("dist", "webview", style)}" />
    <title>Sidenote</title>
  </head>
  <body>
    <div id="app"></div>
    ${scripts
      .map((script, index) => {
        const source = resource("dist", "webview", script);
        return `<script nonce="${nonce}" src="${source}"${index === 0 ? "" : " async"}></script>`;
      })
      .join("\n    ")}
  </body>
</html>`;
}
