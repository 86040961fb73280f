import { expect, it } from 'vitest';
import { late } from './late.ts';

it('loads at the first call and once, whoever calls meanwhile', async () => {
  let loads = 0;
  const get = late(() => {
    loads += 1;
    return Promise.resolve({ loads });
  });
  expect(loads).toBe(0);
  const [one, other] = await Promise.all([get(), get()]);
  expect(other).toBe(one);
  expect(loads).toBe(1);
});

it('a load that failed is tried again', async () => {
  let loads = 0;
  const get = late(() => {
    loads += 1;
    return loads === 1 ? Promise.reject(new Error('gone')) : Promise.resolve('there');
  });
  await expect(get()).rejects.toThrow('gone');
  expect(await get()).toBe('there');
});
