import type { Output } from '#contract/contract.ts';
import { FORECAST_DAYS_MAX } from '#contract/growth-forecast.ts';
import { counted } from '#renderer/format/numbers.ts';
import { dayOfMonth, type TimeZoneChoice } from '#renderer/format/time.ts';

type Forecast = NonNullable<Output<'usage.forecast'>>;

const PERIOD: Readonly<Record<Forecast['period'], string>> = { day: 'daily', month: 'monthly' };
const WHOSE: Readonly<Record<Forecast['by'], string>> = {
  key: 'its',
  application: 'its application’s',
  partner: 'its partner’s',
};

/** When the quota of a key will be reached, in a sentence: days are told as about, because a line through four weeks is no more. */
export function forecastSentence({ forecast, period, by }: Forecast, choice: TimeZoneChoice): string {
  const quota = `${WHOSE[by]} ${PERIOD[period]} quota`;
  switch (forecast.kind) {
    case 'reaches':
      return `At the growth of the last 4 weeks (${growthText(forecast.growthPerWeek)}) this key reaches ${quota} around ${dayOfMonth(forecast.at, choice)}.`;
    case 'later':
      return `At the growth of the last 4 weeks (${growthText(forecast.growthPerWeek)}) this key does not reach ${quota} in the next ${counted(FORECAST_DAYS_MAX, 'day')}.`;
    case 'steady':
      return 'No growth in the last 4 weeks.';
    case 'reached':
      return `${quota.replace(/^i/, 'I')} is used up.`;
    case 'unknown':
      return forecast.why === 'few'
        ? 'Too little data to say: it takes 14 days and 100 requests.'
        : 'Its days differ too much to say.';
  }
}

function growthText(perWeek: number): string {
  return perWeek === 0
    ? 'less than one request a day more each week'
    : `${counted(perWeek, 'request')} a day more each week`;
}
