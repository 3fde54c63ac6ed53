/** Asks which folder to follow, and what in it to pass over. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { foldersKey } from '../events';
import { sentenceOf, useDesk } from '../state';
import { FormDialog } from '../ui/dialogs';

const FIELD = 'mt-1 w-full rounded-md border border-rule bg-paper px-3 py-2 font-mono text-sm placeholder:text-soft';
const example = /Win/.test(navigator.platform) ? 'C:\\Users\\ada\\papers' : '/home/ada/papers';

/** One pattern a line; a line that begins with # is a remark, as in .gitignore. */
const patterns = (text: string) =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

/** File managers copy paths in quotes, and with a slash at the end. */
const cleaned = (path: string) => path.trim().replace(/^(["'])(.*)\1$/, '$2');

/** @param path what is known already of the folder's path */
export function FollowDialog({ path, onClose }: { path: string; onClose(): void }) {
  const { client, orpc, projectId, chooseProject } = useDesk();
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
    onError: (error) => setWrong(sentenceOf(error)),
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
        mutate({ path: cleaned(String(form.get('path') ?? '')), ignore: patterns(String(form.get('ignore') ?? '')) });
      }}
    >
      <label className="mt-4 block text-sm font-medium" htmlFor="follow-path">
        Path of the folder on this machine
      </label>
      <input
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
        className={FIELD}
      />
      <p id="follow-wrong" role="alert" data-testid="follow-wrong" className="mt-1 text-sm text-alarm empty:hidden">
        {wrong}
      </p>
      <label className="mt-3 block text-sm font-medium" htmlFor="follow-ignore">
        Pass over <span className="font-normal text-soft">(one pattern a line, as in .gitignore)</span>
      </label>
      <textarea
        id="follow-ignore"
        name="ignore"
        data-testid="follow-ignore"
        rows={3}
        placeholder={'*.log\ndrafts/\n/notes/*.md'}
        spellCheck={false}
        className={`${FIELD} resize-y`}
      />
      <p className="mt-1 text-xs text-soft">Hidden files and links are always passed over.</p>
    </FormDialog>
  );
}
