/** The left panel: projects, their conversations, and the documents with their live state. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FolderPlus, Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { toast } from 'sonner';
import { useConversations, useProjects } from '../lists';
import { AddFiles } from '../parts/add-files';
import { DocumentList } from '../parts/document-list';
import { FolderList } from '../parts/folder-list';
import { ImportProgress, ProjectMenu } from '../parts/project-menu';
import { SearchBox } from '../parts/search-box';
import { type StateChoice, StateFilter, stateName } from '../parts/state-filter';
import { SystemPopover } from '../parts/system-popover';
import { UploadProgress } from '../parts/upload-progress';
import { ViewChoice } from '../parts/view-choice';
import { sentenceOf, useDesk } from '../state';
import type { Theme } from '../theme';
import { IconButton } from '../ui/button';
import { Confirm, NameDialog } from '../ui/dialogs';
import { counted, quoted } from '../words';

export function ShelfView({ theme, setTheme }: { theme: Theme; setTheme(theme: Theme): void }) {
  const { projectId } = useDesk();
  return (
    <aside aria-label="Library" className="flex h-full flex-col overflow-y-auto bg-paper">
      <header className="flex items-center gap-2 px-4 pt-4 pb-2">
        <img src="./icon.svg" alt="" className="size-6" />
        <h1 className="flex-1 font-serif text-lg font-semibold tracking-tight">Pressmark</h1>
        <SystemPopover theme={theme} setTheme={setTheme} />
      </header>
      <ViewChoice />
      <Projects />
      <Conversations />
      <FolderList />
      <Documents key={projectId} />
    </aside>
  );
}

function useProjectChanges() {
  const { client, orpc, chooseProject } = useDesk();
  const cache = useQueryClient();
  const refresh = () => cache.invalidateQueries({ queryKey: orpc.projects.key() });
  const onError = (error: Error) => toast.error(sentenceOf(error));
  const create = useMutation({
    mutationFn: (name: string) => client.projects.create({ name }),
    onSuccess: async ({ id }) => {
      await refresh();
      chooseProject(id);
    },
    onError,
  });
  const rename = useMutation({
    mutationFn: (input: { id: string; name: string }) => client.projects.update(input),
    onSuccess: refresh,
    onError,
  });
  const remove = useMutation({
    mutationFn: (id: string) => client.projects.remove({ id }),
    onSuccess: async () => {
      chooseProject(null);
      await refresh();
    },
    onError,
  });
  return { create, rename, remove };
}

function Projects() {
  const desk = useDesk();
  const { projectId, chooseProject } = desk;
  const { create, rename, remove } = useProjectChanges();
  const { data } = useProjects(desk);
  const chosen = data?.find(({ id }) => id === projectId);
  return (
    <section aria-label="Projects" className="px-2 pb-2">
      <div className="flex min-h-8 items-center px-2">
        <h2 className="flex-1 text-sm font-semibold text-soft">Projects</h2>
        {chosen && (
          <>
            <NameDialog
              title="Rename project"
              initial={chosen.name}
              action="Rename"
              onName={(name) => rename.mutate({ id: chosen.id, name })}
            >
              <IconButton label="Rename project" data-testid="rename-project">
                <Pencil size={15} />
              </IconButton>
            </NameDialog>
            <Confirm
              title={`Delete ${quoted(chosen.name)}?`}
              text={`Its ${counted(chosen.documents, 'document')} and all its conversations are deleted from Pressmark. Your original files stay where they are.`}
              action="Delete project"
              onConfirm={() => remove.mutate(chosen.id)}
            >
              <IconButton label="Delete project" data-testid="delete-project">
                <Trash2 size={15} />
              </IconButton>
            </Confirm>
          </>
        )}
        <NameDialog title="New project" initial="" action="Create" onName={(name) => create.mutate(name)}>
          <IconButton label="New project" data-testid="new-project">
            <FolderPlus size={16} />
          </IconButton>
        </NameDialog>
        <ProjectMenu />
      </div>
      <ul data-testid="project-list" className="max-h-36 overflow-y-auto">
        {data?.map(({ id, name, documents }) => (
          <li key={id}>
            <button
              type="button"
              aria-current={id === projectId ? 'true' : undefined}
              onClick={() => chooseProject(id)}
              className={`flex w-full items-baseline gap-2 rounded-md px-2 py-1.5 text-left ${id === projectId ? 'bg-wash font-semibold' : 'hover:bg-sunk'}`}
            >
              <bdi className="min-w-0 flex-1 truncate text-left">{name}</bdi>
              <span className="font-mono text-xs text-soft">{documents.toLocaleString('en')}</span>
            </button>
          </li>
        ))}
      </ul>
      <ImportProgress />
    </section>
  );
}

function Conversations() {
  const { orpc, client, conversationId, chooseConversation, show } = useDesk();
  const cache = useQueryClient();
  const { data } = useConversations();
  const remove = useMutation({
    mutationFn: (id: string) => client.conversations.remove({ id }),
    onSuccess: (_, id) => {
      if (id === conversationId) chooseConversation(null);
      return cache.invalidateQueries({ queryKey: orpc.conversations.list.key() });
    },
    onError: (error) => toast.error(sentenceOf(error)),
  });
  const rename = useMutation({
    mutationFn: (input: { id: string; title: string }) => client.conversations.update(input),
    onSuccess: () => cache.invalidateQueries({ queryKey: orpc.conversations.list.key() }),
    onError: (error) => toast.error(sentenceOf(error)),
  });
  if (!data?.length) return null;
  const begin = () => {
    chooseConversation(null);
    show('chat');
  };
  return (
    <section aria-label="Conversations" className="border-t border-rule px-2 py-2">
      <div className="flex min-h-8 items-center px-2">
        <h2 className="flex-1 text-sm font-semibold text-soft">Conversations</h2>
        <IconButton label="New conversation" data-testid="new-conversation" onClick={begin}>
          <Plus size={16} />
        </IconButton>
      </div>
      <ul data-testid="conversation-list" className="max-h-40 overflow-y-auto">
        {data.map(({ id, title }) => (
          <li key={id} className={`group flex items-center rounded-md ${id === conversationId ? 'bg-wash' : 'hover:bg-sunk'}`}>
            <button
              type="button"
              aria-current={id === conversationId ? 'true' : undefined}
              onClick={() => {
                chooseConversation(id);
                show('chat');
              }}
              title={title}
              dir="auto"
              className="min-w-0 flex-1 truncate px-2 py-1.5 text-left text-sm"
            >
              {title}
            </button>
            <span className="row-actions pr-1">
              <NameDialog title="Rename conversation" initial={title} action="Rename" onName={(next) => rename.mutate({ id, title: next })}>
                <IconButton label={`Rename conversation ${title}`} data-testid="rename-conversation" className="!size-7">
                  <Pencil size={14} />
                </IconButton>
              </NameDialog>
              <Confirm title="Delete this conversation?" text={title} action="Delete" onConfirm={() => remove.mutate(id)}>
                <IconButton label={`Delete conversation ${title}`} data-testid="delete-conversation" className="!size-7">
                  <Trash2 size={14} />
                </IconButton>
              </Confirm>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Documents() {
  const { projectId } = useDesk();
  const [state, setState] = useState<StateChoice>('all');
  const list = <DocumentList state={projectId === null ? 'all' : state} onState={setState} />;
  return (
    <section aria-label="Documents" className="flex min-h-72 flex-1 flex-col border-t border-rule pt-2">
      <div className="flex items-center px-4 pb-2">
        <h2 className="flex-1 text-sm font-semibold text-soft">Documents</h2>
        <AddFiles className="!px-2.5 !py-1" />
      </div>
      <UploadProgress />
      {projectId === null ? (
        list
      ) : (
        <SearchBox beside={<StateFilter chosen={state} onChoose={setState} />}>
          {state !== 'all' && <p className="px-4 pb-1 text-xs font-medium text-cloth">{stateName(state)} only</p>}
          {list}
        </SearchBox>
      )}
    </section>
  );
}
