const VARIABLE = /\{\{\s*([^{}]+?)\s*\}\}/g;

/** The names in a prompt such as `Translate {{text}} into {{language}}`, each once. */
export function variablesOf(template: string): string[] {
  return [...new Set(Array.from(template.matchAll(VARIABLE), ([, name = ""]) => name))];
}

/** The prompt with the values in their places. A value is text: variables in it are not replaced. */
export function fillTemplate(template: string, values: ReadonlyMap<string, string>): string {
  return template.replaceAll(VARIABLE, (whole, name: string) => values.get(name) ?? whole);
}
