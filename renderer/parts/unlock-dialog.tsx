/** Asks for the password of a protected document, and stays until the file opened or says that the password is wrong. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Document } from '../../src-main/contract/documents';
import type { Job } from '../../src-main/contract/jobs';
import type { Client } from '../client';
import { documentsKey } from '../events';
import { rememberPassword, sentenceOf, useDesk } from '../state';
import { FormDialog } from '../ui/dialogs';
import { PasswordField } from '../ui/password-field';
import { quoted } from '../words';

const LOOK_MS = 250;
/** After so long it is not the password that takes time: the file waits for its turn, or is large. */
const PATIENCE_MS = 20_000;

/** Something was read of it. */
const opened = ({ state, stage, progress }: Job) => state === 'done' || stage === 'embed' || progress.done > 0;

/** @returns what is wrong, or null once the file opened (or waits for its turn for long) */
async function verdict(client: Client, id: string, signal: AbortSignal): Promise<string | null> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end && !signal.aborted; ) {
    const job = await client.jobs.get({ id }, { signal });
    if (job.state === 'failed') return [job.error?.message, job.error?.action].filter(Boolean).join(' ');
    if (job.state === 'cancelled' || opened(job)) return null;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return null;
}

export function UnlockDialog({ document, onClose }: { document: Document; onClose(): void }) {
  const { client } = useDesk();
  const cache = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const stop = useRef(new AbortController());
  useEffect(() => {
    stop.current = new AbortController();
    return () => stop.current.abort();
  }, []);
  const { mutate, isPending } = useMutation({
    mutationFn: async (password: string) => {
      const { job_id } = await client.documents.unlock({ id: document.id, password });
      const reason = await verdict(client, job_id, stop.current.signal);
      if (reason === null) rememberPassword(document.id, password);
      return reason;
    },
    onSuccess: (reason) => {
      void cache.invalidateQueries({ queryKey: documentsKey(document.project_id) });
      if (reason === null) return onClose();
      setWrong(reason);
      input.current?.select();
      input.current?.focus();
    },
    onError: (error) => setWrong(sentenceOf(error)),
  });
  return (
    <FormDialog
      title={`Unlock ${quoted(document.filename)}`}
      text="The file is protected. Its password is used once to read it, and is not stored."
      action={isPending ? 'Opening…' : 'Unlock'}
      busy={isPending}
      onClose={onClose}
      onSubmit={(form) => {
        const password = String(form.get('password') ?? '');
        setWrong(null);
        if (password) mutate(password);
      }}
    >
      <PasswordField id="unlock-password" input={input} wrong={wrong} />
    </FormDialog>
  );
}
