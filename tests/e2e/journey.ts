/** The steps of a person in the window, the same in a browser and in Electron. */
import { expect, type Page } from 'playwright/test';
import type { TestServer } from '../support/server';

const READY_MS = 90_000;

/** Signed in by the address, as the ready line's reader would do it. */
export const openWindow = (page: Page, { ready }: TestServer) => page.goto(`${ready.url}/#token=${ready.token}`);

export async function createProject(page: Page, name: string): Promise<void> {
  await page.getByTestId('new-project').click();
  await page.getByTestId('name-input').fill(name);
  await page.getByTestId('name-submit').click();
  await expect(page.getByTestId('project-list').getByText(name)).toBeVisible();
}

export async function addFiles(page: Page, paths: string[]): Promise<void> {
  await page.getByTestId('file-input').setInputFiles(paths);
}

export const row = (page: Page, filename: string) => page.getByTestId('document-row').filter({ hasText: filename });

/** Text search works from `searchable` on; the vectors may follow. */
export async function waitSearchable(page: Page, filename: string): Promise<void> {
  await expect(row(page, filename)).toHaveAttribute('data-state', /searchable|embedding|ready/, { timeout: READY_MS });
}

export async function ask(page: Page, question: string): Promise<void> {
  const before = await page.getByTestId('answer').count();
  await page.getByTestId('chat-input').fill(question);
  await page.getByTestId('send').click();
  await expect(page.getByTestId('answer')).toHaveCount(before + 1, { timeout: READY_MS });
}

/** Opens the first citation of the last answer and returns the words under its highlight, read from the drawn page's text layer. */
export async function openFirstCitation(page: Page): Promise<string> {
  await page.getByTestId('answer').last().getByTestId('citation-chip').first().click();
  await expect(page.getByTestId('highlight').first()).toBeVisible();
  await expect(page.locator('.textLayer span').first()).toBeAttached();
  return page.evaluate(() => {
    const boxes = [...document.querySelectorAll('[data-testid="highlight"]')].map((box) => box.getBoundingClientRect());
    const touches = (span: DOMRect) =>
      boxes.some((box) => box.left < span.right && box.right > span.left && box.top < span.bottom && box.bottom > span.top);
    const spans = [...document.querySelectorAll('.textLayer span')].filter((span) => touches(span.getBoundingClientRect()));
    return spans.map((span) => span.textContent).join(' ');
  });
}

/** Drops files or folders of the disk on the middle of the window, as the system's file manager would. */
export async function drop(page: Page, paths: string[]): Promise<void> {
  const client = await page.context().newCDPSession(page);
  const at = { x: 400, y: 300, data: { items: [], files: paths, dragOperationsMask: 1 } };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await client.send('Input.dispatchDragEvent', { type, ...at });
  await client.detach();
}
