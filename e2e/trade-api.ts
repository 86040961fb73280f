const found = { '200': { description: 'Found.' } };

/** OpenAPI document of a small trade API, as a team would have it. */
export const TRADE_API = {
  openapi: '3.1.0',
  info: { title: 'Trade API', version: '2026-11' },
  paths: {
    '/inventory': { get: { tags: ['Inventory'], summary: 'List the stock', responses: found } },
    '/inventory/{id}': {
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      get: { tags: ['Inventory'], summary: 'One item of the stock', responses: found },
      put: { tags: ['Inventory'], summary: 'Change an item', responses: found },
    },
    '/offers': {
      get: { tags: ['Offers'], summary: 'List offers', responses: found },
      post: { tags: ['Offers'], summary: 'Make an offer', responses: { '201': { description: 'Made.' } } },
    },
    '/offers/{id}': { delete: { tags: ['Offers'], summary: 'Withdraw an offer', responses: found } },
    '/orders': { post: { tags: ['Orders'], summary: 'Place an order', responses: found } },
  },
} as const;
