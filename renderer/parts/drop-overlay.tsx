/** Takes files dropped anywhere on the window and says, while they hover, where they will go. */
import { FileDown } from 'lucide-react';
import { useEffect, useState } from 'react';
import { toast } from 'sonner';
import { useProjects } from '../lists';
import { type Desk, sentenceOf, useDesk } from '../state';
import { type Dropped, filesWithin, readDrop } from './dropped';

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

/** The desktop app knows where a dropped folder lies, and follows it; a browser reads what is in it now. */
async function take({ files, folders, folderFiles }: Dropped, { addFiles, follow, pathOf }: Desk): Promise<void> {
  if (files.length) addFiles(files);
  const path = folderFiles[0] && pathOf(folderFiles[0]);
  if (path) return follow(path);
  if (folders.length === 0) return;
  const within = await filesWithin(folders);
  if (within.files.length) addFiles(within.files);
  else toast.info('There is nothing in this folder.');
  if (within.more) toast.warning(`Only the first ${within.files.length.toLocaleString('en')} files are added. Follow the folder instead.`);
}

export function DropOverlay() {
  const desk = useDesk();
  const { projectId } = desk;
  const { data } = useProjects(desk);
  const target = data?.find(({ id }) => id === projectId)?.name ?? 'My documents';
  const [over, setOver] = useState(false);
  useEffect(() => {
    const hover = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(false);
      if (event.dataTransfer) void take(readDrop(event.dataTransfer), desk).catch((error) => toast.error(sentenceOf(error)));
    };
    window.addEventListener('dragover', hover);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', hover);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, [desk]);
  if (!over) return null;
  return (
    <div data-testid="drop-overlay" className="pointer-events-none fixed inset-0 z-50 grid place-items-center bg-paper/85 p-6">
      <div className="grid place-items-center gap-3 rounded-xl border-2 border-dashed border-cloth bg-sheet px-12 py-10 text-center">
        <FileDown size={34} className="text-cloth" aria-hidden />
        <p className="max-w-[30rem] font-serif text-xl font-semibold break-words">Drop to add to “{target}”</p>
        <p className="text-soft">The files are copied into your library on this machine.</p>
      </div>
    </div>
  );
}
