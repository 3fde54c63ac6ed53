/** Settings of the installation that can be changed while it runs. */
import { z } from 'zod';
import { op } from './op';
import { expectedVersion, version } from './shared';

/** An origin as browsers send it: scheme, host and port, no path. */
const origin = z
  .string()
  .max(300)
  .regex(/^[a-z][a-z0-9+.-]*:\/\/[^/\s?#@]+$/i, 'must be an origin such as https://notes.example:8443, without a path')
  .meta({ examples: ['http://localhost:5173'] });
const hostname = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i, 'must be a host name such as library.lan, without scheme and port')
  .meta({ examples: ['library.lan'] });
const perMinute = z.number().int().min(0).max(1_000_000);
const modelChoice = z.string().min(1).max(200).nullable();
const mirror = z
  .string()
  .max(2048)
  .regex(
    /^https?:\/\/[a-zA-Z0-9.-]+(:\d{1,5})?(\/[a-zA-Z0-9._~%/-]*)?$/,
    'must be an http or https address without user, query and fragment',
  )
  .nullable()
  .meta({ examples: ['https://mirror.example/hub'] });

const values = {
  max_file_mib: z.number().int().min(1).max(20_480).describe('Size of one uploaded file, in MiB.'),
  heavy_requests_per_minute: perMinute.describe('Requests a token may make for answers, embeddings, models and backups; 0: no limit.'),
  medium_requests_per_minute: perMinute.describe('Requests a token may make for searches and uploads; 0: no limit.'),
  cors_origins: z.array(origin).max(50).describe('Web pages of other origins that may use the API with a token. None when empty.'),
  allowed_hosts: z.array(hostname).max(50).describe('Names other than localhost under which this machine is reached, for --allow-lan.'),
  log_level: z.enum(['error', 'warn', 'info', 'debug']),
  chat_model: modelChoice.describe('Id of the model that answers; `none`: answers are quotes; null: the best one that is installed.'),
  embedding_model: modelChoice.describe(
    'Id of the model that makes the vectors; `none`: search goes by words; null: the best one. After a change the old vectors serve until the new ones are complete.',
  ),
  reranker_model: modelChoice.describe('Id of the model that looks at what was found once more; `none`: no one does; null: the best one.'),
  model_mirror: mirror.describe('Stands in for https://huggingface.co when models are downloaded; null: the hub itself.'),
  audit_keep_days: z.number().int().min(1).max(3650).describe('Older entries of the audit log are dropped.'),
};
export type SettingName = keyof typeof values;

export const settingValues = z.object(values);
export type SettingValues = z.output<typeof settingValues>;

export const settings = settingValues.extend({
  fixed: z
    .array(z.string())
    .describe('Settings given on the command line, by a variable or in the config file; they cannot be changed here.'),
  version,
});
export type Settings = z.output<typeof settings>;

export const settingsChange = settingValues.partial().extend({ version: expectedVersion });

const tag = 'Settings';
export const settingsOperations = {
  get: op({ method: 'GET', path: '/api/settings', summary: 'Get the settings in effect', tag, scope: 'read' }).output(settings),
  update: op({
    method: 'PUT',
    path: '/api/settings',
    summary: 'Change settings; fields left out stay as they are',
    tag,
    scope: 'admin',
  })
    .input(settingsChange.strict())
    .output(settings),
};
