/** The followed folders of the project, with what goes on in each; without any, what following one is for. */
import { FolderSync } from 'lucide-react';
import { useState } from 'react';
import type { Folder } from '../../src-main/contract/folders';
import { useFolders } from '../folders';
import { sentenceOf, useDesk } from '../state';
import { Button, IconButton } from '../ui/button';
import { FolderDetails } from './folder-details';
import { FolderRow } from './folder-row';

export function FolderList() {
  const { follow } = useDesk();
  const { data, error, isLoading } = useFolders();
  const [detailed, setDetailed] = useState<string | null>(null);
  const shown: Folder | undefined = data?.find(({ id }) => id === detailed);
  return (
    <section aria-label="Followed folders" className="border-t border-rule px-2 py-2">
      <div className="flex min-h-8 items-center px-2">
        <h2 className="flex-1 text-sm font-semibold text-soft">Followed folders</h2>
        {Boolean(data?.length) && (
          <IconButton label="Follow a folder" data-testid="follow" onClick={() => follow('')}>
            <FolderSync size={16} />
          </IconButton>
        )}
      </div>
      {error && (
        <p role="alert" className="px-2 text-sm text-alarm">
          {sentenceOf(error)}
        </p>
      )}
      {!data?.length && !isLoading && !error && (
        <div data-testid="no-folders" className="px-2 pb-1 text-xs text-soft">
          <p>A followed folder keeps this project up to date: new and changed files are read by themselves, deleted ones go.</p>
          <Button className="mt-1.5 !gap-1.5 !px-2 !py-0.5 !text-xs" data-testid="follow" onClick={() => follow('')}>
            <FolderSync size={13} aria-hidden />
            Follow a folder…
          </Button>
        </div>
      )}
      <ul data-testid="folder-list" className="max-h-44 overflow-y-auto">
        {data?.map((folder) => (
          <li key={folder.id}>
            <FolderRow folder={folder} onDetails={() => setDetailed(folder.id)} />
          </li>
        ))}
      </ul>
      {shown && <FolderDetails folder={shown} onClose={() => setDetailed(null)} />}
    </section>
  );
}
