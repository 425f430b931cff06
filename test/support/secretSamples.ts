import { randomFrom } from "../unit/api/harness";

/** A text as it stands in a file, and the file's name where that matters. */
export interface Sample {
  readonly text: string;
  readonly name?: string;
  /** What has to be found; absent where there is no secret. */
  readonly secret?: string;
}

/** The credentials are made here, and their first characters are cut apart: no scanner of repositories shall stumble over them. */
export function cut(start: string): string {
  return start.replace("|", "");
}

const random = randomFrom(20_261_128);
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LETTERS = UPPER + UPPER.toLowerCase();
const ALNUM = `${LETTERS}0123456789`;
const HEX = "0123456789abcdef";
const BASE64 = `${ALNUM}+/`;
const URL_SAFE = `${ALNUM}_-`;

function some(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
}

/** A password as people and generators make them: letters and digits for certain. */
function password(length = 14): string {
  return `${some(LETTERS, length - 6)}7${some(ALNUM, 4)}9`;
}

function pem(kind: string, lines = 12): string {
  const body = Array.from({ length: lines }, () => some(BASE64, 64)).join("\n");
  return `-----BEGIN ${kind}${cut("PRIVATE| KEY")}-----\n${body}\n-----END ${kind}${cut("PRIVATE| KEY")}-----`;
}

/** By the issuer's form: the whole is the secret. */
const tokens: readonly string[] = [
  `${cut("AK|IA")}${some(UPPER, 16)}`,
  `${cut("AS|IA")}${some(`${UPPER}234567`, 16)}`,
  `${cut("gh|p_")}${some(ALNUM, 36)}`,
  `${cut("gh|o_")}${some(ALNUM, 36)}`,
  `${cut("gh|s_")}${some(ALNUM, 36)}`,
  `${cut("github_|pat_")}${some(ALNUM, 22)}_${some(ALNUM, 59)}`,
  `${cut("gl|pat-")}${some(URL_SAFE, 19)}7`,
  `${cut("gl|rt-")}${some(URL_SAFE, 19)}7`,
  `${cut("xo|xb-")}${some("0123456789", 12)}-${some("0123456789", 12)}-${some(ALNUM, 24)}`,
  `${cut("xo|xp-")}${some("0123456789", 12)}-${some(ALNUM, 32)}`,
  `${cut("xa|pp-")}1-A${some(ALNUM, 10)}-${some("0123456789", 12)}-${some(HEX, 40)}`,
  `${cut("sk_|live_")}${some(ALNUM, 24)}`,
  `${cut("rk_|live_")}${some(ALNUM, 24)}`,
  `${cut("wh|sec_")}${some(ALNUM, 32)}`,
  `${cut("AI|za")}${some(URL_SAFE, 34)}7`,
  `${cut("GOC|SPX-")}${some(URL_SAFE, 28)}`,
  `${cut("ya|29.")}${some(URL_SAFE, 60)}`,
  `${cut("sk-|ant-")}api03-${some(URL_SAFE, 90)}`,
  `${cut("sk-|or-")}v1-${some(HEX, 64)}`,
  `${cut("sk-|proj-")}${some(URL_SAFE, 74)}`,
  `sk-${some(ALNUM, 48)}`,
  `${cut("sk-|svcacct-")}${some(URL_SAFE, 60)}`,
  `${cut("hf|_")}${some(LETTERS, 34)}`,
  `${cut("r8|_")}${some(ALNUM, 37)}`,
  `${cut("np|m_")}${some(ALNUM, 36)}`,
  `${cut("py|pi-")}AgEIcHlwaS5vcmc${some(URL_SAFE, 80)}`,
  `${cut("ruby|gems_")}${some(HEX, 48)}`,
  `${cut("dckr|_pat_")}${some(URL_SAFE, 27)}`,
  `${cut("SG|.")}${some(URL_SAFE, 22)}.${some(URL_SAFE, 43)}`,
  `${cut("ke|y-")}${some(HEX, 32)}`,
  `${cut("do|p_v1_")}${some(HEX, 64)}`,
  `${cut("da|pi")}${some(HEX, 32)}`,
  `${cut("sh|pat_")}${some(HEX, 32)}`,
  `${cut("sq0|atp-")}${some(URL_SAFE, 22)}`,
  `${cut("lin|_api_")}${some(ALNUM, 40)}`,
  `${cut("nt|n_")}${some(ALNUM, 43)}`,
  `${cut("hv|s.")}${some(URL_SAFE, 90)}`,
  `${some(ALNUM, 14)}.${cut("atlas|v1.")}${some(URL_SAFE, 67)}`,
  `${cut("gl|sa_")}${some(ALNUM, 32)}_${some(HEX, 8)}`,
  `${cut("NR|AK-")}${some(`${UPPER}0123456789`, 27)}`,
  `${cut("sn|trys_")}${some(ALNUM, 80)}`,
  `${cut("AT|ATT3")}${some(URL_SAFE, 180)}=${some(HEX, 8)}`,
  `${cut("fi|gd_")}${some(URL_SAFE, 40)}`,
  `${cut("PM|AK-")}${some(HEX, 24)}-${some(HEX, 34)}`,
  `${cut("sb|p_")}${some(HEX, 40)}`,
  `${cut("psc|ale_tkn_")}${some(URL_SAFE, 40)}`,
  `${cut("nf|p_")}${some(ALNUM, 40)}`,
  `${cut("dp|.st.")}dev.${some(ALNUM, 43)}`,
  `${cut("AGE-SECRET-|KEY-1")}${some(`${UPPER}0123456789`, 58)}`,
  `${some("123456789", 10)}:${cut("A|A")}${some(URL_SAFE, 33)}`,
  `M${some(ALNUM, 25)}.${some(ALNUM, 6)}.${some(ALNUM, 38)}`,
  `${cut("ey|J")}${some(ALNUM, 34)}.eyJ${some(ALNUM, 80)}.${some(URL_SAFE, 43)}`,
  pem(""),
  pem("RSA "),
  pem("OPENSSH "),
  pem("EC ", 3),
  pem("ENCRYPTED "),
];

/** Each token in another surrounding, in turn. */
const surroundings: readonly ((token: string) => string)[] = [
  (token) => `const client = connect("${token}");`,
  (token) => `curl -H "X-Auth: ${token}" https://api.service.io/v1/items`,
  (token) => `# old one, revoked last year: ${token}\n`,
  (token) => `{"a": 1, "b": ["${token}"]}`,
  (token) => `<add value="${token}" />`,
  (token) => `12:01:33 INFO starting with ${token}, 3 workers`,
];

/** By the name of what it is assigned to, or by its place. */
const assigned: readonly ((secret: string) => Omit<Sample, "secret">)[] = [
  (it) => ({ text: `password = "${it}"` }),
  (it) => ({ text: `DB_PASSWORD=${it}\nDB_HOST=db.internal\n`, name: ".env" }),
  (it) => ({ text: `export AWS_SECRET_ACCESS_KEY=${it}\n` }),
  (it) => ({ text: `  "clientSecret": "${it}",` }),
  (it) => ({ text: `spring.datasource.password=${it}\n` }),
  (it) => ({ text: `const API_KEY = '${it}';` }),
  (it) => ({ text: `let apiKey: string = "${it}";` }),
  (it) => ({ text: `api_key: ${it}\nretries: 3\n` }),
  (it) => ({ text: `secret_key_base: ${it}\n` }),
  (it) => ({ text: `auth_token := "${it}"` }),
  (it) => ({ text: `ENV SESSION_SECRET=${it}\n` }),
  (it) => ({ text: `"accessToken" => "${it}"` }),
  (it) => ({ text: `//registry.example.org/:_authToken=${it}\n` }),
  (it) => ({ text: `smtp_pass = ${it}\n` }),
  (it) => ({ text: `config["encryption_key"] = "${it}"` }),
  (it) => ({ text: `private static final String DB_PWD = "${it}";` }),
  (it) => ({ text: `passwd: '${it}'` }),
  (it) => ({ text: `os.environ["JWT_SECRET"] = "${it}"` }),
  (it) => ({ text: `Password=${it};Server=tcp:db.corp,1433` }),
  (it) => ({ text: `webhook_secret = "${it}"  # production` }),
  (it) => ({ text: `postgres://app:${it}@db.internal:5432/app` }),
  (it) => ({ text: `DATABASE_URL="mysql://root:${it}@10.0.0.5/shop"` }),
  (it) => ({ text: `redis://:${it}@cache:6379/0` }),
  (it) => ({ text: `git clone https://oauth2:${it}@git.corp.io/team/app.git` }),
  (it) => ({ text: `mongodb+srv://svc:${it}@cluster0.ab1cd.mongodb.net/prod` }),
  (it) => ({ text: `amqp://guest2:${it}@rabbit/` }),
  (it) => ({ text: `https://deploy:${it}@pkgs.corp.io/simple` }),
  (it) => ({ text: `Authorization: Bearer ${it}` }),
  (it) => ({ text: `headers: { authorization: "Basic ${it}" }` }),
  (it) => ({ text: `curl -H 'authorization: bearer ${it}'` }),
  (it) => ({ text: `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${it}${it}${it}==;` }),
  (it) => ({ text: `https://hooks.slack.com/services/T0${it}/B0${it}/${it}` }),
  (it) => ({ text: `REFRESH=${it}${it}\n`, name: "config/.env.production" }),
  (it) => ({ text: `SIGNER='${it}${it}'\n`, name: "prod.env" }),
  (it) => ({ text: `export PULSE="${it}${it}"\n`, name: ".envrc" }),
  (it) => ({ text: `encryptionKey: "${it}"` }),
  (it) => ({ text: `MASTER_KEY=${it}\n` }),
  (it) => ({ text: `stripe.apiKey = "${it}"` }),
  (it) => ({ text: `db.password: ${it}\n` }),
  (it) => ({ text: `token: "${it}"` }),
  (it) => ({ text: `define('AUTH_KEY', '${it}');` }),
  (it) => ({ text: `<password>${it}</password>` }),
  (it) => ({ text: `mysql -u root -p'${it}' shop` }),
  (it) => ({ text: `machine api.corp.io login bob password ${it}\n`, name: ".netrc" }),
];

export const trueSamples: readonly Sample[] = [
  ...tokens.map((secret, index) => ({ secret, text: surroundings[index % surroundings.length]?.(secret) ?? "" })),
  ...assigned.map((sample, index) => {
    const secret = password(18 + (index % 8));
    return { ...sample(secret), secret };
  }),
];

export const falseSamples: readonly Sample[] = [
  "const password = process.env.DB_PASSWORD;",
  'const apiKey = config.get("apiKey");',
  "password: string;",
  "readonly token: Token | undefined;",
  "function resetPassword(token: string): Promise<void> {",
  "API_KEY=your-api-key-here",
  'api_key: "<YOUR_API_KEY>"',
  "export ANTHROPIC_API_KEY=sk-ant-...",
  "ANTHROPIC_API_KEY=sk-ant-xxxxxxxxxxxxxxxxxxxxxxxx",
  `AWS_ACCESS_KEY_ID=${cut("AK|IA")}IOSFODNN7EXAMPLE`,
  `aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY`,
  'secret = os.environ["SECRET_KEY"]',
  "password: ${{ secrets.DB_PASSWORD }}",
  'token = "${GITHUB_TOKEN}"',
  "PASSWORD=$1",
  "const tokenCount = 16000;",
  "max_tokens: 16000",
  "maxTokens: 128000,",
  "let tokens = tokenizer.encode(text);",
  'tokenizer = "cl100k_base"',
  "num_tokens_from_string(prompt)",
  "password.length >= 8 && password.length <= 64",
  'if (password === "") throw new Error("Password is empty");',
  'placeholder="Enter your password"',
  'label: "Password must have 8 characters"',
  'error: "Token expired at 12:30"',
  "passwordInput.value = other.passwordInput.value",
  "keyboard: qwerty123456",
  "key: 42",
  'primaryKey: "user_id_v2"',
  'foreign_key: "order_items_2024"',
  'sortKey = "createdAt2"',
  "partition_key: customer-region-7",
  'cacheKey: "users:42:profile"',
  'translationKey = "settings.page1.title"',
  "public_key: ssh-ed25519",
  "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----",
  "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkq\n-----END CERTIFICATE-----",
  `commit ${some(HEX, 40)}`,
  `sha256:${some(HEX, 64)}`,
  `"integrity": "sha512-${some(BASE64, 86)}==",`,
  `resolved "https://registry.site.org/a/-/a-1.0.0.tgz#${some(HEX, 40)}"`,
  `id = "${some(HEX, 8)}-${some(HEX, 4)}-4${some(HEX, 3)}-a${some(HEX, 3)}-${some(HEX, 12)}"`,
  `requestId: "req_${some(ALNUM, 24)}"`,
  `"id": "msg_01${some(ALNUM, 22)}"`,
  `toolu_01${some(ALNUM, 22)}`,
  `price_1${some(ALNUM, 23)}`,
  `data:image/png;base64,${some(BASE64, 200)}`,
  `background: url(data:font/woff2;base64,${some(BASE64, 120)})`,
  `const hash = "${some(HEX, 32)}";`,
  `ETag: "${some(HEX, 32)}"`,
  `color: #${some(HEX, 6)};`,
  "https://user@host.example.com/path",
  "https://example.com:8080/path@2x.png",
  "ssh://git@github.com:22/org/repo.git",
  "http://localhost:3000/callback",
  "postgres://localhost:5432/app",
  "postgres://user:password@localhost/app",
  "mongodb://<user>:<password>@host/db",
  "https://user:${PASSWORD}@host/path",
  "redis://:$REDIS_PASSWORD@cache:6379",
  "Authorization: Bearer <token>",
  "Authorization: `Bearer ${token}`",
  "Authorization: Bearer YOUR_ACCESS_TOKEN",
  'headers.set("authorization", "Bearer " + key)',
  "the bearer of good tidings",
  "basic understanding-of-things is required",
  "Basic realm=restricted",
  "npm_config_registry=https://registry.site.org/",
  "npm_package_version=1.2.3",
  "sk-learn version 1.2 is needed",
  "import sklearn.linear_model as sk",
  "sk-SK: Slovak, as spoken in Slovakia and among people elsewhere",
  "task-management-and-other-things-that-are-long-words",
  "desk-lamp-with-a-very-long-product-name-2024",
  "glpat is the prefix of GitLab tokens",
  "hf_hub_download(repo_id, filename)",
  "dapi is a name of an interface",
  "key-value store with thirty-two shards",
  "hvs. hbs. and other templates",
  "PORT=3000",
  "secretManager.getSecret(name)",
  "const secretName = `projects/${id}/secrets/db`;",
  'secretRef: "db-credentials"',
  "from secrets import token_urlsafe",
  "token = secrets.token_urlsafe(32)",
  "csrf_token = request.form['csrf_token']",
  "<input type='password' name='password1'>",
  "password_field = PasswordField('Password')",
  'passwordHashAlgorithm: "argon2id"',
  "pwd=$(pwd)",
  "cd $PWD/src",
  "accessToken?: string | null;",
  'type: "access_token"',
  "tokens_per_second: 120.5",
  'stopToken = "<|endoftext|>"',
  "padding_token: [PAD]",
  "auth: none",
  'auth: { type: "bearer" }',
  "passphrase: correct horse battery staple (see the comic)",
  "private_key_path = ./certs/dev2.pem",
  'private_key_file: "/etc/ssl/private/server1.key"',
  "key_id: alias/app-key-1",
].map((text) => ({ text }));

/** What an environment file may hold without a secret. */
export const falseEnvironmentSamples: readonly Sample[] = [
  "NODE_ENV=production",
  "LOG_LEVEL=debug",
  "API_URL=https://api.service.io/v2/items",
  "DATABASE_HOST=db-primary-1.eu-central-1.rds.host.io",
  "CACHE_DIR=/var/cache/app-2024",
  "FEATURES=search,export,batches",
  "TIMEOUT_MS=30000",
  "APP_NAME=Sidenote",
].map((text) => ({ text: `${text}\n`, name: ".env" }));
