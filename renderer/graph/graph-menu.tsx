/** What else can be done with a graph: see its themes, say which names are one, take it along as a file. */
import { Download, Ellipsis, Layers, Merge } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { toast } from 'sonner';
import { sentenceOf, useDesk } from '../state';
import { IconButton } from '../ui/button';

export type Side = 'themes' | 'suggestions';

/** Hands a file to the browser, which asks where to keep it or knows. */
function save(file: File): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = file.name;
  link.click();
  // The browser reads it a moment later.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export function GraphMenu({ onSide }: { onSide(side: Side): void }) {
  const { client, projectId } = useDesk();
  const download = async (format: 'graphml' | 'json') => {
    const note = toast.loading('Writing the graph…');
    try {
      save(await client.graph.export({ id: projectId ?? '', format }));
      toast.dismiss(note);
    } catch (error) {
      toast.error(sentenceOf(error), { id: note });
    }
  };
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <IconButton label="More of the graph" data-testid="graph-menu" className="border border-rule bg-sheet">
          <Ellipsis size={17} />
        </IconButton>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={12}
          className="z-40 min-w-56 rounded-lg border border-rule bg-sheet p-1 text-sm shadow-xl"
        >
          <Item icon={<Layers size={15} aria-hidden />} testId="open-themes" onSelect={() => onSide('themes')}>
            Themes
          </Item>
          <Item icon={<Merge size={15} aria-hidden />} testId="open-suggestions" onSelect={() => onSide('suggestions')}>
            Names that may mean the same
          </Item>
          <DropdownMenu.Separator className="my-1 h-px bg-rule" />
          <Item icon={<Download size={15} aria-hidden />} testId="export-graphml" onSelect={() => void download('graphml')}>
            Save as GraphML
          </Item>
          <Item icon={<Download size={15} aria-hidden />} testId="export-json" onSelect={() => void download('json')}>
            Save as JSON
          </Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Item({ icon, testId, onSelect, children }: { icon: ReactNode; testId: string; onSelect(): void; children: ReactNode }) {
  return (
    <DropdownMenu.Item
      data-testid={testId}
      onSelect={onSelect}
      className="flex cursor-pointer items-center gap-2.5 rounded-md px-2 py-1.5 outline-none data-[highlighted]:bg-sunk"
    >
      <span className="text-soft">{icon}</span>
      {children}
    </DropdownMenu.Item>
  );
}
