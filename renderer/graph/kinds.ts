/** The kinds of things in a graph: their names, and the colour and shape that tell them apart; never the colour alone. */
import { type EntityType, entityType, type Relation, type RelationType } from '../../src-main/contract/graph';

export type Shape = 'circle' | 'square' | 'triangle' | 'diamond';

interface Kind {
  one: string;
  many: string;
  /** Named in style.css, once for light and once for dark. */
  colour: string;
  shape: Shape;
}

export const KINDS: Record<EntityType, Kind> = {
  person: { one: 'Person', many: 'People', colour: '--kind-person', shape: 'circle' },
  organisation: { one: 'Organisation', many: 'Organisations', colour: '--kind-organisation', shape: 'square' },
  place: { one: 'Place', many: 'Places', colour: '--kind-place', shape: 'triangle' },
  date: { one: 'Date', many: 'Dates', colour: '--kind-date', shape: 'diamond' },
  money: { one: 'Sum of money', many: 'Sums of money', colour: '--kind-money', shape: 'square' },
  term: { one: 'Term', many: 'Terms', colour: '--kind-term', shape: 'circle' },
  identifier: { one: 'Identifier', many: 'Identifiers', colour: '--kind-identifier', shape: 'diamond' },
};
export const KIND_ORDER: readonly EntityType[] = entityType.options;

/** As it reads from the first to the second, and the other way round. */
const RELATIONS: Record<RelationType, [string, string]> = {
  mentioned_with: ['named together with', 'named together with'],
  works_for: ['works for', 'employs'],
  leads: ['leads', 'is led by'],
  founded: ['founded', 'was founded by'],
  located_in: ['is in', 'is the place of'],
  born_in: ['was born in', 'is the birthplace of'],
  married_to: ['is married to', 'is married to'],
  acquired: ['acquired', 'was acquired by'],
  related_to: ['is related to', 'is related to'],
};

/** How a relation reads, seen from one of its ends; a label that a model gave reads in one direction only. */
export function relationWords({ type, label, source }: Pick<Relation, 'type' | 'label' | 'source'>, from: string | undefined): string {
  const forward = source === from;
  if (label) return forward ? label : `(${label})`;
  return RELATIONS[type][forward ? 0 : 1];
}

export const colourOf = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
