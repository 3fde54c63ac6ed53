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
    const parts = path.toLowerCase().split('/');
    return own.some((rule) => (directory || !rule.directories) && fits(rule.parts, parts, (part) => part === '**', fitsName));
  };
}

interface Rule {
  /** It means folders only. */
  directories: boolean;
  parts: string[];
}

function compile(pattern: string): Rule {
  const bare = pattern.toLowerCase().replaceAll('\\', '/').replace(/\/+$/, '');
  const named = bare.replace(/^\//, '').split('/');
  const parts = bare.includes('/') ? named : ['**', ...named];
  // All that is inside, but not the folder itself, which would be a file of this name, too.
  if (parts.at(-1) === '**') parts.push('*');
  return { directories: pattern.endsWith('/'), parts };
}

const fitsName = (pattern: string, name: string): boolean =>
  fits(
    [...pattern],
    [...name],
    (sign) => sign === '*',
    (sign, letter) => sign === '?' || sign === letter,
  );

/** Wildcards by going back to the last star only: no pattern takes longer than its length times the text's, which regular expressions can. */
function fits(
  pattern: string[],
  text: string[],
  isStar: (sign: string) => boolean,
  same: (sign: string, piece: string) => boolean,
): boolean {
  let [at, star, from] = [0, -1, 0];
  for (let read = 0; read < text.length; ) {
    const sign = pattern[at];
    if (sign !== undefined && isStar(sign)) {
      star = at++;
      from = read;
    } else if (sign !== undefined && same(sign, text[read] ?? '')) {
      at += 1;
      read += 1;
    } else if (star >= 0) {
      at = star + 1;
      read = ++from;
    } else return false;
  }
  return pattern.slice(at).every(isStar);
}
