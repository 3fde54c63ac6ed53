/** Taking a project along as one file, and bringing one in; and how far that is. */
import { Ellipsis, FolderInput, FolderOutput, X } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useRef } from 'react';
import { useProjectImport } from '../project-import';
import { useDesk } from '../state';
import { IconButton } from '../ui/button';
import { MENU, MenuItem } from '../ui/menu';
import { saveAs } from '../ui/save';

export function ProjectMenu() {
  const { client, projectId } = useDesk();
  const { running, start } = useProjectImport();
  const field = useRef<HTMLInputElement>(null);
  return (
    <>
      <DropdownMenu.Root>
        <DropdownMenu.Trigger asChild>
          <IconButton label="Projects as files" data-testid="project-menu">
            <Ellipsis size={16} />
          </IconButton>
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content align="end" sideOffset={4} collisionPadding={12} className={MENU}>
            {projectId && (
              <MenuItem
                icon={FolderOutput}
                testId="export-project"
                onSelect={() => void saveAs('Writing the project…', () => client.projects.export({ id: projectId }))}
              >
                Save this project as a file
              </MenuItem>
            )}
            <MenuItem icon={FolderInput} testId="import-project" disabled={running !== null} onSelect={() => field.current?.click()}>
              Bring in a project from a file…
            </MenuItem>
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
      <input
        ref={field}
        type="file"
        accept=".zip,application/zip"
        aria-label="File of a project"
        data-testid="project-file"
        className="hidden"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          event.currentTarget.value = '';
          if (file) void start(file);
        }}
      />
    </>
  );
}

export function ImportProgress() {
  const { running } = useProjectImport();
  if (!running) return null;
  const { name, sent, progress, stop } = running;
  const text = progress
    ? `${progress.done.toLocaleString('en')} of ${progress.total.toLocaleString('en')} documents`
    : sent < 1
      ? `${Math.floor(sent * 100)} % sent`
      : 'being checked';
  return (
    <div role="status" data-testid="project-importing" className="mx-2 mt-1 text-sm">
      <span className="flex items-center gap-1">
        <span className="min-w-0 flex-1 truncate" title={name}>
          {name}
        </span>
        {!progress && (
          <IconButton label={`Stop bringing in ${name}`} className="!size-6" onClick={() => stop.abort()}>
            <X size={14} />
          </IconButton>
        )}
      </span>
      <span className="block text-xs text-soft">{text}</span>
      <progress
        className="mt-1 block h-1 w-full"
        aria-label={`Progress of ${name}`}
        {...(progress ? { value: progress.done, max: Math.max(1, progress.total) } : sent < 1 ? { value: sent, max: 1 } : {})}
      />
    </div>
  );
}
