/** How far the files are that are being added, and afterwards which of them were not taken in. */
import { X } from 'lucide-react';
import { useState } from 'react';
import { useDesk } from '../state';
import { Button, IconButton } from '../ui/button';
import { InfoDialog } from '../ui/dialogs';
import { counted } from '../words';

export function UploadProgress() {
  const { uploading, queue } = useDesk();
  const { running, files, done, part, added, refused } = uploading;
  const [listed, setListed] = useState(false);
  if (running) {
    return (
      <div className="mx-4 mb-2 text-sm" data-testid="upload-progress">
        <span className="flex items-center gap-1">
          <span className="min-w-0 flex-1">
            {files === 1 ? 'Adding one file' : `Adding ${counted(files, 'file')} · ${done.toLocaleString('en')} done`}
          </span>
          <IconButton label="Stop adding" data-testid="upload-stop" className="!size-6" onClick={() => queue.stop()}>
            <X size={14} />
          </IconButton>
        </span>
        <progress className="mt-1 block h-1.5 w-full" value={part} max={1} aria-label="Upload" />
      </div>
    );
  }
  if (refused.length === 0) return null;
  return (
    <div className="mx-4 mb-2 flex items-center gap-1 text-sm" role="status" data-testid="upload-refused">
      <span className="min-w-0 flex-1">
        {added > 0 && `${counted(added, 'file')} added, `}
        <span className="text-alarm">
          {refused.length.toLocaleString('en')} {added > 0 ? '' : refused.length === 1 ? 'file ' : 'files '}not added
        </span>
      </span>
      <Button className="!px-2 !py-0.5 !text-xs" data-testid="upload-show-refused" onClick={() => setListed(true)}>
        Show
      </Button>
      <IconButton label="Dismiss" className="!size-6" onClick={() => queue.dismiss()}>
        <X size={14} />
      </IconButton>
      {listed && (
        <InfoDialog
          title={`${counted(refused.length, 'file')} not added`}
          text="What was wrong with each of them:"
          onClose={() => setListed(false)}
        >
          <ul className="mt-3 max-h-[50vh] space-y-2 overflow-y-auto rounded-md border border-rule p-3 text-sm">
            {refused.map(({ filename, reason }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: names may repeat, and the list never changes while it is shown
              <li key={index}>
                <span className="block font-medium [overflow-wrap:anywhere]">{filename}</span>
                <span className="text-soft">{reason}</span>
              </li>
            ))}
          </ul>
        </InfoDialog>
      )}
    </div>
  );
}
