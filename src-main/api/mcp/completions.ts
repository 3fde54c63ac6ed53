/** Completion of arguments: ids of documents by the beginning of id or file name, pages, names of projects. */
import { call } from '@orpc/server';
import type { Asking } from './handling';
import { allProjects } from './project-choice';
import { hasText } from './resource-list';

/** The protocol's own limit. */
const MOST_VALUES = 100;

interface Asked {
  ref: { type: string };
  argument: { name: string; value: string };
  context?: { arguments?: Record<string, string> | undefined } | undefined;
}

interface Completion {
  values: string[];
  hasMore: boolean;
  [key: string]: unknown;
}

/** What could stand for the argument; empty where Pressmark knows nothing to offer. */
export async function completions({ ref, argument, context }: Asked, asking: Asking): Promise<Completion> {
  const wantsDocument = ref.type === 'ref/resource' ? argument.name === 'id' : argument.name === 'document_id';
  if (wantsDocument) return documentIds(argument.value.toLowerCase(), asking);
  const id = context?.arguments?.id;
  if (ref.type === 'ref/resource' && argument.name === 'n' && id) return pageNumbers(id, argument.value, asking);
  if (ref.type === 'ref/prompt' && argument.name === 'project') return projectNames(argument.value.toLowerCase(), asking);
  return { values: [], hasMore: false };
}

async function projectNames(beginning: string, asking: Asking): Promise<Completion> {
  const values: string[] = [];
  for await (const { name } of allProjects(asking)) if (name.toLowerCase().startsWith(beginning)) values.push(name);
  return { values: values.slice(0, MOST_VALUES), hasMore: values.length > MOST_VALUES };
}

async function documentIds(beginning: string, asking: Asking): Promise<Completion> {
  const values: string[] = [];
  for await (const { id: project_id } of allProjects(asking)) {
    const page = await call(asking.router.documents.list, { project_id, limit: 200 }, { context: asking.caller, signal: asking.signal });
    const fits = page.items.filter(
      (each) => hasText(each) && (each.id.startsWith(beginning) || each.filename.toLowerCase().startsWith(beginning)),
    );
    values.push(...fits.map(({ id }) => id));
    if (values.length > MOST_VALUES) return { values: values.slice(0, MOST_VALUES), hasMore: true };
  }
  return { values, hasMore: false };
}

async function pageNumbers(id: string, beginning: string, { router, caller, signal }: Asking): Promise<Completion> {
  const { pages } = await call(router.documents.get, { id }, { context: caller, signal });
  const values = Array.from({ length: pages ?? 0 }, (_, index) => String(index + 1)).filter((page) => page.startsWith(beginning));
  return { values: values.slice(0, MOST_VALUES), hasMore: values.length > MOST_VALUES };
}
