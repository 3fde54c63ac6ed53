/** Hands a file to the person: the browser asks where to keep it, or knows. */
import { toast } from 'sonner';
import { sentenceOf } from '../state';

/** The browser reads the file a moment after the click. */
const KEPT_MS = 60_000;

/** @param doing said while `make` goes on */
export async function saveAs(doing: string, make: () => Promise<File>): Promise<void> {
  const note = toast.loading(doing);
  try {
    const file = await make();
    const url = URL.createObjectURL(file);
    const link = document.createElement('a');
    link.href = url;
    link.download = file.name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
    toast.dismiss(note);
  } catch (error) {
    toast.error(sentenceOf(error), { id: note });
  }
}
