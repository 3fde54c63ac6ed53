/** What a followed folder passes over: the field for it, and the dialog that changes it later. */
import { useState } from 'react';
import type { Folder } from '../../src-main/contract/folders';
import { useFolderActions } from '../folders';
import { sentenceOf } from '../state';
import { FormDialog } from '../ui/dialogs';
import { quoted } from '../words';
import { folderName } from './folder-state';

/** One pattern a line; a line that begins with # is a remark, as in .gitignore. */
export const patternsOf = (form: FormData): string[] =>
  String(form.get('ignore') ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));

export function IgnoreField({ patterns = [] }: { patterns?: string[] }) {
  return (
    <>
      <label className="mt-3 block text-sm font-medium" htmlFor="follow-ignore">
        Pass over <span className="font-normal text-soft">(one pattern a line, as in .gitignore)</span>
      </label>
      <textarea
        id="follow-ignore"
        name="ignore"
        data-testid="follow-ignore"
        rows={Math.max(3, Math.min(10, patterns.length + 1))}
        defaultValue={patterns.join('\n')}
        placeholder={'*.log\ndrafts/\n/notes/*.md'}
        spellCheck={false}
        className="mt-1 w-full resize-y rounded-md border border-rule bg-paper px-3 py-2 font-mono text-sm placeholder:text-soft"
      />
      <p className="mt-1 text-xs text-soft">Hidden files and links are always passed over.</p>
    </>
  );
}

export function IgnoreRules({ folder, onClose }: { folder: Folder; onClose(): void }) {
  const { ignore } = useFolderActions(folder);
  const [wrong, setWrong] = useState<string | null>(null);
  return (
    <FormDialog
      title={`What ${quoted(folderName(folder))} passes over`}
      text="The folder is looked through again: documents of what is passed over now go, and what is not passed over any more comes in."
      action={ignore.isPending ? 'Saving…' : 'Save'}
      busy={ignore.isPending}
      onClose={onClose}
      onSubmit={(form) => ignore.mutate(patternsOf(form), { onSuccess: onClose, onError: (error) => setWrong(sentenceOf(error)) })}
    >
      <IgnoreField patterns={folder.ignore} />
      <p role="alert" data-testid="ignore-wrong" className="mt-1 text-sm text-alarm empty:hidden">
        {wrong}
      </p>
    </FormDialog>
  );
}
