/** Options: precedence, and errors that name what is wrong. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig } from '../../src-main/app/config';

const file = (text: string) => {
  const path = join(mkdtempSync(join(tmpdir(), 'pressmark-config-')), 'config.json');
  writeFileSync(path, text);
  return path;
};

describe('readConfig', () => {
  it('has defaults for everything', () => {
    const { config } = readConfig([], {});
    expect(config).toMatchObject({ port: 4711, host: '127.0.0.1', logLevel: 'info', chatModel: undefined });
    expect(config.dataDir.startsWith(homedir())).toBe(true);
    expect(config.modelsDir).toBe(join(config.dataDir, 'models'));
  });

  it('prefers the flag to the variable and the variable to the file', () => {
    const path = file('{"port": 1, "host": "127.0.0.2", "chat_model": "from-file"}');
    const { config } = readConfig(['--config', path, '--port', '3'], { PRESSMARK_PORT: '2', PRESSMARK_HOST: '127.0.0.3' });
    expect(config).toMatchObject({ port: 3, host: '127.0.0.3', chatModel: 'from-file' });
  });

  it('keeps words and the flags of one host apart', () => {
    const { words, flags } = readConfig(['a.pdf', '--json', 'why?'], {}, { flags: ['json'], words: true });
    expect(words).toEqual(['a.pdf', 'why?']);
    expect(flags.has('json')).toBe(true);
  });

  it.each([
    [['--port', '70000'], {}, '--port'],
    [['--port', 'many'], {}, '--port: must be a whole number from 0 to 65535, not "many"'],
    [['--port', ''], {}, '--port: must be a whole number from 0 to 65535'],
    [['--port', '1e3'], {}, '--port: must be a whole number from 0 to 65535'],
    [['--port', '-1'], {}, '--port'],
    [['--port'], {}, '--port'],
    [['--data-dir', ' '], {}, '--data-dir: must not be empty'],
    [['serve'], {}, 'serve: is no option'],
    [['--port', '0', 'data-dir=x'], {}, 'data-dir=x: is no option'],
    [[], { PRESSMARK_ALLOW_LAN: 'maybe' }, 'PRESSMARK_ALLOW_LAN: must be true or false'],
    [[], { PRESSMARK_MAX_FILE_MIB: '0' }, 'PRESSMARK_MAX_FILE_MIB: must be a whole number from 1 to 20480, not 0'],
    [['--config', file('{"port": "many"}')], {}, 'port: must be a whole number'],
    [['--colour', 'red'], {}, '--colour'],
    [['--host', 'example.org'], {}, '--host'],
    [['--host', '0.0.0.0'], {}, '--allow-lan'],
    [[], { PRESSMARK_PORT: '-1' }, 'PRESSMARK_PORT'],
    [[], { PRESSMARK_LOG_LEVEL: 'loud' }, 'PRESSMARK_LOG_LEVEL'],
    [['--config', '/nowhere/pressmark.json'], {}, '/nowhere/pressmark.json'],
    [['--config', file('[]')], {}, 'must hold a JSON object'],
    [['--config', file('{"prot": 1}')], {}, 'prot'],
    [['--config', file('{')], {}, '--config'],
  ])('refuses %j with %j in one line that names it', (argv, env, named) => {
    let message = '';
    try {
      readConfig(argv, env);
    } catch (error) {
      if (error instanceof ConfigError) message = error.message;
    }
    expect(message).toContain(named);
    expect(message).not.toContain('\n');
  });

  it('lets other computers in only when that is said', () => {
    expect(readConfig(['--host', '0.0.0.0', '--allow-lan'], {}).config.host).toBe('0.0.0.0');
    expect(readConfig(['--host', '0.0.0.0'], { PRESSMARK_ALLOW_LAN: '1' }).config.host).toBe('0.0.0.0');
  });
});
