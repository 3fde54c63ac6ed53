/** The button that chooses files to add; more than one may stand in the window. */
import { FilePlus2 } from 'lucide-react';
import { useRef } from 'react';
import { useDesk } from '../state';
import { Button } from '../ui/button';

/** @param name prefix of the test names, empty for the one of the shelf */
export function AddFiles({ name = '', className = '' }: { name?: string; className?: string }) {
  const { addFiles } = useDesk();
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <Button kind="main" className={className} data-testid={`${name}add-files`} onClick={() => input.current?.click()}>
        <FilePlus2 size={15} aria-hidden />
        Add files
      </Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid={`${name}file-input`}
        aria-label="Files to add"
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = '';
          if (files.length) addFiles(files);
        }}
      />
    </>
  );
}
