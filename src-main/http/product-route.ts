import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Express } from 'express';
import type { ProductDesk } from '#main/products/product-desk.ts';
import { AddressThrottle } from './address-throttle.ts';
import type { ServiceDoor } from './doors.ts';
import { throttledPage, troublePage, type AnsweredPage } from './handoff-pages.ts';
import { sendProblem } from './problem.ts';
import { noProductPage, productPage, productsPage } from './product-pages.ts';
import { sendPublicPage } from './public-page.ts';
import { PRODUCTS_PATH } from './service-policy.ts';
import { visitorOf } from './visitor.ts';

/** Calls of the pages that one address may make, and all together: drawing a large catalogue takes some milliseconds, in which no
 *  request is verified. */
const CALLS = { limit: 60, windowMs: 60_000 };
const ALL_CALLS = { limit: 600, windowMs: 60_000 };
const SLUG = /^[a-z0-9-]{2,24}$/;

/** The public pages of API products. They count the calls of addresses. */
export function addProductRoutes(app: Express, doorOf: (response: ServerResponse) => ServiceDoor): void {
  const ofOne = new AddressThrottle(CALLS);
  const ofAll = new AddressThrottle(ALL_CALLS);
  const handle = async (
    request: IncomingMessage,
    response: ServerResponse,
    answer: (desk: ProductDesk, door: ServiceDoor) => AnsweredPage,
  ): Promise<void> => {
    const door = doorOf(response);
    const ownMs = ofOne.take(visitorOf(door, request).address, door.nowMs());
    const waitMs = ownMs > 0 ? ownMs : ofAll.take(null, door.nowMs());
    const { status, ...page } = waitMs > 0 ? throttledPage(waitMs) : await answered(door, answer);
    sendPublicPage(response, status, page);
  };
  app.get(PRODUCTS_PATH, (request, response) => {
    void handle(request, response, (desk, door) => productsPage(desk.list(), door.helpContact()));
  });
  app.get(`${PRODUCTS_PATH}/:slug`, (request, response) => {
    void handle(request, response, (desk, door) => {
      const { slug } = request.params;
      const product = SLUG.test(slug) ? desk.find(slug) : null;
      const contact = door.helpContact();
      return product === null ? noProductPage(contact) : productPage(product, contact);
    });
  });
  for (const path of [PRODUCTS_PATH, `${PRODUCTS_PATH}/:slug`]) {
    app.all(path, (_request, response) => {
      const detail = 'Use GET, HEAD for this address.';
      const requestId = doorOf(response).newRequestId();
      const problem = { status: 405, code: 'METHOD_NOT_ALLOWED', detail, requestId } as const;
      sendProblem(response, problem, { Allow: 'GET, HEAD' });
    });
  }
}

async function answered(
  door: ServiceDoor,
  answer: (desk: ProductDesk, door: ServiceDoor) => AnsweredPage,
): Promise<AnsweredPage> {
  try {
    return answer(await door.products(), door);
  } catch (error) {
    const requestId = door.newRequestId();
    door.logger.error('The page of a product could not be answered.', { requestId, error });
    return troublePage(requestId);
  }
}
