/** Asks which folder to follow, and what in it to pass over. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type RefObject, useRef, useState } from 'react';
import { foldersKey } from '../events';
import { sentenceOf, useDesk } from '../state';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/dialogs';
import { IgnoreField, patternsOf } from './ignore-rules';

const FIELD = 'rounded-md border border-rule bg-paper px-3 py-2 font-mono text-sm placeholder:text-soft';
const example = /Win/.test(navigator.platform) ? 'C:\\Users\\ada\\papers' : '/home/ada/papers';

/** File managers copy paths in quotes, and with a slash at the end. */
const cleaned = (path: string) => path.trim().replace(/^(["'])(.*)\1$/, '$2');

/** The backend names the field, which the person sees. */
const ofPath = (sentence: string) => sentence.replace(/^path: (.)/, (_, letter: string) => letter.toUpperCase());

/** @param path what is known already of the folder's path */
export function FollowDialog({ path, onClose }: { path: string; onClose(): void }) {
  const { client, orpc, projectId, chooseProject } = useDesk();
  const field = useRef<HTMLInputElement>(null);
  const cache = useQueryClient();
  const [wrong, setWrong] = useState<string | null>(null);
  const { mutate, isPending } = useMutation({
    mutationFn: async (input: { path: string; ignore: string[] }) => {
      const id = projectId ?? (await client.projects.create({ name: 'My documents' })).id;
      await client.folders.add({ id, ...input });
      if (!projectId) chooseProject(id);
      await cache.invalidateQueries({ queryKey: orpc.projects.key() });
      await cache.invalidateQueries({ queryKey: foldersKey(id) });
    },
    onSuccess: onClose,
    onError: (error) => setWrong(ofPath(sentenceOf(error))),
  });
  return (
    <FormDialog
      title="Follow a folder"
      text="Its files are read into this project, those of its subfolders too. What is new, changed, moved or deleted there is followed here."
      action={isPending ? 'Looking…' : 'Follow'}
      busy={isPending}
      onClose={onClose}
      onSubmit={(form) => {
        setWrong(null);
        mutate({ path: cleaned(String(form.get('path') ?? '')), ignore: patternsOf(form) });
      }}
    >
      <PathField field={field} path={path} wrong={wrong} />
      <IgnoreField />
    </FormDialog>
  );
}

interface PathProps {
  field: RefObject<HTMLInputElement | null>;
  path: string;
  wrong: string | null;
}

function PathField({ field, path, wrong }: PathProps) {
  const { chooseFolder } = useDesk();
  const choose = async (ask: () => Promise<string | null>) => {
    const chosen = await ask();
    if (chosen && field.current) field.current.value = chosen;
    field.current?.focus();
  };
  return (
    <>
      <label className="mt-4 block text-sm font-medium" htmlFor="follow-path">
        Path of the folder on this machine
      </label>
      <span className="mt-1 flex gap-2">
        <input
          ref={field}
          id="follow-path"
          name="path"
          data-testid="follow-path"
          defaultValue={path}
          placeholder={example}
          autoComplete="off"
          spellCheck={false}
          maxLength={4_096}
          required
          aria-invalid={wrong !== null}
          aria-describedby={wrong ? 'follow-wrong' : undefined}
          className={`${FIELD} min-w-0 flex-1`}
        />
        {chooseFolder && (
          <Button data-testid="choose-folder" onClick={() => void choose(chooseFolder)}>
            Choose…
          </Button>
        )}
      </span>
      <p id="follow-wrong" role="alert" data-testid="follow-wrong" className="mt-1 text-sm text-alarm empty:hidden">
        {wrong}
      </p>
    </>
  );
}
