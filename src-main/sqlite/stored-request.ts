/** A row as it is written. Numbers refer to principals, services and texts. */
export interface StoredRequest {
  readonly id: number;
  /** null = only reported. */
  readonly requestId: string | null;
  readonly principalId: number;
  readonly serviceNumber: number;
  readonly code: number;
  readonly latencyUs: number;
  readonly cost: number;
  /** 0 = none, here and below. */
  readonly methodId: number;
  readonly userAgentId: number;
  readonly ruleId: number;
  readonly detailId: number;
  readonly tagsId: number;
  /** The number of a text, or the text itself. */
  readonly clientIp: number | string;
  readonly path: number | string;
  readonly report: Omit<StoredReport, 'id'> | null;
}

/** What a service reported of a request. */
export interface StoredReport {
  readonly id: number;
  readonly responseStatus: number;
  readonly durationUs: number | null;
  readonly responseBytes: number | null;
  readonly errorCodeId: number | null;
}
