import { readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

describe('pages made from code', () => {
  it('say what the code says now', async () => {
    // Through a variable, because the tool is plain JavaScript and has no types to offer.
    const tool: string = new URL('tools/reference.mjs', root).href;
    const { referencePages } = (await import(tool)) as { referencePages: () => Promise<Record<string, string>> };
    const pages = Object.entries(await referencePages());
    expect(pages).toHaveLength(2);
    for (const [path, text] of pages)
      expect({ path, text: readFileSync(new URL(path, root), 'utf8') }).toEqual({ path, text });
  });
});
