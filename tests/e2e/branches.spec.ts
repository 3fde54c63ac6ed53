/** A question answered again: the answers are branches, one is shown at a time, and the conversation goes on from the newest. */
import { join } from 'node:path';
import { SAMPLES } from '../support/server';
import { expect, test } from './fixtures';
import { addFiles, ask, openWindow, waitSearchable } from './journey';

test('answers of one question are kept side by side', async ({ page, server }) => {
  await openWindow(page, server);
  await addFiles(page, [join(SAMPLES, 'handbook.md')]);
  await waitSearchable(page, 'handbook.md');
  await ask(page, 'What is the diameter of the dish?');
  await page.getByTestId('answer-again').click();
  await expect(page.getByTestId('branch-place')).toHaveText('2 of 2', { timeout: 60_000 });
  await expect(page.getByTestId('answer')).toHaveCount(1);
  await expect(page.getByTestId('question')).toHaveCount(1);
  await expect(page.getByTestId('earlier-version')).toHaveCount(0);
  await page.getByTestId('branch-before').click();
  await expect(page.getByTestId('branch-place')).toHaveText('1 of 2');
  await expect(page.getByTestId('earlier-version')).toBeVisible();
  await expect(page.getByTestId('answer')).toContainText('7.6 metres');
  await ask(page, 'Where does the telescope stand?');
  await expect(page.getByTestId('branch-place')).toHaveText('2 of 2');
  await page.reload();
  await expect(page.getByTestId('question')).toHaveCount(2);
  await expect(page.getByTestId('branch-place')).toHaveText('2 of 2');
});
