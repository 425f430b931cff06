import ignore from "ignore";

/** Compares paths that are relative to a folder, with "/", with patterns as in a .gitignore file. */
export interface Patterns {
  matches(path: string): boolean;
}

/** @param sensitive letters count as they are written */
export function patterns(lines: readonly string[], sensitive = false): Patterns {
  const rules = ignore({ ignorecase: !sensitive }).add([...lines]);
  return { matches: (path) => path !== "" && rules.ignores(path) };
}

/** `*.{a,b}` as `*.a` and `*.b`: VS Code's patterns have braces, those of git do not. */
export function withoutBraces(pattern: string): string[] {
  const match = /^([^{}]*)\{([^{}]*)\}(.*)$/.exec(pattern);
  if (!match) return [pattern];
  const [, before = "", inside = "", after = ""] = match;
  return inside.split(",").flatMap((it) => withoutBraces(`${before}${it}${after}`));
}

/** What usually holds passwords, keys and tokens. As in a .gitignore file. */
const SECRET_FILES = patterns([
  ".env",
  ".env.*",
  "*.env",
  "!.env.example",
  "!.env.sample",
  "!.env.template",
  ".envrc",
  "*.pem",
  "*.key",
  "*.p12",
  "*.pfx",
  "*.jks",
  "*.keystore",
  "*.kdbx",
  "*.ppk",
  "*.tfstate",
  "*.tfstate.*",
  "*.tfvars",
  "id_rsa",
  "id_dsa",
  "id_ecdsa",
  "id_ed25519",
  ".netrc",
  "_netrc",
  ".pgpass",
  ".npmrc",
  ".yarnrc.yml",
  ".pypirc",
  ".htpasswd",
  ".dockercfg",
  ".git-credentials",
  ".vault-token",
  "credentials",
  "credentials.*",
  "secret.*",
  "secrets.*",
  "local.settings.json",
  "*service-account*.json",
  "*service_account*.json",
  ".aws/",
  ".azure/",
  ".docker/",
  ".gcloud/",
  ".git/",
  ".gnupg/",
  ".kube/",
  ".ssh/",
]);

/** A name that Windows takes for that of another file, such as GIT~1 for .git. */
const SHORT_NAME = /~\d+(\.|\/|$)/;

/** By its name the file is one that holds secrets. Neither case nor invisible characters hide it. */
export function isSecret(path: string): boolean {
  const plain = path.normalize("NFKC").replaceAll(/\p{Cf}/gu, "");
  return SECRET_FILES.matches(plain) || SHORT_NAME.test(plain);
}
