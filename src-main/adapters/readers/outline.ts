/** The headings above the present place of a document. */

export interface Outline {
  /** Goes below a heading; a level (1 to 6) closes all headings of its own and deeper levels. Returns the new path. */
  enter(level: number, title: string): string[];
  path(): string[];
}

export function createOutline(): Outline {
  let open: { level: number; title: string }[] = [];
  let path: string[] = [];
  return {
    enter(level, title) {
      open = [...open.filter((heading) => heading.level < level), { level, title }];
      path = open.map((heading) => heading.title);
      return path;
    },
    path: () => path,
  };
}
