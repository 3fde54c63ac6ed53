/** Options from the command line, the environment and a config file, in that order of precedence. */
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type SettingValues, settingValues } from '../contract/settings';
import { applicationDataDir } from './paths';

/** A bad option or config; its message is one line that names it. Hosts print it and exit 2. */
export class ConfigError extends Error {}

const flag = z.union([z.boolean(), z.stringbool()], 'must be true or false');
const text = z.string('must be text').trim().min(1, 'must not be empty');

/** A number that may come as text; whatever is wrong with it, the message says what would be right. */
function wholeNumber(within: z.ZodNumber) {
  const right = `must be a whole number from ${within.minValue} to ${within.maxValue}`;
  const fits = (given: unknown) => within.safeParse(given).success;
  const read = (given: unknown) => (typeof given === 'string' && /^\s*-?\d+\s*$/.test(given) ? Number(given) : given);
  return z.preprocess(read, z.custom<number>(fits, { error: ({ input }) => `${right}, not ${JSON.stringify(input)}` }));
}

/** A list in a variable is separated by commas. */
const listOf = <T extends z.ZodType<string[]>>(list: T) =>
  z.preprocess((given) => (typeof given === 'string' ? given.split(',').map((item) => item.trim()) : given), list);

/** An address that starts with one of these schemes. The value itself is never shown: it may hold a password. */
const url = (...schemes: string[]) =>
  text.refine(
    (given) => URL.canParse(given) && schemes.includes(new URL(given).protocol.slice(0, -1)),
    `must be an address that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
  );

/** Every option: its name is the flag `--data-dir`, the variable `PRESSMARK_DATA_DIR` and the key `data_dir` of the config file. */
const options = z
  .object({
    data_dir: text,
    port: wholeNumber(z.number().int().min(0).max(65_535)),
    host: z.string().refine((host) => host === 'localhost' || isIP(host) !== 0, 'must be an IP address or localhost'),
    allow_lan: flag,
    bus: text,
    models_dir: text,
    chat_model: text,
    embedding_model: text,
    reranker_model: text,
    model_mirror: url('http', 'https'),
    log_level: settingValues.shape.log_level,
    rate_limit: wholeNumber(settingValues.shape.heavy_requests_per_minute),
    check_answers: flag,
    max_file_mib: wholeNumber(settingValues.shape.max_file_mib),
    cors_origins: listOf(settingValues.shape.cors_origins),
    allowed_hosts: listOf(settingValues.shape.allowed_hosts),
    database_url: url('postgres', 'postgresql'),
    chroma_url: url('http', 'https'),
    chroma_token: text,
    chroma_tenant: text,
    chroma_database: text,
    neo4j_url: url('bolt', 'bolt+s', 'bolt+ssc', 'neo4j', 'neo4j+s', 'neo4j+ssc'),
    neo4j_user: text,
    neo4j_password: text,
    neo4j_database: text,
  })
  .partial()
  .strict();

type Options = z.output<typeof options>;
type OptionName = keyof Options;
const NAMES = Object.keys(options.shape) as OptionName[];
/** Options that stay in the environment or the config file, as the design lists them. */
const NOT_FLAGS = new Set<OptionName>([
  ...([
    'models_dir',
    'chat_model',
    'embedding_model',
    'reranker_model',
    'model_mirror',
    'log_level',
    'rate_limit',
    'check_answers',
    'max_file_mib',
    'cors_origins',
    'allowed_hosts',
    'database_url',
    'chroma_url',
    'chroma_token',
    'chroma_tenant',
    'chroma_database',
    'neo4j_url',
    'neo4j_user',
    'neo4j_password',
    'neo4j_database',
  ] as const),
]);
const FLAGS = NAMES.filter((name) => !NOT_FLAGS.has(name));

export interface Config {
  dataDir: string;
  port: number;
  host: string;
  /** Folder that is shared with other agents; null: no agent bus. */
  busDir: string | null;
  modelsDir: string;
  /** Catalogue id, path of a GGUF, `none`, or undefined for the best installed. */
  chatModel: string | undefined;
  embeddingModel: string | undefined;
  logLevel: SettingValues['log_level'];
  /** For tests and development: each answer is held against the contract. */
  checkAnswers: boolean;
  /** Settings that were given and so cannot be changed while running. */
  settings: Partial<SettingValues>;
  team: TeamEngines;
}

/** Servers that take over from what is embedded; null where none was named. */
export interface TeamEngines {
  /** `postgres://…`: the records lie there instead of in the SQLite file. */
  databaseUrl: string | null;
  chroma: { url: string; token: string | null; tenant: string | null; database: string | null } | null;
  neo4j: { url: string; user: string; password: string | null; database: string | null } | null;
}

const dashed = (name: string) => name.replaceAll('_', '-');
const variable = (name: string) => `PRESSMARK_${name.toUpperCase()}`;

/** What one host takes beside the options of all. */
interface Further {
  /** Boolean flags, such as `json`. */
  flags?: string[];
  /** True where words that are no options mean something. */
  words?: boolean;
}

/**
 * Reads the configuration.
 * @throws ConfigError naming the option, the variable, the key or the word
 */
export function readConfig(
  argv: string[],
  env: NodeJS.ProcessEnv,
  { flags: extraFlags = [], words = false }: Further = {},
): { config: Config; words: string[]; flags: Set<string> } {
  const { values, positionals } = readArguments(argv, extraFlags);
  const [extra] = positionals;
  if (extra !== undefined && !words) throw new ConfigError(`${extra}: is no option; options begin with two dashes, such as --data-dir DIR`);
  const file = values.config ?? env.PRESSMARK_CONFIG;
  const merged: Options = {
    ...(typeof file === 'string' && file !== '' ? readFile(file) : {}),
    ...check(fromEnvironment(env), variable),
    ...check(fromFlags(values), (name) => `--${dashed(name)}`),
  };
  return {
    config: complete(merged, env),
    words: positionals,
    flags: new Set(extraFlags.filter((name) => values[name] === true)),
  };
}

function readArguments(argv: string[], extraFlags: string[]) {
  const known = Object.fromEntries(
    [...FLAGS, 'config', ...extraFlags].map((name) => {
      const type = name === 'allow_lan' || extraFlags.includes(name) ? 'boolean' : 'string';
      return [dashed(name), { type } as const];
    }),
  );
  try {
    return parseArgs({ args: argv, options: known, allowPositionals: true, strict: true });
  } catch (error) {
    throw new ConfigError(error instanceof Error ? (error.message.split(/\.\s/)[0] ?? error.message) : String(error));
  }
}

type Raw = Partial<Record<OptionName, unknown>>;

const fromFlags = (values: Record<string, unknown>): Raw =>
  Object.fromEntries(FLAGS.filter((name) => values[dashed(name)] !== undefined).map((name) => [name, values[dashed(name)]]));

const fromEnvironment = (env: NodeJS.ProcessEnv): Raw =>
  Object.fromEntries(NAMES.filter((name) => env[variable(name)]).map((name) => [name, env[variable(name)]]));

function readFile(path: string): Options {
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(`--config ${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw new ConfigError(`--config ${path}: must hold a JSON object`);
  return check(raw, (name) => `${path}: ${name}`);
}

function check(raw: object, label: (name: string) => string): Options {
  const result = options.safeParse(raw);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const name = issue?.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : String(issue?.path[0] ?? '');
  const what = issue?.code === 'unrecognized_keys' ? 'is no option of Pressmark' : (issue?.message ?? 'is invalid');
  throw new ConfigError(`${label(name)}: ${what}`);
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** One rate limit for both classes: 0 lifts them. */
function fixedSettings(options: Options): Partial<SettingValues> {
  const { log_level, rate_limit, max_file_mib, cors_origins, allowed_hosts, embedding_model, reranker_model, model_mirror } = options;
  const models = { chat_model: options.chat_model, embedding_model, reranker_model, model_mirror };
  const limits = { heavy_requests_per_minute: rate_limit, medium_requests_per_minute: rate_limit };
  const given = { log_level, max_file_mib, cors_origins, allowed_hosts, ...models, ...limits };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function complete(given: Options, env: NodeJS.ProcessEnv): Config {
  const host = given.host ?? '127.0.0.1';
  if (!LOOPBACK.test(host) && given.allow_lan !== true) {
    throw new ConfigError(`--host ${host}: would let other computers in; add --allow-lan if that is meant`);
  }
  return {
    dataDir: resolve(given.data_dir ?? applicationDataDir(env)),
    port: given.port ?? 4711,
    host,
    busDir: given.bus === undefined ? null : resolve(given.bus),
    modelsDir: resolve(given.models_dir ?? join(applicationDataDir(env), 'models')),
    chatModel: given.chat_model,
    embeddingModel: given.embedding_model,
    logLevel: given.log_level ?? 'info',
    checkAnswers: given.check_answers ?? false,
    settings: fixedSettings(given),
    team: teamEngines(given),
  };
}

/** An option of a server that is not named means that its address was forgotten. */
function teamEngines(given: Options): TeamEngines {
  const { chroma_url, neo4j_url } = given;
  for (const [name, needs] of [
    ['chroma_token', 'chroma_url'],
    ['chroma_tenant', 'chroma_url'],
    ['chroma_database', 'chroma_url'],
    ['neo4j_user', 'neo4j_url'],
    ['neo4j_password', 'neo4j_url'],
    ['neo4j_database', 'neo4j_url'],
  ] as const) {
    if (given[name] !== undefined && given[needs] === undefined) {
      throw new ConfigError(`${variable(name)}: needs ${variable(needs)}, which is not set`);
    }
  }
  return {
    databaseUrl: given.database_url ?? null,
    chroma:
      chroma_url === undefined
        ? null
        : {
            url: chroma_url,
            token: given.chroma_token ?? null,
            tenant: given.chroma_tenant ?? null,
            database: given.chroma_database ?? null,
          },
    neo4j:
      neo4j_url === undefined
        ? null
        : {
            url: neo4j_url,
            user: given.neo4j_user ?? 'neo4j',
            password: given.neo4j_password ?? null,
            database: given.neo4j_database ?? null,
          },
  };
}
