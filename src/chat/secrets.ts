/** A credential in a text. */
export interface Secret {
  /** What it is, for the user: "an AWS access key". */
  readonly kind: string;
  /** Its place in the text, `end` exclusive; of an assignment or a URL the value alone. */
  readonly start: number;
  readonly end: number;
}

/** A kind of credential that can be told by its own look. */
interface Rule {
  readonly kind: string;
  /** A text without any of these has none of the kind: most texts are passed over without running the pattern. */
  readonly hints: readonly string[];
  /** With the flags "g" and "d"; its group "secret" is the credential, else the whole match. No pattern backtracks over more than one run. */
  readonly pattern: RegExp;
  /** A fixed length and alphabet leave no doubt, so a look at how random it is would only miss some. */
  readonly certain?: true;
}

/** Formats as their issuers document them. */
const RULES: readonly Rule[] = [
  {
    kind: "a private key",
    hints: ["PRIVATE KEY"],
    pattern:
      /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:(?!-----)[^])*(?:-----END (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----)?/dg,
    certain: true,
  },
  { kind: "an age key", hints: ["AGE-SECRET-KEY-1"], pattern: /\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/dg },
  { kind: "an AWS access key", hints: ["AKIA", "ASIA"], pattern: /\b(?:AKIA|ASIA)[A-Z2-7]{16}\b/dg },
  {
    kind: "a GitHub token",
    hints: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
    pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9_]{60,100})\b/dg,
  },
  { kind: "a GitLab token", hints: ["gl"], pattern: /\bgl(?:pat|dt|rt|ptt|cbt|soat)-[A-Za-z0-9_-]{20,}/dg },
  {
    kind: "a Slack token",
    hints: ["xox", "xapp-"],
    pattern: /\b(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{20,}/dg,
  },
  {
    kind: "a Slack webhook",
    hints: ["hooks.slack.com"],
    pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/(?<secret>[A-Za-z0-9/_-]{20,})/dg,
  },
  {
    kind: "a Discord webhook",
    hints: ["/api/webhooks/"],
    pattern: /discord(?:app)?\.com\/api\/webhooks\/\d{10,}\/(?<secret>[A-Za-z0-9_-]{50,})/dg,
  },
  {
    kind: "a Discord token",
    hints: ["."],
    pattern: /\b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,38}\b/dg,
  },
  { kind: "a Telegram bot token", hints: [":AA"], pattern: /\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b/dg },
  {
    kind: "a Stripe key",
    hints: ["sk_", "rk_", "whsec_"],
    pattern: /\b(?:(?:sk|rk)_(?:live|test|prod)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9]{32,})/dg,
  },
  { kind: "a Google API key", hints: ["AIza"], pattern: /\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])/dg },
  { kind: "a Google client secret", hints: ["GOCSPX-"], pattern: /\bGOCSPX-[A-Za-z0-9_-]{28}/dg },
  { kind: "a Google access token", hints: ["ya29."], pattern: /\bya29\.[A-Za-z0-9_-]{30,}/dg },
  { kind: "an Anthropic key", hints: ["sk-ant-"], pattern: /\bsk-ant-[a-z0-9]{3,}-[A-Za-z0-9_-]{20,}/dg },
  { kind: "an OpenRouter key", hints: ["sk-or-"], pattern: /\bsk-or-v\d-[a-f0-9]{40,}/dg },
  {
    kind: "an OpenAI key",
    hints: ["sk-"],
    pattern: /\bsk-(?!ant-|or-)(?:(?:proj|svcacct|admin|None)-)?[A-Za-z0-9][A-Za-z0-9_-]{31,}/dg,
  },
  { kind: "a Hugging Face token", hints: ["hf_"], pattern: /\bhf_[A-Za-z0-9]{34,}\b/dg },
  { kind: "a Replicate token", hints: ["r8_"], pattern: /\br8_[A-Za-z0-9]{37,}\b/dg },
  { kind: "an npm token", hints: ["npm_"], pattern: /\bnpm_[A-Za-z0-9]{36}\b/dg },
  { kind: "a PyPI token", hints: ["pypi-"], pattern: /\bpypi-[A-Za-z0-9_-]{50,}/dg },
  { kind: "a RubyGems key", hints: ["rubygems_"], pattern: /\brubygems_[a-f0-9]{48}\b/dg },
  { kind: "a Docker token", hints: ["dckr_"], pattern: /\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{24,}/dg },
  { kind: "a SendGrid key", hints: ["SG."], pattern: /\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{40,50}/dg },
  { kind: "a Mailgun key", hints: ["key-"], pattern: /\bkey-[a-f0-9]{32}\b/dg },
  { kind: "a DigitalOcean token", hints: ["_v1_"], pattern: /\bdo[opr]_v1_[a-f0-9]{64}\b/dg },
  { kind: "a Databricks token", hints: ["dapi"], pattern: /\bdapi[a-f0-9]{32}(?:-\d)?\b/dg },
  { kind: "a Shopify token", hints: ["shp"], pattern: /\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b/dg },
  {
    kind: "a Square token",
    hints: ["sq0", "EAAA"],
    pattern: /\b(?:sq0[a-z]{3}-[A-Za-z0-9_-]{22,}|EAAA[A-Za-z0-9_-]{60})/dg,
  },
  { kind: "a Linear key", hints: ["lin_"], pattern: /\blin_(?:api|oauth)_[A-Za-z0-9]{32,}/dg },
  { kind: "a Notion token", hints: ["ntn_"], pattern: /\bntn_[A-Za-z0-9]{40,}/dg },
  { kind: "a Vault token", hints: ["hvs.", "hvb."], pattern: /\bhv[sb]\.[A-Za-z0-9_-]{24,}/dg },
  { kind: "a Terraform token", hints: [".atlasv1."], pattern: /\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{60,}/dg },
  { kind: "a Grafana token", hints: ["glsa_", "glc_"], pattern: /\bgl(?:sa|c)_[A-Za-z0-9+/=_]{32,}/dg },
  { kind: "a New Relic key", hints: ["NRAK-"], pattern: /\bNRAK-[A-Z0-9]{27}\b/dg },
  { kind: "a Sentry token", hints: ["sntry"], pattern: /\bsntry[su]_[A-Za-z0-9+/=_]{40,}/dg },
  { kind: "an Atlassian token", hints: ["ATATT3"], pattern: /\bATATT3[A-Za-z0-9_=-]{60,}/dg },
  { kind: "a Figma token", hints: ["figd_"], pattern: /\bfigd_[A-Za-z0-9_-]{40,}/dg },
  { kind: "a Postman key", hints: ["PMAK-"], pattern: /\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}\b/dg },
  {
    kind: "a Supabase token",
    hints: ["sbp_", "sb_secret_"],
    pattern: /\b(?:sbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_-]{20,})/dg,
  },
  { kind: "a PlanetScale token", hints: ["pscale_"], pattern: /\bpscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.-]{32,}/dg },
  { kind: "a Netlify token", hints: ["nfp_"], pattern: /\bnfp_[A-Za-z0-9]{36,}/dg },
  {
    kind: "a Doppler token",
    hints: ["dp."],
    pattern: /\bdp\.(?:pt|st|ct|scim|audit)\.(?:[a-z0-9_-]+\.)?[A-Za-z0-9]{40,}/dg,
  },
  {
    kind: "an Azure key",
    hints: ["AccountKey=", "SharedAccessKey="],
    pattern: /(?:AccountKey|SharedAccessKey)=(?<secret>[A-Za-z0-9+/]{40,}={0,2})/dg,
  },
  {
    kind: "a JSON Web Token",
    hints: ["eyJ"],
    pattern: /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}/dg,
  },
  {
    kind: "a password in an address",
    hints: ["://"],
    // The user's name may be empty (redis://:password@host).
    pattern: /\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}:\/\/[^\s/:@"'`<>]{0,80}:(?<secret>[^\s/@"'`<>]{3,200})@[^\s"'`<>@]/dg,
  },
  {
    kind: "a password of a machine",
    hints: ["machine "],
    pattern: /\bmachine\s+\S{1,200}\s+login\s+\S{1,200}\s+password\s+(?<secret>\S{1,200})/dg,
  },
  {
    kind: "a credential in a header",
    hints: ["earer ", "asic ", "EARER ", "ASIC "],
    pattern: /\b(?:bearer|basic) {1,4}(?=\S{0,200}\d)(?<secret>[A-Za-z0-9._~+/-]{16,2000}={0,2})/dgi,
  },
];

/** Names of values that are secrets. A word that only contains one, such as "tokenizer", is none. */
const SECRET_NAME =
  /(?:^|[^a-z])(?:pass(?:word|wd|phrase|code)?|pwd|secret|token|credentials?|(?:api|access|auth|private|signing|encryption|master|account|service|app|license|client|session|storage|webhook|shared|deploy|admin|root|db)[_-]?(?:key|secret|token|pass(?:word)?|pwd))(?:[_-]?(?:key|value|base|base64|b64|prod(?:uction)?|dev|live|test|staging|\d+))*$/;

/** `name = "value"`, `name: value`, `"name": "value"`, `NAME=value`, `name: string = "value"`, `define("name", "value")`, `<name>value<`. */
const ASSIGNMENT =
  /(?<![\w.-])(?<name>[A-Za-z_][\w.-]{1,60})(?:["'\]]{0,2}[ \t]{0,40}(?::=|=>|:[ \t]?[A-Za-z]{1,20}[ \t]?=|:|=)|["'],|>)[ \t]{0,40}(?:"(?<double>[^"\n]{1,400})"|'(?<single>[^'\n]{1,400})'|`(?<back>[^`\n]{1,400})`|(?=(?<bare>[^\s"'`,;(){}[\]<>#]{1,400}))\k<bare>(?=[ \t]*(?:[\n,;}<\r]|$|[ \t]#)))/dg;

/** What stands where a secret would, and is none. */
const PLACEHOLDER =
  /example|sample|placeholder|dummy|redacted|changeme|change[_-]?me|replace|insert|your|todo|fixme|foobar|lorem|xxxx|\*\*\*|\.\.\.|…|^<.*>$|\$\{|\$\(|\{\{|%[a-z_]+%|^\$[a-z_]+$|^@|0123456789|abcdef|qwerty|^(?:null|none|undefined|true|false|test|string|empty|secret|password|token|key|value|default|user|admin|root|guest|required|optional|unknown|disabled|enabled)s?$/i;

/** A variable or a call: `process.env.TOKEN`, `config.password`, `getToken`, `os.environ`. */
const REFERENCE = /^[A-Za-z_$][\w$]*(?:(?:\.|::|->|\?\.)[A-Za-z_$][\w$]*)+$/;

/**
 * Finds credentials: private keys, the keys and tokens of well-known services, passwords in addresses, and values that are
 * assigned to names such as "password". A text that only looks like one ("your-api-key", `process.env.TOKEN`) is left alone. The
 * time is linear in the length of the text.
 *
 * @param name of the file; in a `.env` file each value that is more than a plain word counts
 * @returns in the order of the text, without overlaps
 */
export function findSecrets(text: string, name = ""): Secret[] {
  const found: Secret[] = [];
  for (const { kind, hints, pattern, certain } of RULES) {
    if (!hints.some((hint) => text.includes(hint))) continue;
    for (const match of text.matchAll(pattern)) {
      const [start, end] = match.indices?.groups?.["secret"] ?? match.indices?.[0] ?? [0, 0];
      const value = text.slice(start, end);
      if (certain || !isPlaceholder(value)) found.push({ kind, start, end });
    }
  }
  for (const secret of assignments(text, isEnvironmentFile(name))) found.push(secret);
  const ordered = found.toSorted((a, b) => a.start - b.start || b.end - a.end);
  const result: Secret[] = [];
  for (const secret of ordered) if (secret.start >= (result.at(-1)?.end ?? 0)) result.push(secret);
  return result;
}

function* assignments(text: string, environment: boolean): Generator<Secret> {
  for (const { groups = {}, indices } of text.matchAll(ASSIGNMENT)) {
    const quoted = (["double", "single", "back"] as const).find((kind) => groups[kind] !== undefined);
    const place = indices?.groups?.[quoted ?? "bare"];
    const value = groups[quoted ?? "bare"];
    if (!place || value === undefined || groups["name"] === undefined) continue;
    const [start, end] = place;
    if (hasSecretName(groups["name"]) && isSecretValue(value, quoted !== undefined)) {
      yield { kind: "a value that is named a secret", start, end };
    } else if (environment && isEnvironmentSecret(value)) {
      yield { kind: "a value of an environment file", start, end };
    }
  }
}

/** camelCase and PascalCase count as words with a line between them. */
function hasSecretName(name: string): boolean {
  const last = name.slice(name.lastIndexOf(".") + 1);
  return SECRET_NAME.test(last.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase());
}

/** @param quoted bare values are often code: a variable, a type, a number */
function isSecretValue(value: string, quoted: boolean): boolean {
  if (value.length < 8 || isPlaceholder(value) || REFERENCE.test(value)) return false;
  if (/\s/.test(value) || /^(?:https?:)?\/\/|^[./~]/.test(value)) return false; // a sentence, an address, a path
  if (/^\d+(?:\.\d+)?$/.test(value)) return false;
  // One word of letters alone is a name or a type more often than a password.
  if (/^[A-Za-z_-]+$/.test(value)) return false;
  return quoted || /\d/.test(value);
}

function isEnvironmentSecret(value: string): boolean {
  if (value.length < 12 || isPlaceholder(value) || /\s/.test(value)) return false;
  if (/^(?:[a-z+]+:)?\/\/|^[./~]|^[A-Za-z]:\\/i.test(value)) return false; // an address or a path
  return (
    /\d/.test(value) &&
    /[A-Za-z]/.test(value) &&
    !/^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?$/i.test(value) &&
    bits(value) > 3.2
  );
}

/** Words that stand for a secret, and runs with next to no variety. */
function isPlaceholder(value: string): boolean {
  return PLACEHOLDER.test(value) || bits(value) < 1.5;
}

/** Shannon's entropy of the characters, in bits for each. */
function bits(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let sum = 0;
  for (const count of counts.values()) sum -= (count / value.length) * Math.log2(count / value.length);
  return sum;
}

function isEnvironmentFile(name: string): boolean {
  return /(?:^|[/\\])(?:\.env(?:\.[\w-]+)*|[\w-]+\.env|\.envrc)$/i.test(name);
}

/** The text with each secret replaced by a word for what it was. */
export function redact(text: string, secrets: readonly Secret[]): string {
  let result = "";
  let at = 0;
  for (const { kind, start, end } of secrets) {
    result += `${text.slice(at, start)}[redacted: ${kind.replace(/^an? /, "")}]`;
    at = end;
  }
  return result + text.slice(at);
}
