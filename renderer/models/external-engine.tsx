/** An engine elsewhere that speaks the OpenAI protocol: off by default, and marked wherever it is used, because text leaves the machine. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { CloudUpload } from 'lucide-react';
import { type InputHTMLAttributes, useState } from 'react';
import { toast } from 'sonner';
import type { ExternalEngine as External, ExternalChange } from '../../src-main/contract/models';
import { sentenceOf, useDesk } from '../state';
import { Button } from '../ui/button';
import { FormDialog } from '../ui/dialogs';

function useExternal() {
  const { client, orpc } = useDesk();
  const cache = useQueryClient();
  const { data } = useQuery(orpc.models.external.queryOptions());
  const change = useMutation({
    mutationFn: (input: ExternalChange) => client.models.setExternal(input),
    onSettled: async () => {
      await cache.invalidateQueries({ queryKey: orpc.models.key() });
      await cache.invalidateQueries({ queryKey: orpc.system.key() });
    },
  });
  const test = useMutation({ mutationFn: () => client.models.testExternal() });
  return { data, change, test };
}

export function ExternalEngine() {
  const { data, change, test } = useExternal();
  const [open, setOpen] = useState(false);
  if (!data) return null;
  const { enabled, base_url } = data;
  return (
    <section
      aria-label="An engine elsewhere"
      data-testid="external"
      data-enabled={enabled}
      className={`mt-10 rounded-lg border px-4 py-3 ${enabled ? 'border-doubt bg-doubt/10' : 'border-rule bg-paper'}`}
    >
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="max-w-[34rem] min-w-0">
          <h3 className="flex items-center gap-2 font-semibold">
            <CloudUpload size={17} aria-hidden className={enabled ? 'text-doubt' : 'text-soft'} />
            An engine elsewhere
            <span className={`text-sm font-normal ${enabled ? 'text-doubt' : 'text-soft'}`}>{enabled ? 'on' : 'off'}</span>
          </h3>
          <p className="mt-1 text-sm text-soft">
            {enabled ? (
              <>
                Its models stand above. Used by one of them,{' '}
                <strong className="font-semibold text-ink">
                  your questions and passages of your documents are sent to {hostOf(base_url)}
                </strong>
                .
              </>
            ) : (
              'A service that speaks the OpenAI protocol can answer in place of a model here. Your questions and passages of your documents would then leave this machine.'
            )}
          </p>
        </div>
        <span className="flex flex-wrap gap-1.5">
          {enabled && (
            <Button
              className="!px-2.5 !py-1"
              data-testid="external-off"
              disabled={change.isPending}
              onClick={() => change.mutate({ enabled: false })}
            >
              Switch off
            </Button>
          )}
          {enabled && (
            <Button className="!px-2.5 !py-1" data-testid="external-test" disabled={test.isPending} onClick={() => test.mutate()}>
              {test.isPending ? 'Asking…' : 'Test'}
            </Button>
          )}
          <Button className="!px-2.5 !py-1" data-testid="external-set-up" onClick={() => setOpen(true)}>
            Set up…
          </Button>
        </span>
      </div>
      {test.data && (
        <p role="status" data-testid="external-tested" className={`mt-2 text-sm ${test.data.ok ? 'text-cloth' : 'text-alarm'}`}>
          {test.data.message}
          {test.data.models.length > 0 && <span className="block text-soft">It has: {test.data.models.join(', ')}</span>}
        </p>
      )}
      {test.error && <p className="mt-2 text-sm text-alarm">{sentenceOf(test.error)}</p>}
      {open && <SetUp now={data} change={change} onClose={() => setOpen(false)} />}
    </section>
  );
}

const hostOf = (url: string | null) => (url && URL.canParse(url) ? new URL(url).host : 'it');
const textOf = (form: FormData, name: string) => String(form.get(name) ?? '').trim() || null;

interface SetUpProps {
  now: External;
  change: ReturnType<typeof useExternal>['change'];
  onClose(): void;
}

function SetUp({ now, change, onClose }: SetUpProps) {
  const [wrong, setWrong] = useState<string | null>(null);
  const submit = (form: FormData) => {
    const key = textOf(form, 'api_key');
    const input: ExternalChange = {
      enabled: form.get('enabled') === 'on',
      base_url: textOf(form, 'base_url'),
      chat_model: textOf(form, 'chat_model'),
      embedding_model: textOf(form, 'embedding_model'),
      ...(key ? { api_key: key } : form.get('forget_key') ? { api_key: null } : {}),
    };
    setWrong(null);
    change.mutate(input, {
      onSuccess: () => {
        toast.success(input.enabled ? 'The engine elsewhere is on. Choose its models above to use them.' : 'The engine elsewhere is off.');
        onClose();
      },
      onError: (error) => setWrong(sentenceOf(error)),
    });
  };
  return (
    <FormDialog
      title="An engine elsewhere"
      text="What speaks the OpenAI protocol can be used. While it is, questions and passages are sent to it: only name one that may read your documents."
      action={change.isPending ? 'Saving…' : 'Save'}
      busy={change.isPending}
      onClose={onClose}
      onSubmit={submit}
    >
      <Text
        name="base_url"
        label="Address, up to and with /v1"
        type="url"
        defaultValue={now.base_url ?? ''}
        placeholder="https://models.example/v1"
        required
      />
      <Text name="chat_model" label="Model that writes answers" defaultValue={now.chat_model ?? ''} placeholder="none" />
      <Text name="embedding_model" label="Model that makes vectors" defaultValue={now.embedding_model ?? ''} placeholder="none" />
      <Text
        name="api_key"
        label={now.has_key ? 'Key (one is kept; empty: it stays)' : 'Key, if it wants one'}
        type="password"
        autoComplete="off"
      />
      {now.has_key && (
        <label className="mt-2 flex items-center gap-2 text-sm">
          <input type="checkbox" name="forget_key" className="accent-cloth" />
          Forget the key that is kept
        </label>
      )}
      <label className="mt-4 flex items-start gap-2.5 rounded-md border border-doubt bg-doubt/10 p-2.5 text-sm">
        <input type="checkbox" name="enabled" data-testid="external-enabled" defaultChecked={now.enabled} className="mt-1 accent-cloth" />
        <span>Switch it on. I know that text of my documents leaves this machine.</span>
      </label>
      <p role="alert" data-testid="external-wrong" className="mt-2 text-sm text-alarm empty:hidden">
        {wrong}
      </p>
    </FormDialog>
  );
}

function Text({ name, label, ...rest }: InputHTMLAttributes<HTMLInputElement> & { name: string; label: string }) {
  return (
    <>
      <label className="mt-3 block text-sm font-medium" htmlFor={`external-${name}`}>
        {label}
      </label>
      <input
        id={`external-${name}`}
        name={name}
        data-testid={`external-${name}`}
        maxLength={2_048}
        spellCheck={false}
        className="mt-1 w-full rounded-md border border-rule bg-paper px-3 py-2 font-mono text-sm placeholder:text-soft"
        {...rest}
      />
    </>
  );
}
