/** The dialogs: ask before something is deleted, ask for a name, ask for anything else in a form. */
import { X } from 'lucide-react';
import { AlertDialog, Dialog } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import { Button, IconButton } from './button';

const SHADE = 'fixed inset-0 z-40 bg-black/40';
const BOX =
  'fixed top-1/2 left-1/2 z-50 w-[min(26rem,92vw)] -translate-x-1/2 -translate-y-1/2 rounded-lg border border-rule bg-sheet p-5 shadow-xl';

interface ConfirmProps {
  title: string;
  text: string;
  action: string;
  onConfirm(): void;
  children: ReactNode;
}

export function Confirm({ title, text, action, onConfirm, children }: ConfirmProps) {
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger asChild>{children}</AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Overlay className={SHADE} />
        <AlertDialog.Content className={BOX}>
          <AlertDialog.Title className="font-serif text-lg font-semibold break-words">{title}</AlertDialog.Title>
          <AlertDialog.Description className="mt-2 text-soft">{text}</AlertDialog.Description>
          <div className="mt-5 flex justify-end gap-2">
            <AlertDialog.Cancel asChild>
              <Button>Keep</Button>
            </AlertDialog.Cancel>
            <AlertDialog.Action asChild>
              <Button kind="alarm" data-testid="confirm" onClick={onConfirm}>
                {action}
              </Button>
            </AlertDialog.Action>
          </div>
        </AlertDialog.Content>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

interface NameProps {
  title: string;
  initial: string;
  action: string;
  onName(name: string): void;
  children: ReactNode;
}

export function NameDialog({ title, initial, action, onName, children }: NameProps) {
  const [open, setOpen] = useState(false);
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Trigger asChild>{children}</Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay className={SHADE} />
        <Dialog.Content className={BOX} aria-describedby={undefined}>
          <Dialog.Title className="font-serif text-lg font-semibold">{title}</Dialog.Title>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              const name = String(new FormData(event.currentTarget).get('name') ?? '').trim();
              if (!name) return;
              setOpen(false);
              onName(name);
            }}
          >
            <input
              name="name"
              aria-label="Name"
              data-testid="name-input"
              defaultValue={initial}
              maxLength={200}
              required
              className="mt-3 w-full rounded-md border border-rule bg-paper px-3 py-2"
            />
            <div className="mt-4 flex justify-end gap-2">
              <Dialog.Close asChild>
                <Button>Cancel</Button>
              </Dialog.Close>
              <Button kind="main" type="submit" data-testid="name-submit">
                {action}
              </Button>
            </div>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** A dialog without a trigger of its own gives the focus back to what had it when the dialog came. */
function useFocusBack() {
  const [before] = useState(() => document.activeElement);
  return (event: Event) => {
    event.preventDefault();
    if (before instanceof HTMLElement && before.isConnected) before.focus();
  };
}

interface FormProps {
  title: string;
  text: string;
  action: string;
  kind?: 'main' | 'alarm';
  busy?: boolean;
  onClose(): void;
  onSubmit(form: FormData): void;
  children: ReactNode;
}

/** Open as long as it is rendered; what its fields mean is the caller's. */
export function FormDialog({ title, text, action, kind = 'main', busy = false, onClose, onSubmit, children }: FormProps) {
  const focusBack = useFocusBack();
  return (
    <Dialog.Root open onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={SHADE} />
        <Dialog.Content className={`${BOX} max-h-[92vh] overflow-y-auto`} onCloseAutoFocus={focusBack}>
          <Dialog.Title className="font-serif text-lg font-semibold [overflow-wrap:anywhere]">{title}</Dialog.Title>
          <Dialog.Description className="mt-2 text-sm text-soft">{text}</Dialog.Description>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (!busy) onSubmit(new FormData(event.currentTarget));
            }}
          >
            {children}
            <div className="mt-4 flex justify-end gap-2">
              <Dialog.Close asChild>
                <Button>Cancel</Button>
              </Dialog.Close>
              <Button kind={kind} type="submit" data-testid="form-submit" disabled={busy}>
                {action}
              </Button>
            </div>
          </form>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** Open as long as it is rendered; closed by its button or Escape. */
export function InfoDialog({ title, text, onClose, children }: Pick<FormProps, 'title' | 'onClose' | 'children'> & { text: ReactNode }) {
  const focusBack = useFocusBack();
  return (
    <Dialog.Root open onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={SHADE} />
        <Dialog.Content className={`${BOX} max-h-[92vh] overflow-y-auto`} onCloseAutoFocus={focusBack}>
          <Dialog.Close asChild>
            <IconButton label="Close" className="float-right -mt-1 -mr-1">
              <X size={17} />
            </IconButton>
          </Dialog.Close>
          <Dialog.Title className="font-serif text-lg font-semibold [overflow-wrap:anywhere]">{title}</Dialog.Title>
          <Dialog.Description className="mt-1 text-sm text-soft [overflow-wrap:anywhere]">{text}</Dialog.Description>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
