/** What of a followed folder is left out. */

/** Locks and half-written files of other programs, and folders of software. */
const LEFTOVERS = /^(~\$.*|.*\.(tmp|temp|part|partial|crdownload|swp|bak)|thumbs\.db|desktop\.ini|node_modules|__pycache__)$/i;

/** Is this path (below the folder, with `/`) left out? The answer for a directory goes for all in it. */
export type Rules = (path: string, directory: boolean) => boolean;

/** @param patterns as in .gitignore, without `!` and character classes */
export function createRules(patterns: string[]): Rules {
  const own = patterns.map(compile);
  return (path, directory) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name.startsWith('.') || LEFTOVERS.test(name)) return true;
    return own.some(({ directories, test }) => (directory || !directories) && test.test(path));
  };
}

function compile(pattern: string): { directories: boolean; test: RegExp } {
  const directories = pattern.endsWith('/');
  const bare = pattern.replaceAll('\\', '/').replace(/\/+$/, '');
  const anchored = bare.includes('/');
  const body = bare.replace(/^\//, '').split('/').map(part).join('/').replaceAll('**/', '(?:[^/]+/)*').replaceAll('/**', '/.+');
  return { directories, test: new RegExp(`^${anchored ? '' : '(?:.*/)?'}${body}$`, 'iu') };
}

/** One part of a path; `**` stays for the whole to be put together. */
function part(text: string): string {
  if (text === '**') return text;
  return text
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\*+/g, '[^/]*')
    .replaceAll('?', '[^/]');
}
