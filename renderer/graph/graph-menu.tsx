/** What else can be done with a graph: see its themes, say which names are one, have the model read, take it along as a file. */
import { Download, Ellipsis, Layers, Merge, Telescope } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useDesk } from '../state';
import { IconButton } from '../ui/button';
import { MENU, MenuItem } from '../ui/menu';
import { saveAs } from '../ui/save';

export type Side = 'themes' | 'suggestions' | 'deep';

export function GraphMenu({ onSide }: { onSide(side: Side): void }) {
  const { client, projectId } = useDesk();
  const save = (format: 'graphml' | 'json') =>
    void saveAs('Writing the graph…', () => client.graph.export({ id: projectId ?? '', format }));
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <IconButton label="More of the graph" data-testid="graph-menu" className="border border-rule bg-sheet">
          <Ellipsis size={17} />
        </IconButton>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={4} collisionPadding={12} className={MENU}>
          <MenuItem icon={Layers} testId="open-themes" onSelect={() => onSide('themes')}>
            Themes
          </MenuItem>
          <MenuItem icon={Merge} testId="open-suggestions" onSelect={() => onSide('suggestions')}>
            Names that may mean the same
          </MenuItem>
          <MenuItem icon={Telescope} testId="open-deep" onSelect={() => onSide('deep')}>
            Read deeper with the model
          </MenuItem>
          <DropdownMenu.Separator className="my-1 h-px bg-rule" />
          <MenuItem icon={Download} testId="export-graphml" onSelect={() => save('graphml')}>
            Save as GraphML
          </MenuItem>
          <MenuItem icon={Download} testId="export-json" onSelect={() => save('json')}>
            Save as JSON
          </MenuItem>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
