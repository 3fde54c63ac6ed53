/** Asks where a model comes from: a GGUF file of this machine, or an address and what its bytes must be. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type InputHTMLAttributes, type ReactNode, useRef, useState } from 'react';
import type { ModelKind, ModelSource } from '../../src-main/contract/models';
import { sentenceOf, useDesk } from '../state';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/dialogs';

const FIELD = 'min-w-0 flex-1 rounded-md border border-rule bg-paper px-3 py-2 font-mono text-sm placeholder:text-soft';
const KINDS: [ModelKind, string][] = [
  ['chat', 'Writes answers'],
  ['embedding', 'Finds by meaning'],
  ['reranker', 'Puts passages in order'],
];
const EXAMPLE = /Win/.test(navigator.platform) ? 'C:\\Users\\ada\\model.gguf' : '/home/ada/model.gguf';
type From = 'file' | 'address';

/** File managers copy paths in quotes. */
const cleaned = (text: FormDataEntryValue | null) =>
  String(text ?? '')
    .trim()
    .replace(/^(["'])(.*)\1$/, '$2');

/** The backend names the field, which the person sees. */
const ofField = (sentence: string) => sentence.replace(/^(path|url|sha256|name): (.)/, (_, _field, letter: string) => letter.toUpperCase());

function sourceOf(form: FormData, from: From): ModelSource {
  const sha256 = cleaned(form.get('sha256'));
  const name = cleaned(form.get('name'));
  return {
    ...(from === 'file' ? { path: cleaned(form.get('path')) } : { url: cleaned(form.get('url')) }),
    kind: String(form.get('kind')) as ModelKind,
    ...(sha256 ? { sha256 } : {}),
    ...(name ? { name } : {}),
  };
}

export function ImportDialog({ onClose }: { onClose(): void }) {
  const { client, orpc } = useDesk();
  const cache = useQueryClient();
  const [from, setFrom] = useState<From>('file');
  const [wrong, setWrong] = useState<string | null>(null);
  const { mutate, isPending } = useMutation({
    mutationFn: (source: ModelSource) => client.models.import(source),
    onSuccess: async () => {
      onClose();
      await cache.invalidateQueries({ queryKey: orpc.jobs.key() });
      await cache.invalidateQueries({ queryKey: orpc.models.key() });
    },
    onError: (error) => setWrong(ofField(sentenceOf(error))),
  });
  return (
    <FormDialog
      title="Add a model"
      text="A model is one GGUF file. It is checked whole before anything uses it, and copied into the folder of the models."
      action={isPending ? 'Looking…' : 'Add'}
      busy={isPending}
      onClose={onClose}
      onSubmit={(form) => {
        setWrong(null);
        mutate(sourceOf(form, from));
      }}
    >
      <FromChoice from={from} onFrom={setFrom} />
      {from === 'file' ? <PathField invalid={wrong !== null} /> : <AddressFields invalid={wrong !== null} />}
      <p id="import-wrong" role="alert" data-testid="import-wrong" className="mt-1 text-sm text-alarm empty:hidden">
        {wrong}
      </p>
      <KindChoice />
      <Labelled id="import-name" label="Name" hint="(left empty: that of the file)">
        <Field id="import-name" name="name" maxLength={200} />
      </Labelled>
    </FormDialog>
  );
}

function Labelled({ id, label, hint, children }: { id: string; label: string; hint?: string; children: ReactNode }) {
  return (
    <>
      <label className="mt-3 block text-sm font-medium" htmlFor={id}>
        {label} {hint && <span className="font-normal text-soft">{hint}</span>}
      </label>
      <span className="mt-1 flex gap-2">{children}</span>
    </>
  );
}

function Field({ invalid = false, ...rest }: InputHTMLAttributes<HTMLInputElement> & { id: string; invalid?: boolean }) {
  return (
    <input
      autoComplete="off"
      spellCheck={false}
      data-testid={rest.id}
      aria-invalid={invalid}
      aria-describedby={invalid ? 'import-wrong' : undefined}
      className={FIELD}
      {...rest}
    />
  );
}

function FromChoice({ from, onFrom }: { from: From; onFrom(from: From): void }) {
  const choices: [From, string][] = [
    ['file', 'A file of this machine'],
    ['address', 'An address'],
  ];
  return (
    <fieldset className="mt-4 flex gap-1 rounded-md bg-sunk p-1">
      <legend className="sr-only">Where the model comes from</legend>
      {choices.map(([name, label]) => (
        <button
          key={name}
          type="button"
          aria-pressed={from === name}
          data-testid={`import-from-${name}`}
          onClick={() => onFrom(name)}
          className={`flex-1 rounded px-2 py-1 text-sm ${from === name ? 'bg-sheet font-semibold' : 'text-soft hover:text-ink'}`}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}

function PathField({ invalid }: { invalid: boolean }) {
  const { chooseModel } = useDesk();
  const [path, setPath] = useState('');
  const field = useRef<HTMLSpanElement>(null);
  const choose = async (ask: () => Promise<string | null>) => {
    const chosen = await ask();
    if (chosen) setPath(chosen);
    field.current?.querySelector('input')?.focus();
  };
  return (
    <Labelled id="import-path" label="Path of the GGUF file">
      <span ref={field} className="flex min-w-0 flex-1">
        <Field
          id="import-path"
          name="path"
          value={path}
          onChange={(event) => setPath(event.currentTarget.value)}
          placeholder={EXAMPLE}
          maxLength={4_096}
          required
          invalid={invalid}
        />
      </span>
      {chooseModel && (
        <Button data-testid="choose-model" onClick={() => void choose(chooseModel)}>
          Choose…
        </Button>
      )}
    </Labelled>
  );
}

function AddressFields({ invalid }: { invalid: boolean }) {
  return (
    <>
      <Labelled id="import-url" label="Address of the GGUF file">
        <Field id="import-url" name="url" type="url" placeholder="https://…/model.gguf" maxLength={4_096} required invalid={invalid} />
      </Labelled>
      <Labelled id="import-sha256" label="SHA-256" hint="(optional; other bytes are refused)">
        <Field id="import-sha256" name="sha256" placeholder="64 hexadecimal digits" maxLength={64} />
      </Labelled>
    </>
  );
}

function KindChoice() {
  return (
    <fieldset className="mt-3">
      <legend className="text-sm font-medium">What it does</legend>
      <span className="mt-1 flex flex-wrap gap-x-4 gap-y-1">
        {KINDS.map(([kind, label], index) => (
          <label key={kind} className="flex items-center gap-1.5 text-sm">
            <input
              type="radio"
              name="kind"
              value={kind}
              defaultChecked={index === 0}
              data-testid={`import-${kind}`}
              className="accent-cloth"
            />
            {label}
          </label>
        ))}
      </span>
    </fieldset>
  );
}
