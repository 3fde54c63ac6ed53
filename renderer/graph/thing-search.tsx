/** Finds a thing by a part of its name: a field with a list below it, for pointer and keys. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Search, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useId, useState } from 'react';
import type { Entity } from '../../src-main/contract/graph';
import { useDesk } from '../state';
import { IconButton } from '../ui/button';
import { useSettled } from '../ui/settled';
import { counted } from '../words';
import { KindSign } from './kind-sign';
import { KINDS } from './kinds';

const FOUND = 8;
const NONE: Entity[] = [];

interface Props {
  label: string;
  placeholder: string;
  testId: string;
  onChoose(found: Entity): void;
}

/** What has `text` in its name, most mentioned first; `isFresh` once it was found for just this text. */
function useFound(text: string) {
  const { orpc, projectId } = useDesk();
  const q = useSettled(text.trim());
  const { data, isFetching, isPlaceholderData } = useQuery(
    orpc.graph.entities.queryOptions({
      input: { id: projectId ?? '', q, limit: FOUND },
      enabled: projectId !== null && q !== '',
      placeholderData: keepPreviousData,
    }),
  );
  const looking = q !== '' && text.trim() !== '';
  const isFresh = looking && q === text.trim() && data !== undefined && !isPlaceholderData;
  return { found: looking ? (data?.items ?? NONE) : NONE, looking, isFetching, isFresh };
}

export function ThingSearch({ label, placeholder, testId, onChoose }: Props) {
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const [entered, setEntered] = useState(false);
  const list = useId();
  const { found, looking, isFetching, isFresh } = useFound(text);
  const shown = open && looking;
  const choose = (one: Entity | undefined) => {
    if (!one) return;
    setText('');
    setOpen(false);
    onChoose(one);
  };
  // Who types quickly means what is found for the whole word, not what stands there for its beginning.
  useEffect(() => {
    if (!entered || !isFresh) return;
    setEntered(false);
    choose(found[at]);
  });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') setText('');
    else if (event.key === 'Enter') setEntered(text.trim() !== '');
    else if (event.key === 'ArrowDown') setAt(Math.min(at + 1, found.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0));
    else return;
    event.preventDefault();
  };
  return (
    <search className="relative block min-w-0 flex-1">
      <Search size={15} aria-hidden className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-soft" />
      <input
        role="combobox"
        aria-label={label}
        aria-expanded={shown}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={shown && found[at] ? `${list}-${at}` : undefined}
        data-testid={testId}
        value={text}
        placeholder={placeholder}
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setOpen(true);
          setAt(0);
          setEntered(false);
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
        className="w-full rounded-md border border-rule bg-sheet py-1.5 pr-8 pl-8 text-sm placeholder:text-soft"
      />
      {text && (
        <IconButton label="Clear the search" className="absolute top-0.5 right-0.5 !size-7" onClick={() => setText('')}>
          <X size={14} />
        </IconButton>
      )}
      {shown && <Found id={list} label={label} found={found} waiting={isFetching} at={at} onAt={setAt} onChoose={choose} />}
    </search>
  );
}

interface FoundProps {
  id: string;
  label: string;
  found: Entity[];
  waiting: boolean;
  at: number;
  onAt(index: number): void;
  onChoose(found: Entity): void;
}

function Found({ id, label, found, waiting, at, onAt, onChoose }: FoundProps) {
  return (
    <div className="absolute inset-x-0 top-full z-30 mt-1 min-w-56 rounded-lg border border-rule bg-sheet p-1 shadow-xl">
      {found.length === 0 && (
        <p role="status" className="px-2 py-1.5 text-sm text-soft">
          {waiting ? 'Searching…' : 'Nothing here has such a name.'}
        </p>
      )}
      <div role="listbox" id={id} aria-label={label}>
        {found.map((one, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field, which names the active one
          <div
            key={one.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            data-testid="thing-found"
            onPointerEnter={() => onAt(index)}
            // Before the field loses the focus, and with it the list.
            onPointerDown={(event) => {
              event.preventDefault();
              onChoose(one);
            }}
            className={`flex cursor-pointer items-center gap-2 rounded-md px-2 py-1.5 text-sm ${index === at ? 'bg-sunk' : ''}`}
          >
            <KindSign type={one.type} />
            <span className="min-w-0 flex-1 truncate">{one.name}</span>
            <span className="shrink-0 text-xs text-soft">
              {KINDS[one.type].one} · {counted(one.mentions, 'mention')}
            </span>
          </div>
        ))}
      </div>
    </div>
  );
}
