import { Uri, type Webview } from "vscode";

/**
 * The document of the view. The page draws a model's reply, so the policy leaves it nothing to leak with: no connections, no
 * remote images, scripts by nonce only, and no way to make markup or script from a string.
 */
export function pageHtml(webview: Webview, extension: Uri): string {
  return documentHtml(webview, extension, "page.css", "page.js");
}

/** The same for any page of ours: its style sheet and script in dist/webview/. What the script imports needs no nonce of its own. */
export function documentHtml(webview: Webview, extension: Uri, style: string, script: string): string {
  const nonce = crypto.randomUUID();
  const resource = (file: string) => webview.asWebviewUri(Uri.joinPath(extension, "dist", "webview", file)).toString();
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
    <link rel="stylesheet" href="${resource(style)}" />
    <title>Sidenote</title>
  </head>
  <body>
    <div id="app"></div>
    <script type="module" nonce="${nonce}" src="${resource(script)}"></script>
  </body>
</html>`;
}
